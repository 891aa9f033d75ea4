package dev.cloakroom.login;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Names a browser so that its user recognises it in a list: `Chrome on Linux`. Every word of the
/// answer is from the lists below; nothing of the header itself is kept or shown.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5 RFC 9110, 10.1.5
final class DeviceLabel {
  private static final Map<String, String> BROWSERS = new LinkedHashMap<>();
  private static final Map<String, String> SYSTEMS = new LinkedHashMap<>();

  static { // the order matters: nearly every browser also claims to be one further down
    BROWSERS.put("Edg/", "Edge");
    BROWSERS.put("EdgA/", "Edge");
    BROWSERS.put("EdgiOS/", "Edge");
    BROWSERS.put("OPR/", "Opera");
    BROWSERS.put("Vivaldi/", "Vivaldi");
    BROWSERS.put("SamsungBrowser/", "Samsung Internet");
    BROWSERS.put("FxiOS/", "Firefox");
    BROWSERS.put("Firefox/", "Firefox");
    BROWSERS.put("CriOS/", "Chrome");
    BROWSERS.put("Chrome/", "Chrome");
    BROWSERS.put("Safari/", "Safari");
    SYSTEMS.put("iPhone", "iPhone");
    SYSTEMS.put("iPad", "iPad");
    SYSTEMS.put("Android", "Android");
    SYSTEMS.put("CrOS", "ChromeOS");
    SYSTEMS.put("Windows", "Windows");
    SYSTEMS.put("Macintosh", "macOS");
    SYSTEMS.put("Linux", "Linux");
  }

  private DeviceLabel() {}

  static String of(Optional<String> userAgent) {
    var sent = userAgent.orElse("");
    var browser = word(BROWSERS, sent).orElse("Unknown browser");
    return word(SYSTEMS, sent).map(system -> browser + " on " + system).orElse(browser);
  }

  private static Optional<String> word(Map<String, String> words, String sent) {
    return words.entrySet().stream()
        .filter(word -> sent.contains(word.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}

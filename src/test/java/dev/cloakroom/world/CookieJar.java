package dev.cloakroom.world;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// Keeps cookies as Chromium does, as far as a gateway can notice: prefixes, `SameSite`, deletion.
/// Ports do not separate cookies, hosts do.
public final class CookieJar {
  private static final int LARGEST = 4096;

  /// One cookie, or the attempt to set one.
  public record Cookie(
      String host, String name, String value, Map<String, String> attributes, String source) {
    public String sameSite() {
      return attributes.getOrDefault("samesite", "lax").toLowerCase(Locale.ROOT);
    }

    public boolean has(String attribute) {
      return attributes.containsKey(attribute);
    }

    private boolean deletes() {
      return "0".contentEquals(attributes.getOrDefault("max-age", "none"));
    }
  }

  private final Map<String, Cookie> cookies = new LinkedHashMap<>();
  private final List<String> rejected = new ArrayList<>();
  private final List<Cookie> everSet = new ArrayList<>();

  /// Takes a `Set-Cookie` field, if a browser would.
  public synchronized void receive(URI from, String field) {
    var cookie = parse(from, field);
    everSet.add(cookie);
    var refusal = refusal(cookie);
    if (refusal.isPresent()) {
      rejected.add(refusal.get() + ": " + field);
    } else if (cookie.deletes()) {
      cookies.remove(key(cookie.host, cookie.name));
    } else {
      cookies.put(key(cookie.host, cookie.name), cookie);
    }
  }

  /// Puts a cookie into the jar without asking anybody: a copied or planted one.
  public synchronized void plant(URI at, String name, String value) {
    cookies.put(
        key(at.getHost(), name),
        new Cookie(at.getHost(), name, value, Map.of("samesite", "Strict"), "planted"));
  }

  private static String key(String host, String name) {
    return host + " " + name;
  }

  static Cookie parse(URI from, String field) {
    var parts = field.split(";", -1);
    var pair = parts[0].split("=", 2);
    var attributes = new LinkedHashMap<String, String>();
    for (int i = 1; i < parts.length; i++) {
      var attribute = parts[i].strip().split("=", 2);
      attributes.put(
          attribute[0].toLowerCase(Locale.ROOT), attribute.length == 2 ? attribute[1] : "");
    }
    return new Cookie(
        from.getHost(), pair[0].strip(), pair.length == 2 ? pair[1] : "", attributes, field);
  }

  private static Optional<String> refusal(Cookie cookie) {
    var name = cookie.name.toLowerCase(Locale.ROOT);
    boolean host = name.startsWith("__host-");
    if ((host || name.startsWith("__secure-")) && !cookie.has("secure")) {
      return Optional.of("prefix without Secure");
    }
    if (host && (!Objects.equals(cookie.attributes.get("path"), "/") || cookie.has("domain"))) {
      return Optional.of("__Host- with Domain or without Path=/");
    }
    if (name.startsWith("__host-http-") && !cookie.has("httponly")) {
      return Optional.of("__Host-Http- without HttpOnly");
    }
    if (cookie.sameSite().equals("none") && !cookie.has("secure")) {
      return Optional.of("SameSite=None without Secure");
    }
    if (cookie.name.length() + cookie.value.length() > LARGEST) {
      return Optional.of("too large");
    }
    return Optional.empty();
  }

  /// The cookies of a request. `initiator` is the host that caused it; empty: the user did.
  public synchronized String header(
      URI to, Optional<String> initiator, boolean topLevelNavigation, String method) {
    boolean sameSite = initiator.isEmpty() || initiator.get().equals(to.getHost());
    boolean safe = method.equals("GET") || method.equals("HEAD");
    return cookies.values().stream()
        .filter(cookie -> cookie.host.equals(to.getHost()))
        .filter(
            cookie ->
                sameSite
                    || cookie.sameSite().equals("none")
                    || (cookie.sameSite().equals("lax") && topLevelNavigation && safe))
        .map(cookie -> cookie.name + "=" + cookie.value)
        .collect(Collectors.joining("; "));
  }

  public synchronized Optional<Cookie> find(String host, String name) {
    return Optional.ofNullable(cookies.get(key(host, name)));
  }

  public synchronized List<Cookie> all(String host) {
    return cookies.values().stream().filter(cookie -> cookie.host.equals(host)).toList();
  }

  /// Every cookie that came, kept or not, in order.
  public synchronized List<Cookie> everSet() {
    return List.copyOf(everSet);
  }

  /// The `Set-Cookie` fields a browser would not have taken.
  public synchronized List<String> rejected() {
    return List.copyOf(rejected);
  }

  /// As when the user clears the site's cookies.
  public synchronized void forget(String name) {
    cookies.values().removeIf(cookie -> cookie.name.equals(name));
  }
}

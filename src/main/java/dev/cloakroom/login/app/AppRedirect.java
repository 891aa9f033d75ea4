package dev.cloakroom.login.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An address at which an app receives its codes. Compared whole; of a loopback address the port is
/// whatever the device had free.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8252#section-7 RFC 8252, 7
public record AppRedirect(Kind kind, String uri) {
  private static final int LONGEST = 512;
  private static final Pattern VISIBLE = Pattern.compile("[!-~&&[^\"<>\\\\^`{|}]]+");
  private static final Pattern PRIVATE_USE = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+");
  private static final Pattern LOOPBACK =
      Pattern.compile("http://(127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?(/.*)");

  /// How a device finds the app of an address.
  public enum Kind {
    /// By a web address that is proved to be the app's: no other app gets it.
    CLAIMED,
    /// By a URI scheme, which any app may say is its own.
    PRIVATE_USE,
    /// By a port of the device, which any program on it may listen on.
    LOOPBACK
  }

  /// What came of reading an address.
  public sealed interface Reading {
    record Fits(AppRedirect redirect) implements Reading {}

    /// It is none. `problem` follows the address: `is not a URI`.
    record Misfit(String problem, String remedy) implements Reading {}
  }

  /// Reads what an operator wrote.
  public static Reading read(String text) {
    if (text.contains("*")) {
      return new Reading.Misfit("is no one's address in particular", "write each one out");
    }
    var uri = parsed(text);
    if (uri.isEmpty() || uri.get().getRawFragment() != null || uri.get().getScheme() == null) {
      return new Reading.Misfit(
          "is not a redirect URI", "write an absolute URI without a fragment");
    }
    return switch (uri.get().getScheme()) {
      case "https" -> claimed(uri.get(), text);
      case "http" -> loopback(text);
      default -> privateUse(uri.get(), text);
    };
  }

  private static Optional<URI> parsed(String text) {
    if (text.length() > LONGEST || !VISIBLE.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private static Reading claimed(URI uri, String text) {
    return uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawPath().isEmpty()
        ? new Reading.Misfit(
            "names no host and path", "write it like https://app.example.com/app/callback")
        : new Reading.Fits(new AppRedirect(Kind.CLAIMED, text));
  }

  private static Reading loopback(String text) {
    var matcher = LOOPBACK.matcher(text);
    if (!matcher.matches()) {
      return new Reading.Misfit(
          "is plain http", "use https, or on loopback http://127.0.0.1/callback");
    }
    return matcher.group(2) == null
        ? new Reading.Fits(new AppRedirect(Kind.LOOPBACK, text))
        : new Reading.Misfit("names a port", "leave it out: apps take any that is free");
  }

  private static Reading privateUse(URI uri, String text) {
    if (!PRIVATE_USE.matcher(uri.getScheme()).matches()) {
      return new Reading.Misfit(
          "has a scheme that is nobody's", "take a domain of yours: com.example.app:/callback");
    }
    boolean path = uri.getRawPath() != null && uri.getRawPath().startsWith("/");
    return uri.getRawAuthority() == null && path
        ? new Reading.Fits(new AppRedirect(Kind.PRIVATE_USE, text))
        : new Reading.Misfit(
            "has no path after one slash", "write it like " + uri.getScheme() + ":/callback");
  }

  /// Whether an app may ask for its code to be sent to `presented`.
  boolean admits(String presented) {
    return switch (kind) {
      case CLAIMED, PRIVATE_USE -> uri.equals(presented);
      case LOOPBACK -> {
        var matcher = LOOPBACK.matcher(presented);
        yield matcher.matches()
            && isPort(matcher.group(2))
            && uri.equals("http://" + matcher.group(1) + matcher.group(3));
      }
    };
  }

  private static boolean isPort(@Nullable String colonAndPort) {
    if (colonAndPort == null) {
      return true;
    }
    int port = Integer.parseInt(colonAndPort.substring(1));
    return port > 0 && port <= 65535;
  }
}

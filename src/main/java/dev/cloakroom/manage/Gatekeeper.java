package dev.cloakroom.manage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Secret;
import io.vertx.core.MultiMap;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Who may talk to the management port. A browser never may, whatever name it was made to resolve
/// (DNS rebinding); off loopback it takes the token.
final class Gatekeeper {
  private static final Pattern IP_LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]{2,45}]");
  private static final Pattern AUTHORITY = Pattern.compile("(.+?)(:[0-9]{1,5})?");
  private static final String SCHEME = "bearer ";

  private final Set<String> hosts = new HashSet<>(Set.of("localhost"));
  private final Optional<Secret> token;

  Gatekeeper(ManagementSettings settings) {
    settings.hosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
    this.token = settings.token();
  }

  enum Verdict {
    ADMITTED,
    FOREIGN_HOST,
    BROWSER,
    NO_TOKEN
  }

  /// Checks one request.
  ///
  /// @param localAddress where it arrived
  Verdict check(MultiMap headers, String localAddress) {
    if (!isOwnHost(headers)) {
      return Verdict.FOREIGN_HOST;
    }
    if (headers.contains("Origin") || headers.contains("Sec-Fetch-Site")) {
      return Verdict.BROWSER;
    }
    return isLoopback(localAddress) || showsToken(headers) ? Verdict.ADMITTED : Verdict.NO_TOKEN;
  }

  private boolean isOwnHost(MultiMap headers) {
    var values = headers.getAll("Host");
    if (values.size() != 1) {
      return false;
    }
    var matcher = AUTHORITY.matcher(values.getFirst().toLowerCase(Locale.ROOT));
    return matcher.matches()
        && (hosts.contains(matcher.group(1)) || IP_LITERAL.matcher(matcher.group(1)).matches());
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }

  /// True for the token; false where none is configured.
  boolean showsToken(MultiMap headers) {
    var values = headers.getAll("Authorization");
    if (token.isEmpty() || values.size() != 1) {
      return false;
    }
    var value = values.getFirst();
    return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            token.get().reveal().getBytes(UTF_8), value.substring(SCHEME.length()).getBytes(UTF_8));
  }
}

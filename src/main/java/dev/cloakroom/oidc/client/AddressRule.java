package dev.cloakroom.oidc.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which URLs and which resolved addresses a call to a provider may go to: https anywhere, plain
/// http on loopback only (or everywhere, where the configuration says so in a key with `insecure`
/// in its name), and never to an address that only the machine's own surroundings answer on.
public final class AddressRule {
  /// Metadata services of clouds that are not link-local.
  private static final Set<String> METADATA_SERVICES =
      Set.of("fd00:ec2:0:0:0:0:0:254", "100.100.100.200", "192.0.0.192");

  private final boolean insecureHttp;

  public AddressRule(boolean insecureHttp) {
    this.insecureHttp = insecureHttp;
  }

  /// Empty when the URL may be called as far as it can be told without resolving, else why not.
  public Optional<String> problem(URI uri) {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return Optional.of("neither https nor http");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return Optional.of("without host, or with user information or a fragment");
    }
    var literal = literal(host(uri));
    if (scheme.equals("http") && !insecureHttp && !isLoopback(host(uri), literal)) {
      return Optional.of("plain http off loopback");
    }
    return literal.filter(AddressRule::isForbidden).map(_ -> "a link-local or metadata address");
  }

  /// Whether a connection to `address` may carry this request.
  public boolean allows(URI uri, InetAddress address) {
    boolean exposed =
        uri.getScheme().equalsIgnoreCase("http") && !insecureHttp && !address.isLoopbackAddress();
    return !exposed && !isForbidden(address);
  }

  /// The host as a resolver takes it: an IPv6 literal without its brackets.
  static String host(URI uri) {
    var host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isLoopback(String host, Optional<InetAddress> literal) {
    return host.equalsIgnoreCase("localhost")
        || literal.map(InetAddress::isLoopbackAddress).orElse(false);
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static boolean isForbidden(InetAddress address) {
    var bytes = address.getAddress();
    return address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || (bytes.length == 4 && bytes[0] == 0)
        || METADATA_SERVICES.contains(withoutScope(address))
        || embedded(bytes).map(AddressRule::isForbidden).orElse(false);
  }

  private static String withoutScope(InetAddress address) {
    return address.getHostAddress().replaceFirst("%.*", "");
  }

  /// The IPv4 address inside an IPv4-compatible or a NAT64 one (RFC 6052, 2.1).
  private static Optional<InetAddress> embedded(byte[] bytes) {
    if (bytes.length != 16) {
      return Optional.empty();
    }
    boolean nat64 =
        bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == (byte) 0xff && bytes[3] == (byte) 0x9b;
    boolean compatible = bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0;
    for (int i = 4; i < 12; i++) {
      if (bytes[i] != 0) {
        return Optional.empty();
      }
    }
    boolean loopback = compatible && bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0;
    if (loopback || (!nat64 && !compatible)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          InetAddress.getByAddress(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]}));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}

package dev.cloakroom.edge;

import io.vertx.core.MultiMap;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who sent a request: the peer, or, when the peer is a trusted proxy, the nearest address from the
/// right that is none. What an untrusted peer says of itself is not looked at.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7239#section-5.2 RFC 7239, 5.2
final class ClientAddress {
  private static final int MAX_HOPS = 32;
  private static final int NETWORK_BYTES = 8;
  private static final Pattern FOR =
      Pattern.compile("(?i)(?:^|;)\\s*for\\s*=\\s*(\"[^\"]*\"|[^;\"\\s]+)");

  private final List<Network> trusted;

  ClientAddress(List<String> trustedProxies) {
    this.trusted = trustedProxies.stream().map(Network::parse).toList();
  }

  /// The client's address.
  ///
  /// @param peer the address of the connection, as a literal
  String of(String peer, MultiMap headers) {
    if (trusted.isEmpty() || !isTrusted(peer)) {
      return peer;
    }
    var hops = hops(headers);
    var client = peer;
    for (int i = hops.size() - 1; i >= 0 && hops.size() - i <= MAX_HOPS; i--) {
      var hop = Network.literal(hops.get(i));
      if (hop.isEmpty()) {
        return client; // what stands left of garbage is nobody's word
      }
      client = hop.get();
      if (!isTrusted(client)) {
        return client;
      }
    }
    return client;
  }

  /// An IPv4 address as it is; of an IPv6 one the /64, which is the least that one household gets.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6177#section-2 RFC 6177, 2
  static String network(String client) {
    if (client.indexOf(':') < 0) {
      return client;
    }
    return Network.bytes(client)
        .filter(bytes -> bytes.length > NETWORK_BYTES)
        .map(bytes -> HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES))
        .orElse(client);
  }

  /// True when what this peer forwards is believed.
  boolean isTrusted(String address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  private static List<String> hops(MultiMap headers) {
    var hops = new ArrayList<String>();
    for (var field : headers.getAll("X-Forwarded-For")) {
      for (var hop : field.split(",", -1)) {
        hops.add(hop.strip());
      }
    }
    if (hops.isEmpty()) {
      for (var field : headers.getAll("Forwarded")) {
        for (var element : field.split(",", -1)) {
          var matcher = FOR.matcher(element.strip());
          hops.add(matcher.find() ? matcher.group(1).replace("\"", "") : "");
        }
      }
    }
    return hops;
  }

  /// A range of addresses, such as `10.0.0.0/8` or `fd00::/8`. Names are never resolved.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4632#section-3.1 RFC 4632, 3.1
  static final class Network {
    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern V4_PORT = Pattern.compile("([0-9.]{7,15}):[0-9]{1,5}");
    private static final Pattern V6_BRACKETS =
        Pattern.compile("\\[([0-9A-Fa-f:.]{2,45})](:[0-9]{1,5})?");

    private final byte[] address;
    private final int bits;

    private Network(byte[] address, int bits) {
      this.address = address;
      this.bits = bits;
    }

    /// Reads an address or a range.
    ///
    /// @throws IllegalArgumentException when it is neither
    static Network parse(String cidr) {
      int slash = cidr.indexOf('/');
      var literal = slash < 0 ? cidr : cidr.substring(0, slash);
      var bytes =
          bytes(literal).orElseThrow(() -> new IllegalArgumentException("not a network: " + cidr));
      int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
      if (bits < 0 || bits > bytes.length * 8) {
        throw new IllegalArgumentException("not a network: " + cidr);
      }
      return new Network(bytes, bits);
    }

    /// The address alone, of a literal with or without brackets and port; empty for anything else.
    static Optional<String> literal(String text) {
      var v6 = V6_BRACKETS.matcher(text);
      var v4 = V4_PORT.matcher(text);
      var bare = v6.matches() ? v6.group(1) : v4.matches() ? v4.group(1) : text;
      return bytes(bare).map(_ -> bare);
    }

    boolean contains(String literal) {
      return bytes(literal).filter(this::covers).isPresent();
    }

    private boolean covers(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((address[i / 8] & mask) != (other[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    }

    /// Only literals come this far, so that [InetAddress] never asks a name server. An IPv4 address
    /// inside an IPv6 one comes out as IPv4.
    private static Optional<byte[]> bytes(String text) {
      boolean v6 = text.contains(":") && V6.matcher(text).matches();
      if (!v6 && !V4.matcher(text).matches()) {
        return Optional.empty();
      }
      try {
        return Optional.of(InetAddress.ofLiteral(text).getAddress());
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }
}

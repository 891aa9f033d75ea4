package dev.cloakroom.edge;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Who sent a request: the peer, or, when the peer is a trusted proxy, the nearest address from the
/// right that is none. What an untrusted peer says of itself is not looked at.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7239#section-5.2 RFC 7239, 5.2
final class ClientAddress {
  private static final int MAX_HOPS = 32;
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
}

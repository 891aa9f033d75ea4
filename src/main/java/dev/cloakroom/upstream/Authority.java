package dev.cloakroom.upstream;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.net.HostAndPort;

/// Whom a request of HTTP/2 is for.
final class Authority {
  private static final int AS_WRITTEN = -1;

  private Authority() {}

  /// Says so as `:authority` alone, without a `Host`.
  ///
  /// @param authority host and, where it is not the scheme's own, port
  /// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1 RFC 9113, 8.3.1
  static void name(HttpClientRequest request, String authority) {
    request.authority(HostAndPort.create(authority, AS_WRITTEN));
  }
}

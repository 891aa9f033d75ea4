package dev.cloakroom.upstream;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;

/// Whom a request is for.
public final class Authority {
  private static final int AS_WRITTEN = -1;

  private Authority() {}

  /// Says so in the way of the request's version of HTTP: as `Host`, or as `:authority` alone.
  ///
  /// @param authority host and, where it is not the scheme's own, port
  /// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1 RFC 9113, 8.3.1
  public static void name(HttpClientRequest request, String authority) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.authority(HostAndPort.create(authority, AS_WRITTEN));
    } else {
      request.putHeader(HttpHeaders.HOST, authority);
    }
  }
}

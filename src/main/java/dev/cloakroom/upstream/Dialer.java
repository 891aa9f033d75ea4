package dev.cloakroom.upstream;

import dev.cloakroom.crypto.ClientTls;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Makes connections to one target. Belongs to one event loop.
final class Dialer {
  private final URI target;
  private final Protocol protocol;
  private final Clients clients;
  private final Optional<ClientTls> tls;
  private final String authority;
  private final List<HttpConnectOptions> ways;
  private int way;

  /// Knows the way to a target.
  ///
  /// @param tls empty: no certificate of ours, and the authorities that the JDK trusts
  Dialer(URI target, Protocol protocol, Clients clients, Optional<ClientTls> tls) {
    var https = "https".equalsIgnoreCase(target.getScheme());
    var port = target.getPort() >= 0 ? target.getPort() : https ? 443 : 80;
    this.target = target;
    this.protocol = protocol;
    this.clients = clients;
    this.tls = tls;
    this.authority =
        target.getPort() < 0 || port == (https ? 443 : 80)
            ? target.getHost()
            : target.getHost() + ":" + port;
    this.ways = ways(unbracketed(target.getHost()), port, https);
  }

  /// `localhost` is both loopback addresses, whatever the hosts file says: many a dev server
  /// listens on the newer one only.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6761#section-6.3 RFC 6761, 6.3
  private static List<HttpConnectOptions> ways(String host, int port, boolean tls) {
    var named = new HttpConnectOptions().setHost(host).setPort(port).setSsl(tls);
    return host.equalsIgnoreCase("localhost")
        ? Stream.of("127.0.0.1", "::1")
            .map(address -> SocketAddress.inetSocketAddress(port, address))
            .map(address -> new HttpConnectOptions(named).setServer(address))
            .toList()
        : List.of(named);
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  URI target() {
    return target;
  }

  /// What is spoken on the connections it makes.
  Protocol protocol() {
    return protocol;
  }

  /// Host and, where it is not the scheme's own, port.
  String authority() {
    return authority;
  }

  /// What a connection of now is made with; another object when the files for TLS have changed.
  Object edition() {
    return tls.<Object>map(ClientTls::current).orElse(authority);
  }

  /// A new connection, which takes at most `millis` for each address that is tried.
  Future<HttpClientConnection> dial(long millis) {
    return dial(way, ways.size(), millis);
  }

  /// Begins with the way that worked last.
  private Future<HttpClientConnection> dial(int first, int left, long millis) {
    return dial(ways.get(first), millis)
        .onSuccess(_ -> way = first)
        .recover(
            cause ->
                left > 1
                    ? dial((first + 1) % ways.size(), left - 1, millis)
                        .recover(later -> Future.failedFuture(moreTelling(cause, later)))
                    : Future.failedFuture(cause));
  }

  /// That nothing listens at one address says less than what went wrong at the other.
  private static Throwable moreTelling(Throwable cause, Throwable later) {
    return later instanceof ConnectException ? cause : later;
  }

  private Future<HttpClientConnection> dial(HttpConnectOptions to, long millis) {
    var options = new HttpConnectOptions(to);
    return switch (protocol) {
      case HTTP1 -> {
        tls.ifPresent(files -> options.setSslOptions(files.current()));
        yield connect(clients.http1(), options, millis);
      }
      case HTTP2 -> {
        // without options of its own, a connection would not be asked for its protocol
        options.setSslOptions(tls.map(ClientTls::current).orElseGet(ClientTls::verifying));
        yield connectHttp2(options, millis);
      }
    };
  }

  private Future<HttpClientConnection> connectHttp2(HttpConnectOptions to, long millis) {
    var client = clients.http2();
    return connect(client, to, millis)
        .compose(
            made -> {
              var wire = Http2Wire.of(made);
              wire.ifPresent(
                  speaks ->
                      speaks.connection().channel().closeFuture().addListener(_ -> client.close()));
              return wire.isPresent()
                  ? Future.succeededFuture(made)
                  : Future.failedFuture(new Http2NotSpokenException("another protocol was chosen"));
            })
        .onFailure(_ -> client.close());
  }

  /// What comes too late is closed. A client that is closed itself throws, which fails the future.
  private static Future<HttpClientConnection> connect(
      HttpClientAgent client, HttpConnectOptions to, long millis) {
    var made = Future.succeededFuture(to).compose(client::connect);
    return made.timeout(millis, TimeUnit.MILLISECONDS)
        .onFailure(_ -> made.onSuccess(HttpConnection::close));
  }
}

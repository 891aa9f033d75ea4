package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// The network of all browsers of one world. Remembers everything that came from the gateway.
public final class Exchanges {
  /// Something a browser received from the gateway.
  public record Received(String request, String head, String body) {}

  // Vert.x closes a client that nobody refers to any more, with all its connections.
  private final WebSocketClient sockets;
  private final NetClient connections;
  private final HttpClient client;
  private final HttpClient http2;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile boolean prefersHttp2;
  private volatile boolean secure;
  private volatile int gatewayPort;
  private volatile int proxyPort;
  private volatile ClientSSLOptions trusted = new ClientSSLOptions();

  Exchanges(Vertx vertx) {
    sockets = vertx.createWebSocketClient();
    connections = vertx.createNetClient();
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setMaxHeaderSize(64 * 1024).setDecompressionSupported(false),
            new PoolOptions().setHttp1MaxSize(200));
    http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setHttp2ClearTextUpgrade(false)
                .setDecompressionSupported(false));
  }

  /// From now on browsers speak HTTP/2 with whoever speaks https, and with the gateway in any case:
  /// without TLS, as proxies do.
  public void preferHttp2() {
    prefersHttp2 = true;
  }

  void gatewayListensOn(int port) {
    gatewayPort = port;
  }

  /// From now on what is meant for the gateway goes to a proxy in front of it.
  public void passThrough(int port) {
    proxyPort = port;
  }

  /// Whatever speaks https from now on has this certificate.
  void trust(Path certificate) {
    secure = true;
    trusted =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setTrustOptions(new PemTrustOptions().addCertPath(certificate.toString()));
  }

  Future<WebSocket> socket(WebSocketConnectOptions options) {
    return sockets.connect(secure ? options.setSsl(true).setSslOptions(trusted) : options);
  }

  Future<NetSocket> connection() {
    return connections.connect(gatewayPort, "127.0.0.1");
  }

  int gatewayPort() {
    return gatewayPort;
  }

  /// Sends one request as it is. `Host` follows from the address.
  public Future<Answer> send(String method, URI uri, MultiMap headers, Optional<Buffer> body) {
    return open(
        method,
        uri,
        headers,
        body,
        response -> response.body().map(bytes -> answer(method, uri, response, bytes)));
  }

  private Answer answer(String method, URI uri, HttpClientResponse response, Buffer bytes) {
    remember(uri, method, response, bytes.toString(UTF_8));
    return new Answer(method, uri, response.statusCode(), response.headers(), bytes, List.of());
  }

  /// As [#send], but what becomes of the response is decided before its first byte is read.
  <T> Future<T> open(
      String method,
      URI uri,
      MultiMap headers,
      Optional<Buffer> body,
      Function<HttpClientResponse, Future<T>> taker) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost("127.0.0.1") // localhost, too, without asking a resolver
            .setPort(port(uri))
            .setURI(target(uri))
            .setHeaders(headers);
    if (uri.getScheme().equals("https")) {
      options.setSsl(true).setSslOptions(trusted);
    }
    if (prefersHttp2 && (uri.getScheme().equals("https") || uri.getPort() == gatewayPort)) {
      return http2
          .request(options.setHeaders(lowerCase(headers)))
          .compose(
              request -> {
                request.authority(HostAndPort.authority("localhost", uri.getPort()));
                return (body.isPresent() ? request.send(body.get()) : request.send())
                    .compose(taker);
              });
    }
    if (!headers.contains("Host")) {
      options.putHeader("Host", uri.getAuthority());
    }
    return client
        .request(options)
        .compose(
            request ->
                (body.isPresent() ? request.send(body.get()) : request.send()).compose(taker));
  }

  private int port(URI uri) {
    return proxyPort != 0 && uri.getPort() == gatewayPort ? proxyPort : uri.getPort();
  }

  private static MultiMap lowerCase(MultiMap headers) {
    var lower = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(field -> lower.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
    return lower;
  }

  private static String target(URI uri) {
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  void remember(URI uri, String method, HttpClientResponse response, String body) {
    if (uri.getPort() == gatewayPort) {
      var head = new StringBuilder();
      response
          .headers()
          .forEach(
              field ->
                  head.append(field.getKey()).append(": ").append(field.getValue()).append('\n'));
      received.add(new Received(method + " " + uri.getRawPath(), head.toString(), body));
    }
  }

  /// Everything the gateway sent to any browser of this world.
  public List<Received> received() {
    return List.copyOf(received);
  }
}

package dev.cloakroom.oidc.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.client.impl.ClientPhase;
import io.vertx.ext.web.client.impl.HttpContext;
import io.vertx.ext.web.client.impl.WebClientInternal;
import io.vertx.ext.web.codec.BodyCodec;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Every byte to and from a provider goes through here: one total timeout, no redirect followed, no
/// retry, at most 1 MiB read, a bounded pool with a bounded queue, certificate and host name
/// checked. A name is resolved first and the connection goes to the very address that was checked,
/// so that no second answer of the DNS can move it. What a connection is made with is asked for
/// each call, so that a new certificate is shown at once.
///
/// Safe to call from every thread; the future completes on the caller's context and never fails.
public final class ProviderHttp {
  private static final int LONGEST_BODY = 1 << 20;
  private static final int CONNECTIONS = 32;
  private static final int QUEUE = 256;

  /// Below the 5 s after which common servers close an idle connection, so that a refresh token
  /// does not travel into a connection that is just being closed.
  private static final int KEEP_ALIVE_SECONDS = 4;

  private static final WebClientOptions COAT =
      new WebClientOptions().setUserAgentEnabled(false).setFollowRedirects(false);

  private final Vertx vertx;
  private final HttpClient pool;
  private final Supplier<ClientSSLOptions> tls;
  private final AddressRule rule;
  private final Duration timeout;

  /// Makes a client of its own.
  ///
  /// @param tls asked for each call; a call never goes over a connection made with other options
  public ProviderHttp(
      Vertx vertx, Supplier<ClientSSLOptions> tls, AddressRule rule, Duration timeout) {
    this.vertx = vertx;
    this.tls = tls;
    this.rule = rule;
    this.timeout = timeout;
    this.pool =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setVerifyHost(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(32 << 10)
                .setDecompressionSupported(false) // what is counted is what is kept
                .setMaxRedirects(0),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(QUEUE));
  }

  public Future<Answer> get(URI uri, Map<String, String> headers) {
    return call(HttpMethod.GET, uri, headers, Buffer.buffer());
  }

  /// Posts a form.
  Future<Answer> post(URI uri, Map<String, String> headers, Form form) {
    var all = new HashMap<>(headers);
    all.put("Content-Type", "application/x-www-form-urlencoded");
    return call(HttpMethod.POST, uri, all, Buffer.buffer(form.encoded()));
  }

  /// As in a form or a query.
  public static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /// Sends JSON, or nothing.
  public Future<Answer> json(
      HttpMethod method, URI uri, Map<String, String> headers, Optional<JsonObject> body) {
    var all = new HashMap<>(headers);
    body.ifPresent(_ -> all.put("Content-Type", "application/json"));
    return call(method, uri, all, body.map(JsonObject::toBuffer).orElseGet(Buffer::buffer));
  }

  private Future<Answer> call(
      HttpMethod method, URI uri, Map<String, String> headers, Buffer body) {
    if (rule.problem(uri).isPresent()) {
      return Future.succeededFuture(new Answer.Failed(Answer.Problem.ADDRESS_REFUSED));
    }
    var exchange = new Exchange(method, uri, headers, body);
    vertx.getOrCreateContext().runOnContext(_ -> exchange.start());
    return exchange.promise.future();
  }

  /// One call. Lives on one context, so that nothing in it is shared.
  private final class Exchange {
    private final Promise<Answer> promise = Promise.promise();
    private final BoundedBody received = new BoundedBody(LONGEST_BODY);
    private final HttpMethod method;
    private final URI uri;
    private final Map<String, String> headers;
    private final Buffer body;
    private @Nullable HttpClientRequest request;

    Exchange(HttpMethod method, URI uri, Map<String, String> headers, Buffer body) {
      this.method = method;
      this.uri = uri;
      this.headers = headers;
      this.body = body;
    }

    void start() {
      var timer = vertx.setTimer(timeout.toMillis(), _ -> give(Answer.Problem.TIMEOUT));
      promise.future().onComplete(_ -> vertx.cancelTimer(timer));
      ((VertxInternal) vertx)
          .nameResolver()
          .resolve(AddressRule.host(uri))
          .onComplete(this::send, _ -> give(Answer.Problem.UNREACHABLE));
    }

    private void send(InetAddress address) {
      if (!rule.allows(uri, address)) {
        give(Answer.Problem.ADDRESS_REFUSED);
        return;
      }
      var target = target();
      var server = SocketAddress.inetSocketAddress(target.getPort(), address.getHostAddress());
      var call = watched().request(method, server, target).as(BodyCodec.pipe(received));
      call.putHeader("User-Agent", "Cloakroom"); // some answer nobody who has none
      headers.forEach(call::putHeader);
      call.putHeader("Accept", headers.getOrDefault("Accept", "application/json"));
      var answer = body.length() > 0 ? call.sendBuffer(body) : call.send();
      answer.onComplete(this::read, this::fail);
    }

    private RequestOptions target() {
      boolean tls = uri.getScheme().equalsIgnoreCase("https");
      var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      return new RequestOptions()
          .setHost(AddressRule.host(uri))
          .setPort(uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80)
          .setSsl(tls)
          .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
          .setFollowRedirects(false)
          .setConnectTimeout(timeout.toMillis());
    }

    /// The web client is a thin coat over the shared pool. Each call has its own, because only an
    /// interceptor gets hold of the request, and only the request can be reset once it is answered;
    /// and because the coat drops options for TLS on the way to the request.
    private WebClient watched() {
      return ((WebClientInternal) WebClient.wrap(pool, COAT)).addInterceptor(this::watch);
    }

    private void watch(HttpContext<?> context) {
      if (context.phase() == ClientPhase.CREATE_REQUEST) {
        context.requestOptions().setSslOptions(verifying(tls.get()));
      }
      if (context.phase() == ClientPhase.SEND_REQUEST) {
        request = context.clientRequest();
        if (promise.future().isComplete()) {
          reset(); // the connection came too late: nothing is sent
          return;
        }
      }
      context.next();
    }

    private static ClientSSLOptions verifying(ClientSSLOptions options) {
      return new ClientSSLOptions(options)
          .setTrustAll(false)
          .setHostnameVerificationAlgorithm("HTTPS");
    }

    private void read(HttpResponse<Void> response) {
      promise.tryComplete(
          new Answer.Received(response.statusCode(), response.headers(), received.content()));
    }

    private void fail(Throwable cause) {
      give(
          cause instanceof BoundedBody.TooLong
              ? Answer.Problem.TOO_LARGE
              : Answer.Problem.UNREACHABLE);
    }

    private void give(Answer.Problem problem) {
      if (promise.tryComplete(new Answer.Failed(problem))) {
        reset();
      }
    }

    private void reset() {
      if (request != null) {
        request.reset().onFailure(_ -> {}); // it is closed already
      }
    }
  }
}

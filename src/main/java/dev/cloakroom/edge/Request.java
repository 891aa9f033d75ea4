package dev.cloakroom.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One admitted request: what the front filter accepted, and who sent it. Used on the event loop of
/// its connection only.
final class Request {
  private static final int MAX_PARAMETERS = 64;

  private final HttpServerRequest http;
  private final String method;
  private final MultiMap headers;
  private final Context context;
  private final Admission.Admitted admitted;
  private final String client;
  private final Trace trace;
  private Cookies.@Nullable Received cookies;
  private @Nullable Boolean upgrade;

  Request(
      HttpServerRequest http,
      Context context,
      Admission.Admitted admitted,
      String client,
      Trace trace) {
    this(http, http.method().name(), http.headers(), context, admitted, client, trace);
  }

  private Request(
      HttpServerRequest http,
      String method,
      MultiMap headers,
      Context context,
      Admission.Admitted admitted,
      String client,
      Trace trace) {
    this.http = http;
    this.method = method;
    this.headers = headers;
    this.context = context;
    this.admitted = admitted;
    this.client = client;
    this.trace = trace;
  }

  /// The request that this one only tells of; its body is somewhere else.
  Request instead(String otherMethod, MultiMap fields, Admission.Admitted target) {
    return new Request(http, otherMethod, fields, context, target, client, trace);
  }

  HttpServerRequest http() {
    return http;
  }

  MultiMap headers() {
    return headers;
  }

  String method() {
    return method;
  }

  Admission.Admitted target() {
    return admitted;
  }

  String client() {
    return client;
  }

  /// Whom limits count: the client's address, or the network of one that has so many that it could
  /// take another for every request.
  String sender() {
    return ClientAddress.network(client);
  }

  Trace trace() {
    return trace;
  }

  /// The gateway's own cookies, read at most once.
  Cookies.Received cookies(Cookies names) {
    var known = cookies;
    if (known == null) {
      known = names.read(headers);
      cookies = known;
    }
    return known;
  }

  /// Brings the outcome of shared work back to this request's event loop: a continuation of a
  /// shared `Future` runs on the loop that completes it, not on the waiter's.
  <T> Future<T> home(Future<T> shared) {
    Promise<T> local = Promise.promise();
    shared.onComplete(result -> context.runOnContext(_ -> local.handle(result)));
    return local.future();
  }

  /// Runs `action` on this request's event loop.
  void run(Runnable action) {
    context.runOnContext(_ -> action.run());
  }

  /// The query's parameters, decoded; empty when an escape is broken.
  Optional<MultiMap> parameters() {
    var query = admitted.query();
    return query == null ? Optional.of(MultiMap.caseInsensitiveMultiMap()) : decode(query);
  }

  /// The parameters of a query or of a form, decoded; empty when an escape is broken.
  static Optional<MultiMap> decode(String encoded) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    try {
      var decoder =
          new QueryStringDecoder(encoded, StandardCharsets.UTF_8, false, MAX_PARAMETERS, true);
      decoder.parameters().forEach(parameters::add);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(parameters);
  }

  /// A value for a query.
  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /// An address with these parameters.
  static String address(String path, Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
        .collect(Collectors.joining("&", path + "?", ""));
  }

  /// True for a request to switch to WebSocket; looked up at most once.
  boolean isUpgrade() {
    var known = upgrade;
    if (known == null) {
      known = isUpgrade(headers);
      upgrade = known;
    }
    return known;
  }

  /// The same of any fields.
  static boolean isUpgrade(MultiMap headers) {
    var upgrade = headers.get(HttpHeaders.UPGRADE);
    return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
  }
}

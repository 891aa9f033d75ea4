package dev.cloakroom.wire;

import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.proxy.Exchange;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.proxy.Forwarder;
import dev.cloakroom.proxy.Forwarding;
import dev.cloakroom.proxy.RequestTarget;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.RoutingTable;
import dev.cloakroom.upstream.Monitor;
import dev.cloakroom.upstream.UpstreamSettings;
import dev.cloakroom.upstream.Upstreams;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The forwarder with nothing around it: a server that parses, finds the route, and forwards, on
/// one event loop.
final class Relay implements AutoCloseable {
  static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  final TestClock clock = new TestClock();
  final EventList events = new EventList();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final Monitor monitor = new Monitor(vertx, new TlsWatch(vertx, events), clock, events);
  private final RoutingTable table;
  private final boolean http2;
  private final UpstreamSettings settings;
  private final Set<String> identities;
  private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
  private final BlockingQueue<Forwarded> outcomes = new LinkedBlockingQueue<>();
  private @Nullable Credential credential;
  private Map<String, String> preset = Map.of();
  private List<Forwarding.Field> says = List.of();
  private @Nullable Context context;
  private int port;

  private Relay(boolean http2, UpstreamSettings settings, RouteSketch... routes) {
    this.http2 = http2;
    var built = Arrays.stream(routes).map(RouteSketch::build).toList();
    this.table = new RoutingTable(built);
    this.settings = settings;
    this.identities =
        built.stream()
            .flatMap(route -> route.identity().headers().keySet().stream())
            .collect(Collectors.toSet());
    Waiting.on(monitor.watch(built.stream().map(Route::upstream).toList()));
    Waiting.on(vertx.deployVerticle(new Loop()));
  }

  static Relay with(RouteSketch... routes) {
    return new Relay(false, UpstreamSettings.defaults(), routes);
  }

  static Relay with(UpstreamSettings settings, RouteSketch... routes) {
    return new Relay(false, settings, routes);
  }

  /// Its clients may speak HTTP/2, with prior knowledge.
  static Relay ofHttp2(RouteSketch... routes) {
    return new Relay(true, UpstreamSettings.defaults(), routes);
  }

  /// Every call carries this credential.
  Relay attaches(Credential one) {
    credential = one;
    return this;
  }

  /// Every call says who calls.
  Relay says(Forwarding.Field... fields) {
    says = List.of(fields);
    return this;
  }

  /// The gateway has set these fields before it forwards.
  Relay presets(Map<String, String> fields) {
    preset = Map.copyOf(fields);
    return this;
  }

  RawClient client() {
    return RawClient.to(port);
  }

  int port() {
    return port;
  }

  /// How the next call ended; waits for it.
  Forwarded outcome() {
    try {
      var outcome = outcomes.poll(20, TimeUnit.SECONDS);
      if (outcome == null) {
        throw new AssertionError("no call ended");
      }
      return outcome;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Lets time pass until a call has ended.
  Forwarded outcomeAfter(Duration step) {
    Waiting.until(
        "the call's end",
        () -> {
          clock.advance(step);
          return !outcomes.isEmpty();
        });
    return outcome();
  }

  /// Severs the oldest call that was not severed yet.
  void severs(int code, String reason) {
    var exchange = exchanges.remove();
    if (context != null) {
      context.runOnContext(_ -> exchange.sever(code, reason));
    }
  }

  /// Waits until so many calls have been forwarded in all.
  void hasSeen(int calls) {
    Waiting.until(calls + " calls", () -> exchanges.size() >= calls);
  }

  /// Lets go of the calls that have been forwarded, and of what they hold.
  void forgetsCalls() {
    exchanges.clear();
    outcomes.clear();
  }

  /// Waits until the event loop has done what it was told before.
  void settles() {
    var done = Promise.<Void>promise();
    if (context != null) {
      context.runOnContext(_ -> done.complete());
    }
    Waiting.on(done.future());
  }

  /// Begins the health checks that are due, and has a look at the files; what that began ends with
  /// the future.
  Future<Void> checks() {
    var ended = Promise.<Void>promise();
    if (context != null) {
      context.runOnContext(_ -> monitor.tick().onComplete(ended));
    }
    return ended.future();
  }

  private void handle(Forwarder forwarder, HttpServerRequest request) {
    request.pause();
    switch (RequestTarget.parse(request.uri())) {
      case RequestTarget.Refused(var reason) -> answer(request, 400, reason);
      case RequestTarget.Accepted target -> {
        var found = table.find(target.path());
        if (found.isEmpty()) {
          answer(request, 404, "no route");
        } else if (target.encodedSlash()
            && found.get().encodedSlashes() == Route.EncodedSlashes.REFUSE) {
          answer(request, 400, "encoded slash");
        } else {
          forward(forwarder, request, target, found.get());
        }
      }
    }
  }

  private void forward(
      Forwarder forwarder, HttpServerRequest request, RequestTarget.Accepted target, Route route) {
    preset.forEach(request.response()::putHeader);
    var exchange =
        forwarder.forward(
            request,
            new Forwarding(
                route,
                target.path(),
                target.query(),
                credential,
                "192.0.2.7",
                "https",
                "app.example",
                TRACEPARENT,
                name ->
                    name.startsWith("__Host-Http-session") || name.startsWith("__Host-Http-login-"),
                says));
    exchanges.add(exchange);
    exchange
        .outcome()
        .onComplete(
            outcome -> {
              outcomes.add(outcome.result());
              var status = statusOf(outcome.result());
              if (status > 0) {
                answer(request, status, outcome.result().getClass().getSimpleName());
              }
            });
  }

  private static int statusOf(Forwarded outcome) {
    return switch (outcome) {
      case Forwarded.Done _, Forwarded.Aborted _ -> 0;
      case Forwarded.UnreachableUnanswered _, Forwarded.ProtocolErrorUnanswered _ -> 502;
      case Forwarded.TimedOutUnanswered _ -> 504;
      case Forwarded.StepUpUnanswered _ -> 401;
      case Forwarded.OverloadedUnanswered _, Forwarded.CutOffUnanswered _ -> 503;
      case Forwarded.BodyTooLargeUnanswered _ -> 413;
      case Forwarded.BrokenBodyUnanswered _ -> 400;
      case Forwarded.StalledUnanswered _ -> 408;
      case Forwarded.BadUpgradeUnanswered(var status) -> status;
    };
  }

  private static void answer(HttpServerRequest request, int status, String text) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Connection", "close")
        .end(text)
        .onComplete(_ -> request.connection().close());
  }

  @Override
  public void close() {
    Waiting.on(vertx.close());
  }

  private final class Loop extends VerticleBase {
    @Override
    public Future<HttpServer> start() {
      Relay.this.context = vertx.getOrCreateContext();
      var upstreams = new Upstreams(vertx, settings, monitor, clock);
      var forwarder = new Forwarder(vertx, upstreams, clock, events, identities);
      return vertx
          .createHttpServer(
              new HttpServerOptions()
                  .setHttp2ClearTextEnabled(http2)
                  .setPerFrameWebSocketCompressionSupported(false)
                  .setPerMessageWebSocketCompressionSupported(false))
          .requestHandler(request -> handle(forwarder, request))
          .listen(0, "127.0.0.1")
          .onSuccess(server -> port = server.actualPort());
    }
  }
}

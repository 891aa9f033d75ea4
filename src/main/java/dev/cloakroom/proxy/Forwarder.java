package dev.cloakroom.proxy;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.upstream.Target;
import dev.cloakroom.upstream.Upstreams;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/// Forwards one request, or upgrade, to its upstream and streams both ways. One per event loop,
/// made on that loop.
///
/// Bodies pass with back-pressure and are never buffered beyond 16 KiB. Trailers of an answer pass
/// from an upstream of HTTP/2 to a caller that says `TE: trailers`; no others are relayed, and `TE`
/// and `Trailer` are dropped, so that nobody expects them. Of the interim answers, 100 is given by
/// the gateway and 103 passes; any other is a protocol error. `Expect: 100-continue` must be left
/// to this class (`HttpServerOptions.setHandle100ContinueAutomatically(false)`, the default).
public final class Forwarder {
  private static final long SWEEP_MILLIS = 100;

  private final Context context;
  private final Upstreams upstreams;
  private final InstantSource clock;
  private final Observer observer;
  private final RequestFields fields;
  private final Roster roster = new Roster();
  private final IdentityHashMap<Route, Plan> plans = new IdentityHashMap<>();

  /// Makes the forwarder of the event loop it is called on.
  ///
  /// @param identities the names of all fields in which some route says who calls
  public Forwarder(
      Vertx vertx,
      Upstreams upstreams,
      InstantSource clock,
      Observer observer,
      Set<String> identities) {
    this.fields = new RequestFields(identities);
    this.context = vertx.getOrCreateContext();
    this.upstreams = upstreams;
    this.clock = clock;
    this.observer = observer;
    vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
  }

  /// Forwards. `request` is paused and untouched; its response may already hold header fields,
  /// which win over the upstream's. The handlers of both belong to the forwarder until the outcome
  /// is known. After an unanswered outcome, part of the request's body may still be unread: the
  /// caller's answer must then close the connection. Never throws.
  public Exchange forward(HttpServerRequest request, Forwarding forwarding) {
    var call = new Call(this, request, forwarding, plan(forwarding.route()));
    try {
      call.begin();
    } catch (RuntimeException e) {
      call.fail(e);
    }
    return call;
  }

  private Plan plan(Route route) {
    var plan = plans.get(route);
    if (plan == null) {
      plan = Plan.of(route, upstreams.rotation(route.upstream()), fields);
      plans.put(route, plan);
    }
    return plan;
  }

  private void sweep() {
    var now = clock.millis();
    upstreams.sweep(now);
    roster.sweep(now);
  }

  InstantSource clock() {
    return clock;
  }

  Roster roster() {
    return roster;
  }

  /// Runs after what is being read has been read.
  void afterThisRead(Runnable task) {
    context.runOnContext(_ -> task.run());
  }

  void failed(Forwarding forwarding, Target target, String problem) {
    var upstream = target.pool().target().toString();
    observer.on(new Event.UpstreamFailed(upstream, problem, traceId(forwarding)));
  }

  void retried(Forwarding forwarding, Target failed, String problem) {
    var upstream = failed.pool().target().toString();
    observer.on(new Event.UpstreamRetried(upstream, problem, traceId(forwarding)));
  }

  void fault(Forwarding forwarding, Throwable cause) {
    observer.on(new Event.Fault(Optional.of(traceId(forwarding)), cause));
  }

  private static String traceId(Forwarding forwarding) {
    var parts = forwarding.traceparent().split("-", 4);
    return parts.length > 2 ? parts[1] : "";
  }
}

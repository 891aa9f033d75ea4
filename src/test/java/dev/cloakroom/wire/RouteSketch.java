package dev.cloakroom.wire;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.proxy.Route.EncodedSlashes;
import dev.cloakroom.upstream.HealthCheck;
import dev.cloakroom.upstream.Protocol;
import dev.cloakroom.upstream.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A route to play with; everything a test does not say is as configuration would have it.
final class RouteSketch {
  private final String path;
  private final List<URI> upstreams;
  private Optional<HealthCheck> health = Optional.empty();
  private Optional<TlsFiles> tls = Optional.empty();
  private Protocol protocol = Protocol.HTTP1;
  private Duration connect = Duration.ofSeconds(2);
  private Optional<Duration> total = Optional.empty();
  private Optional<String> strip = Optional.empty();
  private Optional<String> rewrite = Optional.empty();
  private Access access = Access.SESSION;
  private EncodedSlashes encodedSlashes = EncodedSlashes.REFUSE;
  private int replayBuffer;
  private Optional<String> proofOrigin = Optional.empty();
  private Optional<Long> maxBody = Optional.empty();
  private boolean preserveHost;
  private Route.Identity identity = Route.Identity.none();
  private boolean webSockets = true;

  private RouteSketch(String path, List<URI> upstreams) {
    this.path = path;
    this.upstreams = upstreams;
  }

  static RouteSketch route(String path, URI... upstreams) {
    return new RouteSketch(path, List.of(upstreams));
  }

  RouteSketch checks(HealthCheck check) {
    health = Optional.of(check);
    return this;
  }

  RouteSketch meetsWith(TlsFiles files) {
    tls = Optional.of(files);
    return this;
  }

  RouteSketch overHttp2() {
    protocol = Protocol.HTTP2;
    return this;
  }

  RouteSketch connectsIn(Duration time) {
    connect = time;
    return this;
  }

  RouteSketch endsAfter(Duration time) {
    total = Optional.of(time);
    return this;
  }

  RouteSketch strips(String prefix) {
    strip = Optional.of(prefix);
    return this;
  }

  RouteSketch rewrites(String prefix) {
    rewrite = Optional.of(prefix);
    return this;
  }

  RouteSketch anonymous() {
    access = Access.ANONYMOUS;
    return this;
  }

  RouteSketch passesEncodedSlashes() {
    encodedSlashes = EncodedSlashes.PASS;
    return this;
  }

  RouteSketch replays(int bytes) {
    replayBuffer = bytes;
    return this;
  }

  RouteSketch takesAtMost(long bytes) {
    maxBody = Optional.of(bytes);
    return this;
  }

  RouteSketch preservesHost() {
    preserveHost = true;
    return this;
  }

  RouteSketch tells(String name, String claim) {
    identity = new Route.Identity(Map.of(name, claim), Optional.empty());
    return this;
  }

  RouteSketch withoutWebSockets() {
    webSockets = false;
    return this;
  }

  /// What the upstream takes for its own origin.
  RouteSketch proofOrigin(String origin) {
    proofOrigin = Optional.of(origin);
    return this;
  }

  Route build() {
    return new Route(
        path,
        new Upstream(upstreams, protocol, health, tls),
        strip,
        rewrite,
        access,
        Route.TokenKind.ACCESS_TOKEN,
        Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        Route.Csrf.AUTO,
        Route.Requirement.nothing(),
        Route.StepUps.TRANSLATE,
        true,
        new Route.Timeouts(connect, Duration.ofSeconds(30), Duration.ofSeconds(60), total),
        encodedSlashes,
        proofOrigin,
        replayBuffer,
        maxBody,
        Route.RateLimit.none(),
        preserveHost,
        identity,
        new Route.WebSockets(webSockets, false, Route.WebSockets.OnTokenExpiry.KEEP));
  }
}

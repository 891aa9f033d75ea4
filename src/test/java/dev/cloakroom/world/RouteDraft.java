package dev.cloakroom.world;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.upstream.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A route with everything at its default, but for what a test changes. Its upstream is the world's
/// own, unless a test names another.
public final class RouteDraft {
  private final String path;
  private Route.Access access = Route.Access.SESSION;
  private Route.TokenKind token = Route.TokenKind.ACCESS_TOKEN;
  private Route.Csrf csrf = Route.Csrf.AUTO;
  private Set<String> methods = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private Optional<URI> upstream = Optional.empty();
  private boolean touch = true;
  private Optional<Long> maxBody = Optional.empty();
  private Route.Timeouts timeouts =
      new Route.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60));
  private Route.WebSockets.OnTokenExpiry onTokenExpiry = Route.WebSockets.OnTokenExpiry.KEEP;
  private Route.Identity identity = Route.Identity.none();
  private Route.Requirement require = Route.Requirement.nothing();
  private Route.RateLimit rateLimit = Route.RateLimit.none();
  private Route.StepUps stepUps = Route.StepUps.TRANSLATE;

  public RouteDraft(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  public RouteDraft access(Route.Access who) {
    access = who;
    return this;
  }

  public RouteDraft token(Route.TokenKind kind) {
    token = kind;
    return this;
  }

  public RouteDraft csrf(Route.Csrf how) {
    csrf = how;
    return this;
  }

  public RouteDraft methods(Set<String> allowed) {
    methods = allowed;
    return this;
  }

  public RouteDraft upstream(URI target) {
    upstream = Optional.of(target);
    return this;
  }

  public RouteDraft maxBody(long bytes) {
    maxBody = Optional.of(bytes);
    return this;
  }

  public RouteDraft timeouts(Route.Timeouts patience) {
    timeouts = patience;
    return this;
  }

  public RouteDraft touch(boolean slides) {
    touch = slides;
    return this;
  }

  public RouteDraft onTokenExpiry(Route.WebSockets.OnTokenExpiry policy) {
    onTokenExpiry = policy;
    return this;
  }

  public RouteDraft rateLimit(Optional<Integer> perClient, Optional<Integer> perSession) {
    rateLimit = new Route.RateLimit(perClient, perSession);
    return this;
  }

  public RouteDraft identity(Route.Identity told) {
    identity = told;
    return this;
  }

  /// The provider the login must have been at.
  public RouteDraft requiresProvider(String name) {
    return requires(
        new Route.Requirement(Optional.of(name), Optional.empty(), Optional.empty(), List.of()));
  }

  /// What the login must have been.
  public RouteDraft requires(Route.Requirement shown) {
    require = shown;
    return this;
  }

  /// What becomes of an upstream's wish to see more of the user.
  public RouteDraft stepUps(Route.StepUps what) {
    stepUps = what;
    return this;
  }

  Route build(URI ownUpstream, Optional<TlsFiles> tls) {
    return new Route(
        path,
        new dev.cloakroom.upstream.Upstream(
            List.of(upstream.orElse(ownUpstream)), Protocol.HTTP1, Optional.empty(), tls),
        Optional.empty(),
        Optional.empty(),
        access,
        token,
        methods,
        csrf,
        require,
        stepUps,
        touch,
        timeouts,
        Route.EncodedSlashes.REFUSE,
        Optional.empty(),
        0,
        maxBody,
        rateLimit,
        false,
        identity,
        new Route.WebSockets(true, false, onTokenExpiry));
  }
}

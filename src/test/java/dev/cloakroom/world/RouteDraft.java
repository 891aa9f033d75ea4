package dev.cloakroom.world;

import dev.cloakroom.proxy.Route;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A route with everything at its default, but for what a test changes.
///
/// @param upstream empty: the world's own
public record RouteDraft(
    String path,
    Route.Access access,
    Route.TokenKind token,
    Route.Csrf csrf,
    Set<String> methods,
    Optional<URI> upstream,
    Optional<String> stripPrefix,
    boolean touch,
    Optional<Long> maxBody,
    Route.Timeouts timeouts,
    Route.WebSockets.OnTokenExpiry onTokenExpiry,
    Route.Identity identity,
    Optional<String> provider,
    Route.RateLimit rateLimit) {
  public RouteDraft(String path) {
    this(
        path,
        Route.Access.SESSION,
        Route.TokenKind.ACCESS_TOKEN,
        Route.Csrf.AUTO,
        Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        Optional.empty(),
        Optional.empty(),
        true,
        Optional.empty(),
        new Route.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60)),
        Route.WebSockets.OnTokenExpiry.KEEP,
        Route.Identity.none(),
        Optional.empty(),
        Route.RateLimit.none());
  }

  public RouteDraft access(Route.Access who) {
    return new RouteDraft(
        path,
        who,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft token(Route.TokenKind kind) {
    return new RouteDraft(
        path,
        access,
        kind,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft csrf(Route.Csrf how) {
    return new RouteDraft(
        path,
        access,
        token,
        how,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft methods(Set<String> allowed) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        allowed,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft upstream(URI target) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        Optional.of(target),
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft maxBody(long bytes) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        Optional.of(bytes),
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft timeouts(Route.Timeouts patience) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        patience,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft touch(boolean slides) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        slides,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft onTokenExpiry(Route.WebSockets.OnTokenExpiry policy) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        policy,
        identity,
        provider,
        rateLimit);
  }

  public RouteDraft rateLimit(Optional<Integer> perClient, Optional<Integer> perSession) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        provider,
        new Route.RateLimit(perClient, perSession));
  }

  public RouteDraft identity(Route.Identity told) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        told,
        provider,
        rateLimit);
  }

  /// The provider the login must have been at.
  public RouteDraft requiresProvider(String name) {
    return new RouteDraft(
        path,
        access,
        token,
        csrf,
        methods,
        upstream,
        stripPrefix,
        touch,
        maxBody,
        timeouts,
        onTokenExpiry,
        identity,
        Optional.of(name),
        rateLimit);
  }

  Route build(URI ownUpstream) {
    return new Route(
        path,
        dev.cloakroom.upstream.Upstream.of(upstream.orElse(ownUpstream)),
        stripPrefix,
        Optional.empty(),
        access,
        token,
        methods,
        csrf,
        new Route.Requirement(provider, Optional.empty(), Optional.empty(), List.of()),
        touch,
        timeouts,
        Route.EncodedSlashes.REFUSE,
        0,
        maxBody,
        rateLimit,
        false,
        identity,
        new Route.WebSockets(true, false, onTokenExpiry));
  }
}

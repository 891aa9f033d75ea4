package dev.cloakroom.edge;

import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.StepUp;
import dev.cloakroom.session.Session;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks what a route asks of a session beside being one (`require`). Comparison is exact: no
/// folding of case, no trimming, no splitting of strings, no conversion of types.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470, 3
final class Requirements {
  private final Surface surface;

  Requirements(Surface surface) {
    this.surface = surface;
  }

  /// Empty when the login was what it must have been. Of claims, see [#isShown].
  Optional<Problem> check(Route.Requirement require, Session session, InstantSource clock) {
    var provider = require.provider();
    if (provider.isPresent() && !provider.get().equals(session.provider())) {
      return Optional.of(
          problem("provider", provider.get(), require.acr(), seconds(require))
              .withDetail("This needs a sign-in with another sign-in service."));
    }
    boolean weak = require.acr().isPresent() && !require.acr().equals(session.acr());
    boolean stale = require.maxAge().isPresent() && isStale(require.maxAge().get(), session, clock);
    if (weak || stale) {
      return Optional.of(
          problem(weak ? "acr" : "max_age", session.provider(), require.acr(), seconds(require)));
    }
    return Optional.empty();
  }

  private static boolean isStale(Duration maxAge, Session session, InstantSource clock) {
    var authTime = session.authTime();
    return authTime.isEmpty() || authTime.get().plus(maxAge).isBefore(clock.instant());
  }

  /// What an upstream asks for, as a problem with the login that shows it.
  Problem of(StepUp wanted, Session session) {
    return problem("upstream", session.provider(), wanted.acrValues(), wanted.maxAge());
  }

  /// A call without a usable session: where the route names a provider, so does the login address.
  Problem named(Route.Requirement require, Problem problem) {
    return require
        .provider()
        .filter(_ -> problem.code().status() == 401 && problem.loginUrl().isEmpty())
        .map(name -> problem.withLoginUrl(surface.loginUrl() + "?provider=" + Request.encode(name)))
        .orElse(problem);
  }

  private static Optional<String> seconds(Route.Requirement require) {
    return require.maxAge().map(age -> Long.toString(age.toSeconds()));
  }

  /// The login goes to the provider of the session, unless the route names one: another would be
  /// somebody else.
  private Problem problem(
      String reason, String provider, Optional<String> acrValues, Optional<String> maxAge) {
    var asked = new ArrayList<String>();
    acrValues.ifPresent(values -> asked.add("acr_values=" + Request.encode(values)));
    maxAge.ifPresent(seconds -> asked.add("max_age=" + seconds));
    asked.add("provider=" + Request.encode(provider));
    return Problem.of(ProblemCode.STEP_UP_REQUIRED, reason)
        .withLoginUrl(surface.loginUrl() + "?" + String.join("&", asked));
  }

  /// Whether every claim that is asked for has one of its values.
  static boolean isShown(Route.Requirement require, Function<String, @Nullable Object> claims) {
    return require.claims().stream().allMatch(rule -> fits(rule, claims.apply(rule.claim())));
  }

  private static boolean fits(Route.ClaimRule rule, @Nullable Object value) {
    return switch (value) {
      case String text -> rule.anyOf().contains(text);
      case JsonArray list ->
          list.stream()
              .anyMatch(entry -> entry instanceof String text && rule.anyOf().contains(text));
      case null, default -> false;
    };
  }
}

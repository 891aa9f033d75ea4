package dev.cloakroom.edge;

import dev.cloakroom.identity.KnownClaims;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.StepUp;
import dev.cloakroom.session.Session;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
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

  /// Empty when the session shows everything.
  Optional<Problem> check(Route.Requirement require, Session session, Instant now) {
    var elsewhere = require.provider().filter(name -> !name.equals(session.provider()));
    if (elsewhere.isPresent()) {
      return Optional.of(
          problem("provider", elsewhere.get(), require.acr(), seconds(require))
              .withDetail("This needs a sign-in with another sign-in service."));
    }
    boolean weak = require.acr().isPresent() && !require.acr().equals(session.acr());
    boolean stale =
        require
            .maxAge()
            .map(age -> session.authTime().map(at -> at.plus(age).isBefore(now)).orElse(true))
            .orElse(false);
    if (weak || stale) {
      return Optional.of(
          problem(weak ? "acr" : "max_age", session.provider(), require.acr(), seconds(require)));
    }
    return showsClaims(require, session)
        ? Optional.empty()
        : Optional.of(Problem.of(ProblemCode.FORBIDDEN, "claims"));
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

  private static boolean showsClaims(Route.Requirement require, Session session) {
    if (require.claims().isEmpty()) {
      return true;
    }
    var claims = new KnownClaims(session);
    return require.claims().stream().allMatch(rule -> fits(rule, claims.value(rule.claim())));
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

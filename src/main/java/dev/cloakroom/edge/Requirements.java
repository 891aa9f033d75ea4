package dev.cloakroom.edge;

import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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
    boolean weak = require.acr().isPresent() && !require.acr().equals(session.acr());
    boolean stale =
        require
            .maxAge()
            .map(age -> session.authTime().map(at -> at.plus(age).isBefore(now)).orElse(true))
            .orElse(false);
    if (weak || stale) {
      return Optional.of(
          Problem.of(ProblemCode.STEP_UP_REQUIRED, weak ? "acr" : "max_age")
              .withLoginUrl(loginUrl(require)));
    }
    return showsClaims(require, session)
        ? Optional.empty()
        : Optional.of(Problem.of(ProblemCode.FORBIDDEN, "claims"));
  }

  private String loginUrl(Route.Requirement require) {
    var asked = new ArrayList<String>();
    require.acr().ifPresent(acr -> asked.add("acr_values=" + Request.encode(acr)));
    require.maxAge().ifPresent(age -> asked.add("max_age=" + age.toSeconds()));
    return surface.loginUrl() + "?" + String.join("&", asked);
  }

  private static boolean showsClaims(Route.Requirement require, Session session) {
    if (require.claims().isEmpty()) {
      return true;
    }
    var claims = new JsonObject(session.claims());
    return require.claims().stream().allMatch(rule -> fits(rule, claims.getValue(rule.claim())));
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

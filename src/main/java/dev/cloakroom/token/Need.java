package dev.cloakroom.token;

import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.session.Session;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which access token of a session somebody needs. With the session this is what single flights and
/// pauses are kept under.
sealed interface Need {
  /// The token as `session` has it; null when it has none.
  @Nullable AccessToken in(Session session);

  /// Whether `session` has it, and it has not expired.
  default boolean isUsable(Session session, Instant now) {
    var token = in(session);
    return token != null && now.isBefore(token.expiresAt());
  }

  /// The login's own.
  record Own() implements Need {
    @Override
    public AccessToken in(Session session) {
      return session.tokens().own();
    }
  }

  /// One for a target of its own.
  record Other(TokenTarget target) implements Need {
    @Override
    public @Nullable AccessToken in(Session session) {
      return session.others().get(target);
    }
  }
}

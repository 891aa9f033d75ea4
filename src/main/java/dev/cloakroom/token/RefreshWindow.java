package dev.cloakroom.token;

import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// When an access token is due: `refresh.ahead` before its expiry, or, unless configured, the
/// lesser of 30 s and a tenth of its life. Up to a fifth of that is added, differently for each
/// session, so that sessions that began together do not come to the provider together.
final class RefreshWindow {
  private static final long LONGEST_AHEAD = Duration.ofSeconds(30).toMillis();
  private static final int JITTER_STEPS = 1 << 10;

  private final Map<String, Provider> providers;

  /// No token is due before it has less than this to live, whatever its provider.
  private final long earliest;

  RefreshWindow(Map<String, Provider> providers) {
    this.providers = providers;
    long ahead =
        providers.values().stream()
            .flatMap(provider -> provider.settings().refreshAhead().stream())
            .mapToLong(Duration::toMillis)
            .reduce(LONGEST_AHEAD, Math::max);
    this.earliest = ahead + ahead / 5;
  }

  /// False nearly always, and then nothing else of the session needs to be looked at.
  private boolean isNear(Instant expires, long now) {
    return now >= expires.toEpochMilli() - earliest;
  }

  /// True from the moment the token should be refreshed. A token that nothing can refresh is due
  /// when it has expired. Milliseconds since the epoch, because every API call asks.
  boolean isDue(Session session, long now) {
    var tokens = session.tokens();
    return isNear(tokens.expiresAt(), now)
        && isDue(session, tokens.issuedAt(), tokens.expiresAt(), tokens.refresh().isPresent(), now);
  }

  /// As above, for a further token, which is due when it is not there. An exchange needs no refresh
  /// token.
  boolean isDue(Session session, TokenTarget target, long now) {
    var token = session.others().get(target);
    if (token == null || !isNear(token.expiresAt(), now)) {
      return token == null;
    }
    boolean renewable =
        target instanceof TokenTarget.Exchange || session.tokens().refresh().isPresent();
    return isDue(session, token.issuedAt(), token.expiresAt(), renewable, now);
  }

  private boolean isDue(
      Session session, Instant issued, Instant expires, boolean renewable, long now) {
    long expiresAt = expires.toEpochMilli();
    if (!renewable) {
      return now >= expiresAt;
    }
    long ahead = ahead(session, expiresAt - issued.toEpochMilli());
    long jitter = ahead / 5 * (session.key().hashCode() & (JITTER_STEPS - 1)) / JITTER_STEPS;
    return now >= expiresAt - ahead - jitter;
  }

  private long ahead(Session session, long life) {
    var provider = providers.get(session.provider());
    Optional<Duration> configured =
        provider == null ? Optional.empty() : provider.settings().refreshAhead();
    return configured.isPresent()
        ? Math.min(configured.get().toMillis(), life / 2) // never due from its first moment
        : Math.min(LONGEST_AHEAD, life / 10);
  }
}

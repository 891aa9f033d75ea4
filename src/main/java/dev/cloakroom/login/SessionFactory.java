package dev.cloakroom.login;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.oidc.RedeemOutcome;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Makes the session of a login that succeeded: a new id and a new handle, always, and of the
/// claims only those that may be shown.
final class SessionFactory {
  private static final int HANDLE_LENGTH = 16;

  private final FrontEnd frontEnd;
  private final Duration maxLifetime;
  private final InstantSource clock;
  private final Entropy entropy;

  SessionFactory(FrontEnd frontEnd, Duration maxLifetime, InstantSource clock, Entropy entropy) {
    this.frontEnd = frontEnd;
    this.maxLifetime = maxLifetime;
    this.clock = clock;
    this.entropy = entropy;
  }

  SessionId drawId() {
    return SessionId.draw(frontEnd, entropy);
  }

  Session create(
      SessionId id,
      String provider,
      String device,
      List<String> shown,
      RedeemOutcome.Granted granted) {
    var now = clock.instant();
    var handle =
        Base64.getUrlEncoder().withoutPadding().encodeToString(entropy.bytes(HANDLE_LENGTH));
    return new Session(
        id.key(),
        frontEnd,
        handle,
        provider,
        granted.identity(),
        only(shown, granted.claims()),
        granted.tokens(),
        now,
        earlier(now.plus(maxLifetime), granted.sessionExpiry()),
        granted.authTime(),
        granted.acr(),
        device,
        0);
  }

  /// The provider may cap the life of a session, and never lengthen it.
  private static Instant earlier(Instant own, Optional<Instant> wanted) {
    return wanted.filter(own::isAfter).orElse(own);
  }

  private static String only(List<String> shown, JsonObject claims) {
    var kept = new JsonObject();
    shown.stream()
        .filter(claims::containsKey)
        .forEach(name -> kept.put(name, claims.getValue(name)));
    return kept.encode();
  }
}

package dev.cloakroom.login;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.login.app.AppCode;
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

  /// A session that is about to begin.
  ///
  /// @param code with which an app gets it; empty: it is the browser's
  record Newcomer(SessionId id, Session session, Optional<AppCode> code) {}

  /// The session of an attempt that succeeded. An app's lives for as long as its code, and is then
  /// its own.
  Newcomer create(
      Attempt attempt, String browser, List<String> shown, RedeemOutcome.Granted granted) {
    var id = SessionId.draw(frontEnd, entropy);
    if (attempt.app().isEmpty()) {
      return new Newcomer(
          id, create(id, attempt.provider(), browser, shown, granted), Optional.empty());
    }
    var login = attempt.app().get();
    var session = create(id, attempt.provider(), login.app(), shown, granted);
    var code = AppCode.draw(session, entropy);
    var ofCode = code.id(frontEnd, login);
    var waits = earlier(clock.instant().plus(AppCode.LIFE), Optional.of(session.expiresAt()));
    return new Newcomer(ofCode, session.under(ofCode.key(), waits), Optional.of(code));
  }

  private Session create(
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

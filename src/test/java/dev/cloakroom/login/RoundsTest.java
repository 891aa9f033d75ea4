package dev.cloakroom.login;

import static dev.cloakroom.login.LoginScene.query;
import static dev.cloakroom.login.LoginScene.signedIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Case;
import dev.cloakroom.login.BeginOutcome.LoopCause;
import dev.cloakroom.login.LoginScene.Started;
import dev.cloakroom.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Which logins follow from one another, and which only look like it.
class RoundsTest {
  private final LoginScene login = new LoginScene();

  /// Logs in once more, in the session of `current`; its cookies are kept.
  private Optional<SessionId> goesRound(Optional<SessionId> current, boolean crossSite) {
    var redirect = (BeginOutcome.Redirect) login.begins(current, crossSite);
    login.jar.add(redirect.attempt());
    return Optional.of(returns(new Started(redirect, query(redirect.location()))));
  }

  private SessionId returns(Started started) {
    var done = signedIn(login.returns(started, "code", "c"));
    login.rounds = Optional.of(done.rounds());
    return done.id();
  }

  private static Optional<LoopCause> loop(BeginOutcome outcome) {
    return outcome instanceof BeginOutcome.Loop(var cause, _)
        ? Optional.of(cause)
        : Optional.empty();
  }

  private Optional<SessionId> goesRoundThreeTimes() {
    Optional<SessionId> session = Optional.empty();
    for (int i = 0; i < 3; i++) {
      session = goesRound(session, false);
    }
    return session;
  }

  @Test
  void tabsThatLogInSideBySideAreNoRounds() {
    var tabs = List.of(login.starts(), login.starts(), login.starts(), login.starts());
    var sessions = tabs.stream().map(this::returns).toList();
    assertThat(loop(login.begins(Optional.of(sessions.getLast()), false))).isEmpty();
    assertThat(loop(login.begins(Optional.empty(), false))).contains(LoopCause.NO_COOKIE);
  }

  @Test
  @Case("T119")
  void inASessionTheFourthLoginInARowIsNotBegun() {
    var session = goesRoundThreeTimes();
    assertThat(loop(login.begins(session, false))).contains(LoopCause.SESSION_LIVES);
    var started = login.starts("return_to", "/elsewhere"); // for another end, it is
    assertThat(started.redirect().location()).startsWith("https://main.test/");
  }

  /// A call may ask for it as soon as the session is there.
  @Test
  void aStrongerLoginForTheSamePageIsForAnotherEnd() {
    var session = goesRoundThreeTimes();
    assertThat(loop(login.begins(session, false, "acr_values", "gold"))).isEmpty();
    assertThat(loop(login.begins(session, false, "max_age", "60"))).isEmpty();
    assertThat(loop(login.begins(session, false, "provider", "other"))).isEmpty();
  }

  /// To what another site begins the session cookie does not come, so that its absence says
  /// nothing.
  @Test
  void fromAnotherSiteOnlyTheNumberCounts() {
    for (int i = 0; i < 3; i++) {
      var _ = goesRound(Optional.empty(), true);
    }
    assertThat(loop(login.begins(Optional.empty(), true))).contains(LoopCause.NO_COOKIE);
  }

  @Test
  void whetherASessionLivesIsNotGuessed() {
    var session = goesRoundThreeTimes();
    login.store.goesAway();
    assertThat(loop(login.begins(session, false))).isEmpty();
  }

  @Test
  void aRoundIsGoodForHalfAMinute() {
    var _ = goesRound(Optional.empty(), false);
    login.clock.advance(Rounds.LIFE.minusSeconds(1));
    assertThat(loop(login.begins(Optional.empty(), false))).contains(LoopCause.NO_COOKIE);
    login.clock.advance(Duration.ofSeconds(1));
    assertThat(loop(login.begins(Optional.empty(), false))).isEmpty();
  }

  @Test
  void whatWasNotSealedHereCountsNothing() {
    var _ = goesRound(Optional.empty(), false);
    var sealed = Base64.getUrlDecoder().decode(login.rounds.orElseThrow());
    for (int i = 0; i < sealed.length; i++) {
      var altered = sealed.clone();
      altered[i] ^= 1;
      login.rounds = Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(altered));
      assertThat(loop(login.begins(Optional.empty(), false))).isEmpty();
    }
    for (var odd : List.of("", "%", "AAAA", "x".repeat(4096))) {
      login.rounds = Optional.of(odd);
      assertThat(loop(login.begins(Optional.empty(), false))).isEmpty();
    }
    var attempt = login.starts().redirect().attempt(); // sealed here, but as something else
    login.rounds = Optional.of(attempt.value());
    assertThat(loop(login.begins(Optional.empty(), false))).isEmpty();
  }

  /// During an upgrade, nodes of two versions finish each other's logins.
  @Test
  void anAttemptIsTheSameToAVersionThatCountsNoRounds() {
    var attempt =
        new Attempt(
            new Seed(Entropy.secure().bytes(Seed.LENGTH)),
            "main",
            Instant.parse("2030-01-01T00:00:00Z"),
            "/a",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            0);
    var counted = attempt.after(2).pack();
    assertThat(Attempt.unpack(counted).orElseThrow().rounds()).isEqualTo(2);
    assertThat(Arrays.copyOf(counted, counted.length - 1)).isEqualTo(attempt.pack());
    assertThat(Attempt.unpack(attempt.pack()).orElseThrow().rounds()).isZero();
  }
}

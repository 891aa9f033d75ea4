package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MemorySessionStoreTest extends SessionStoreContract {
  @Override
  SessionStore create(SessionSettings settings) {
    return new MemorySessionStore(settings, clock, events);
  }

  @Test
  void theBoundOnSessionsHoldsAndSaysSo() {
    var store = create(new SessionSettings(IDLE, LIFE, 10, OptionalInt.empty()));
    List<EndCause> heard = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      var id = started(store, "user-" + i, "sid-" + i);
      var _ = store.watch(id.key(), heard::add);
    }
    var _ = on(store.sweep());
    assertThat(store.size()).isEqualTo(10);
    assertThat(events.of(Event.SessionEnded.class)).hasSize(90);
    assertThat(new HashSet<>(heard)).isSubsetOf(EndCause.EVICTED, EndCause.IDLE);
    for (int i = 0; i < 100; i++) { // and the index keeps nothing of them
      var _ =
          on(
              store.endAll(
                  new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "user-" + i),
                  EndCause.ADMIN));
    }
    assertThat(events.of(Event.SessionEnded.class)).hasSize(100);
    var _ = on(store.sweep());
    assertThat(store.size()).isZero();
  }

  @Test
  void aClaimIsForgottenWhenItsAttemptIsTooOld() {
    var store = create();
    var until = clock.instant().plusSeconds(600);
    assertThat(on(store.claim("a", until))).isEqualTo(SessionStore.Claim.CLAIMED);
    clock.advance(Duration.ofSeconds(601));
    assertThat(on(store.claim("a", until.plusSeconds(600)))).isEqualTo(SessionStore.Claim.CLAIMED);
  }

  @Test
  @Proves("SES-01")
  void whatIsIdleForLongIsCalledIdleEvenWhenTheSweepComesLate() {
    var store = create();
    var _ = started(store);
    clock.advance(LIFE.plusHours(1));
    var _ = on(store.sweep());
    assertThat(events.of(Event.SessionEnded.class)).extracting("cause").containsExactly("IDLE");
  }

  @Test
  void whoeverHeldTheSessionWhenItEndedCannotReplaceIt() {
    var id = draw();
    var session = session(id, ISSUER, "alice", "sid-1");
    var stored = new StoredSession(session, clock.millis() + IDLE.toMillis(), null);
    assertThat(stored.end()).isTrue();
    assertThat(stored.end()).isFalse();
    assertThat(stored.replace(session.with(tokens("late"))))
        .isEqualTo(new SessionStore.Replaced.Gone());
  }

  /// With the clock a step on, a use would move the deadline to the very end; before, it does not.
  @Test
  @Proves("SES-01")
  void aSessionInUseEndsAtMostTenSecondsBeforeItsIdleTimeIsOver() {
    var store = create();
    var id = started(store);
    clock.advance(Duration.ofSeconds(10));
    assertThat(store.peek(id, true)).isNotNull();
    clock.advance(IDLE.minusSeconds(10).minusMillis(1));
    assertThat(store.peek(id, true)).isNotNull();
    clock.advance(IDLE.minusMillis(1));
    assertThat(store.peek(id, true)).isNotNull();
    clock.advance(IDLE);
    assertThat(store.peek(id, false)).isNull();
  }
}

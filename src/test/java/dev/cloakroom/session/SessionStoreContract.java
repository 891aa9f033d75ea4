package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.SessionStore.Claim;
import dev.cloakroom.session.SessionStore.Claimed;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.EndedIf;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Redeemed;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.SessionStore.Seen;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What every session store promises. A new store is one subclass with one method.
abstract class SessionStoreContract {
  static final String ISSUER = "https://id.test";
  static final Duration IDLE = Duration.ofMinutes(30);
  static final Duration LIFE = Duration.ofHours(8);

  final TestClock clock = new TestClock();
  final EventList events = new EventList();
  final Entropy entropy = new CountingEntropy();

  abstract SessionStore create(SessionSettings settings);

  SessionStore create() {
    return create(new SessionSettings(IDLE, LIFE, 1_000, OptionalInt.empty()));
  }

  SessionId draw() {
    return SessionId.draw(FrontEnd.ONLY, entropy);
  }

  Session session(SessionId id, String issuer, String subject, String sid) {
    var now = clock.instant();
    return new Session(
        id.key(),
        FrontEnd.ONLY,
        "handle-" + id.key().value().substring(0, 8),
        "main",
        new Identity(issuer, subject, Optional.of(sid)),
        "{}",
        tokens("access-0"),
        now,
        now.plus(LIFE),
        Optional.of(now),
        Optional.empty(),
        "Firefox on Linux",
        0);
  }

  Tokens tokens(String access) {
    var now = clock.instant();
    return new Tokens(
        Secret.of(access),
        Optional.of(Secret.of("refresh")),
        Optional.empty(),
        Set.of(),
        now,
        now.plusSeconds(300));
  }

  SessionId started(SessionStore store, String subject, String sid) {
    var id = draw();
    var outcome = on(store.start(id, session(id, ISSUER, subject, sid), Optional.empty()));
    assertThat(outcome).isInstanceOf(Started.Stored.class);
    return id;
  }

  SessionId started(SessionStore store) {
    return started(store, "alice", "sid-1");
  }

  Session live(SessionStore store, SessionId id) {
    return ((Lookup.Live) on(store.find(id, false))).session();
  }

  Seen seen(SessionStore store, SessionId id, Instant used) {
    return new Seen(id.key(), SessionCard.of(live(store, id)), used);
  }

  void isGone(SessionStore store, SessionId id, EndCause cause) {
    assertThat(on(store.find(id, true))).isEqualTo(new Lookup.Gone(cause));
  }

  void isUnknown(SessionStore store, SessionId id) {
    assertThat(on(store.find(id, true))).isEqualTo(new Lookup.Unknown());
    assertThat(store.peek(id, true)).isNull();
  }

  // -- lifetimes

  @Test
  @Proves("SES-01")
  void aSessionNobodyUsesEndsAtItsIdleTimeout() {
    var store = create();
    var id = started(store);
    clock.advance(IDLE.minusSeconds(1));
    assertThat(on(store.find(id, false))).isInstanceOf(Lookup.Live.class);
    clock.advance(Duration.ofSeconds(1));
    isUnknown(store, id);
  }

  @Test
  @Proves("SES-01")
  void useSlidesTheIdleTimeoutButNeverTheAbsoluteOne() {
    var store = create();
    var id = started(store);
    for (int minutes = 0; minutes < 460; minutes += 20) {
      clock.advance(Duration.ofMinutes(20));
      assertThat(on(store.find(id, true))).isInstanceOf(Lookup.Live.class);
    }
    clock.advance(Duration.ofMinutes(20)); // 480 minutes are eight hours
    isUnknown(store, id);
    var _ = on(store.sweep());
    assertThat(events.of(Event.SessionEnded.class)).extracting("cause").containsExactly("ABSOLUTE");
  }

  @Test
  @Proves("SES-02")
  void lookingWithoutTouchingDoesNotSlide() {
    var store = create();
    var id = started(store);
    for (int minutes = 0; minutes < 25; minutes += 5) {
      clock.advance(Duration.ofMinutes(5));
      assertThat(on(store.find(id, false))).isInstanceOf(Lookup.Live.class);
      var _ = store.peek(id, false);
    }
    clock.advance(Duration.ofMinutes(5));
    isUnknown(store, id);
  }

  @Test
  @Proves("SES-02")
  void theAnswerSaysWhenTheSessionWillBeIdle() {
    var store = create();
    var id = started(store);
    var began = clock.instant();
    clock.advance(Duration.ofMinutes(10));
    assertThat(((Lookup.Live) on(store.find(id, false))).idleExpiresAt())
        .isEqualTo(began.plus(IDLE));
    assertThat(((Lookup.Live) on(store.find(id, true))).idleExpiresAt())
        .isEqualTo(clock.instant().plus(IDLE));
  }

  @Test
  void peekingSlidesWhenAskedTo() {
    var store = create();
    var id = started(store);
    clock.advance(IDLE.minusSeconds(1));
    if (store.peek(id, true) == null) {
      var _ = on(store.find(id, true)); // a store may always answer "ask me properly"
    }
    clock.advance(IDLE.minusSeconds(1));
    assertThat(on(store.find(id, false))).isInstanceOf(Lookup.Live.class);
  }

  @Test
  @Proves("RT-09")
  void newTokensDoNotKeepAnIdleSessionAlive() {
    var store = create();
    var id = started(store);
    clock.advance(IDLE.minusSeconds(1));
    var stored = live(store, id);
    assertThat(on(store.replace(id, stored.with(tokens("access-1")))))
        .isInstanceOf(Replaced.Stored.class);
    clock.advance(Duration.ofSeconds(1));
    isUnknown(store, id);
  }

  // -- replacing

  @Test
  void theFirstOfTwoReplacementsWins() {
    var store = create();
    var id = started(store);
    var read = live(store, id);
    var first = read.with(tokens("first"));
    assertThat(on(store.replace(id, first))).isEqualTo(new Replaced.Stored(first));
    assertThat(on(store.replace(id, read.with(tokens("second")))))
        .isEqualTo(new Replaced.Superseded(first));
    assertThat(live(store, id).tokens().access()).isEqualTo(Secret.of("first"));
  }

  @Test
  @Proves("RT-08")
  void aRefusedTokenThatSomebodyReplacedEndsNothing() {
    var store = create();
    var id = started(store);
    var read = live(store, id);
    var renewed = read.with(tokens("renewed"));
    var _ = on(store.replace(id, renewed));
    assertThat(on(store.endIf(read, EndCause.REFRESH_REFUSED)))
        .isEqualTo(new EndedIf.Superseded(renewed));
    assertThat(live(store, id)).isEqualTo(renewed);
    assertThat(on(store.endIf(renewed, EndCause.REFRESH_REFUSED))).isEqualTo(new EndedIf.Done());
    isUnknown(store, id);
    assertThat(on(store.endIf(renewed, EndCause.REFRESH_REFUSED))).isEqualTo(new EndedIf.Done());
  }

  @Test
  void anEndedSessionCannotBeReplaced() {
    var store = create();
    var id = started(store);
    var read = live(store, id);
    var _ = on(store.end(id.key(), EndCause.LOGOUT));
    assertThat(on(store.replace(id, read.with(tokens("late"))))).isEqualTo(new Replaced.Gone());
    isGone(store, id, EndCause.LOGOUT);
  }

  @Test
  void anEndThatOverlapsAReplacementWins() throws Exception {
    var store = create();
    for (int round = 0; round < 200; round++) {
      var id = started(store, "alice", "sid-" + round);
      var read = live(store, id);
      var both = new CyclicBarrier(2);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var end =
            threads.submit(
                () -> {
                  both.await();
                  return on(store.end(id.key(), EndCause.LOGOUT));
                });
        var replacement =
            threads.submit(
                () -> {
                  both.await();
                  return on(store.replace(id, read.with(tokens("late"))));
                });
        boolean stored = replacement.get() instanceof Replaced.Stored;
        var ended = ((Ended.Done) end.get()).sessions();
        assertThat(ended).hasSize(1); // and its tokens are the ones to revoke
        assertThat(ended.getFirst().version()).isEqualTo(stored ? 1 : 0);
      }
      isGone(store, id, EndCause.LOGOUT);
    }
  }

  // -- redeeming

  /// A session that waits, as an app's does for its code.
  private SessionId waiting(SessionStore store, int round) {
    return started(store, "alice", "sid-" + round);
  }

  private static Redeemed redeemed(SessionStore store, SessionId id, Session waiting) {
    return on(store.redeem(id, waiting.under(id.key(), waiting.expiresAt()), waiting.key()));
  }

  private static SessionSelector alice() {
    return new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice");
  }

  private static List<Seen> ofAlice(SessionStore store) {
    return ((Listed.Found) on(store.list(alice()))).sessions();
  }

  @Test
  void aSessionTakesThePlaceOfTheOneThatWaitedForItsCode() {
    var store = create();
    var from = waiting(store, 1);
    var waited = live(store, from);
    var id = draw();
    assertThat(redeemed(store, id, waited))
        .isEqualTo(new Redeemed.Stored(waited.under(id.key(), waited.expiresAt()), List.of()));
    isGone(store, from, EndCause.REDEEMED);
    assertThat(live(store, id).tokens()).isEqualTo(waited.tokens());
    assertThat(ofAlice(store)).extracting(Seen::key).containsExactly(id.key());
  }

  @Test
  @Proves("SES-09")
  void aSessionThatTakesAPlaceMakesRoomLikeAnyOther() {
    var store = create(new SessionSettings(IDLE, LIFE, 1_000, OptionalInt.of(2)));
    var first = started(store, "alice", "sid-0");
    var waited = live(store, waiting(store, 1));
    var id = draw();
    assertThat(((Redeemed.Stored) redeemed(store, id, waited)).ended()).isEmpty();
    assertThat(ofAlice(store)).extracting(Seen::key).containsExactly(first.key(), id.key());
  }

  @Test
  void ofManyWhoWantThePlaceOneGetsIt() throws Exception {
    var store = create();
    for (int round = 0; round < 50; round++) {
      var waited = live(store, waiting(store, round));
      var all = new CyclicBarrier(4);
      Callable<Redeemed> redeeming =
          () -> {
            all.await();
            return redeemed(store, draw(), waited);
          };
      var outcomes = new ArrayList<Redeemed>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var one : threads.invokeAll(Collections.nCopies(4, redeeming))) {
          outcomes.add(one.get());
        }
      }
      assertThat(outcomes).filteredOn(Redeemed.Stored.class::isInstance).hasSize(1);
      assertThat(outcomes).filteredOn(new Redeemed.Gone()::equals).hasSize(3);
      assertThat(ofAlice(store)).hasSize(1);
      assertThat(((Ended.Done) on(store.endAll(alice(), EndCause.ADMIN))).sessions()).hasSize(1);
    }
  }

  @Test
  void noSessionTakesThePlaceOfOneThatIsOver() {
    var store = create();
    var from = waiting(store, 1);
    var waited = live(store, from);
    var _ = on(store.endAll(alice(), EndCause.ADMIN));
    var id = draw();
    assertThat(redeemed(store, id, waited)).isEqualTo(new Redeemed.Gone());
    isUnknown(store, id);
    isGone(store, from, EndCause.ADMIN);
    clock.advance(LIFE);
    assertThat(redeemed(store, draw(), waited)).isEqualTo(new Redeemed.Gone());
  }

  @Test
  @Proves("BCL-16")
  void noSessionTakesThePlaceOfOneThatTheProviderLoggedOut() {
    var store = create();
    var waited = live(store, waiting(store, 1));
    var sid = new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-1");
    var _ = on(store.endAll(sid, EndCause.BACK_CHANNEL));
    var id = draw();
    assertThat(redeemed(store, id, waited)).isEqualTo(new Redeemed.LoggedOut());
    isUnknown(store, id);
  }

  /// Who asked for the sessions of a user before one took the place of another comes to the one
  /// that is gone.
  @Test
  @Proves("SES-10")
  void whoMeansToEndTheOneThatWaitedEndsTheOneInItsPlace() {
    var store = create();
    List<EndCause> heard = new ArrayList<>();
    var from = waiting(store, 1);
    var _ = store.watch(from.key(), heard::add);
    var waited = live(store, from);
    var id = draw();
    var begun = ((Redeemed.Stored) redeemed(store, id, waited)).session();
    var ended = on(store.end(from.key(), EndCause.ADMIN));
    assertThat(ended).isEqualTo(new Ended.Done(List.of(begun)));
    isGone(store, id, EndCause.ADMIN);
    isGone(store, from, EndCause.REDEEMED);
    assertThat(heard).containsExactly(EndCause.REDEEMED);
    assertThat(on(store.end(from.key(), EndCause.ADMIN))).isEqualTo(new Ended.Done(List.of()));
  }

  @Test
  @Proves("SES-10")
  void anEndThatOverlapsARedemptionWins() throws Exception {
    var store = create();
    for (int round = 0; round < 200; round++) {
      var waited = live(store, waiting(store, round));
      var id = draw();
      var both = new CyclicBarrier(2);
      Callable<Redeemed> redeeming =
          () -> {
            both.await();
            return redeemed(store, id, waited);
          };
      Callable<Ended> ending =
          () -> {
            both.await();
            return on(store.endAll(alice(), EndCause.ADMIN));
          };
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var redemption = threads.submit(redeeming);
        var end = threads.submit(ending);
        assertThat(redemption.get()).isNotInstanceOf(Redeemed.Unavailable.class);
        assertThat(end.get()).isInstanceOf(Ended.Done.class);
      }
      assertThat(on(store.find(id, false))).isNotInstanceOf(Lookup.Live.class);
      assertThat(ofAlice(store)).isEmpty();
    }
  }

  // -- starting

  @Test
  @Proves({"CK-12", "CB-14"})
  void aNewLoginEndsTheSessionItReplaces() {
    var store = create();
    var old = started(store);
    var id = draw();
    var outcome = on(store.start(id, session(id, ISSUER, "bob", "sid-2"), Optional.of(old.key())));
    var stored = (Started.Stored) outcome;
    assertThat(stored.ended()).extracting(Session::key).containsExactly(old.key());
    isGone(store, old, EndCause.REPLACED);
    assertThat(live(store, id).identity().subject()).isEqualTo("bob");
  }

  @Test
  @Proves("SES-09")
  void theOldestSessionOfAUserMakesRoom() {
    var store = create(new SessionSettings(IDLE, LIFE, 1_000, OptionalInt.of(2)));
    var first = started(store, "alice", "sid-1");
    var second = started(store, "alice", "sid-2");
    var bob = started(store, "bob", "sid-3");
    var id = draw();
    var outcome = on(store.start(id, session(id, ISSUER, "alice", "sid-4"), Optional.empty()));
    assertThat(((Started.Stored) outcome).ended())
        .extracting(Session::key)
        .containsExactly(first.key());
    isUnknown(store, first);
    assertThat(live(store, second).key()).isEqualTo(second.key());
    assertThat(live(store, bob).key()).isEqualTo(bob.key());
  }

  @Test
  @Proves("BCL-16")
  void aLogoutThatOvertakesTheLoginWins() {
    var store = create();
    var old = started(store, "alice", "sid-0");
    var _ =
        on(
            store.endAll(
                new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-1"), EndCause.BACK_CHANNEL));
    var id = draw();
    assertThat(on(store.start(id, session(id, ISSUER, "alice", "sid-1"), Optional.of(old.key()))))
        .isEqualTo(new Started.LoggedOut());
    isUnknown(store, id);
    assertThat(live(store, old)).isNotNull(); // both or neither
    assertThat(
            on(
                store.endAll(
                    new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice"), EndCause.ADMIN)))
        .isEqualTo(new Ended.Done(List.of(session(old, ISSUER, "alice", "sid-0"))));
  }

  @Test
  @Proves("BCL-16")
  void anAdministratorsEndDoesNotBarTheNextLogin() {
    var store = create();
    var _ =
        on(store.endAll(new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-1"), EndCause.ADMIN));
    assertThat(live(store, started(store))).isNotNull();
  }

  // -- ending

  @Test
  @Proves("SES-06")
  void aProviderSessionEndsExactlyItsOwn() {
    var store = create();
    var laptop = started(store, "alice", "sid-1");
    var phone = started(store, "alice", "sid-2");
    var ended =
        on(
            store.endAll(
                new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-1"), EndCause.BACK_CHANNEL));
    assertThat(((Ended.Done) ended).sessions())
        .extracting(Session::key)
        .containsExactly(laptop.key());
    isGone(store, laptop, EndCause.BACK_CHANNEL);
    assertThat(live(store, phone)).isNotNull();
  }

  @Test
  @Proves("SES-06")
  void aSubjectEndsInAllBrowsersAlsoAfterOneOfThemLeft() {
    var store = create();
    var first = started(store, "alice", "sid-1");
    var second = started(store, "alice", "sid-2");
    var third = started(store, "alice", "sid-3");
    var _ = on(store.end(first.key(), EndCause.LOGOUT));
    var ended =
        on(
            store.endAll(
                new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice"),
                EndCause.BACK_CHANNEL));
    assertThat(((Ended.Done) ended).sessions())
        .extracting(Session::key)
        .containsExactlyInAnyOrder(second.key(), third.key());
    isGone(store, second, EndCause.BACK_CHANNEL);
    isGone(store, third, EndCause.BACK_CHANNEL);
  }

  @Test
  @Proves("SES-07")
  void equalSubjectsOfTwoIssuersNeverMeet() {
    var store = create();
    var here = started(store, "alice", "sid-1");
    var there = draw();
    var _ =
        on(
            store.start(
                there, session(there, "https://b.test", "alice", "sid-1"), Optional.empty()));
    var _ =
        on(
            store.endAll(
                new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice"), EndCause.ADMIN));
    isGone(store, here, EndCause.ADMIN);
    assertThat(live(store, there)).isNotNull();
    var _ =
        on(
            store.endAll(
                new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-1"), EndCause.BACK_CHANNEL));
    assertThat(live(store, there)).isNotNull();
  }

  @Test
  @Proves("SES-08")
  void aHandleNamesOneSession() {
    var store = create();
    var id = started(store);
    var other = started(store, "alice", "sid-2");
    var handle = live(store, id).handle();
    var ended =
        on(
            store.endAll(
                new SessionSelector.ByHandle(FrontEnd.ONLY, handle), EndCause.ENDED_BY_USER));
    assertThat(((Ended.Done) ended).sessions()).hasSize(1);
    isGone(store, id, EndCause.ENDED_BY_USER);
    assertThat(live(store, other)).isNotNull();
  }

  @Test
  @Proves({"SES-07", "SES-08"})
  void aListNamesTheLiveSessionsOfOneUserAndWhenTheyWereUsed() {
    var store = create();
    var first = started(store, "alice", "sid-1");
    var gone = started(store, "alice", "sid-2");
    var _ = started(store, "bob", "sid-3");
    var there = draw();
    var _ =
        on(store.start(there, session(there, "https://b.test", "alice", "s"), Optional.empty()));
    var began = clock.instant();
    var _ = on(store.end(gone.key(), EndCause.LOGOUT));
    clock.advance(Duration.ofMinutes(10));
    assertThat(on(store.find(first, true))).isInstanceOf(Lookup.Live.class);
    var second = started(store, "alice", "sid-4");
    clock.advance(Duration.ofMinutes(5));
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice");
    var used = began.plus(Duration.ofMinutes(10));
    assertThat(on(store.list(alice)))
        .isEqualTo(new Listed.Found(List.of(seen(store, first, used), seen(store, second, used))));
    assertThat(on(store.list(new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-2"))))
        .isEqualTo(new Listed.Found(List.of()));
  }

  @Test
  @Proves({"SES-02", "SES-08"})
  void listingDoesNotSlide() {
    var store = create();
    var id = started(store);
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice");
    clock.advance(IDLE.minusSeconds(1));
    assertThat(((Listed.Found) on(store.list(alice))).sessions()).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(on(store.list(alice))).isEqualTo(new Listed.Found(List.of()));
    isUnknown(store, id);
  }

  @Test
  @Proves("RPL-06")
  void endingTwiceEndsOnce() {
    var store = create();
    var id = started(store);
    assertThat(((Ended.Done) on(store.end(id.key(), EndCause.LOGOUT))).sessions()).hasSize(1);
    assertThat(((Ended.Done) on(store.end(id.key(), EndCause.ADMIN))).sessions()).isEmpty();
    isGone(store, id, EndCause.LOGOUT);
    assertThat(events.of(Event.SessionEnded.class)).hasSize(1);
  }

  @Test
  void anEndIsRememberedForTenMinutes() {
    var store = create();
    var id = started(store);
    var _ = on(store.end(id.key(), EndCause.LOGOUT));
    clock.advance(Duration.ofMinutes(10).minusSeconds(1));
    isGone(store, id, EndCause.LOGOUT);
    clock.advance(Duration.ofSeconds(1));
    isUnknown(store, id);
  }

  @Test
  void aRefusedRefreshIsNotRemembered() {
    var store = create();
    var id = started(store);
    var _ = on(store.end(id.key(), EndCause.REFRESH_REFUSED));
    isUnknown(store, id);
  }

  // -- watching

  @Test
  @Proves("SES-10")
  void whoeverWatchesHearsOfEveryKindOfEndOnce() {
    var store = create();
    List<EndCause> heard = new ArrayList<>();
    var loggedOut = started(store, "alice", "sid-1");
    var idle = started(store, "alice", "sid-2");
    var listening = List.of(loggedOut, idle).stream().map(id -> store.watch(id.key(), heard::add));
    assertThat(listening.toList()).hasSize(2);
    var _ = on(store.end(loggedOut.key(), EndCause.LOGOUT));
    var _ = on(store.end(loggedOut.key(), EndCause.LOGOUT));
    assertThat(heard).containsExactly(EndCause.LOGOUT);
    clock.advance(IDLE);
    var _ = on(store.sweep());
    var _ = on(store.sweep());
    assertThat(heard).containsExactly(EndCause.LOGOUT, EndCause.IDLE);
    assertThat(events.of(Event.SessionEnded.class))
        .extracting("cause")
        .containsExactly("LOGOUT", "IDLE");
  }

  @Test
  void whoeverStopsWatchingHearsNothing() {
    var store = create();
    List<EndCause> heard = new ArrayList<>();
    var id = started(store);
    store.watch(id.key(), heard::add).close();
    var _ = on(store.end(id.key(), EndCause.LOGOUT));
    assertThat(heard).isEmpty();
  }

  @Test
  void whoeverComesLateHearsAtOnce() {
    var store = create();
    List<EndCause> heard = new ArrayList<>();
    var id = started(store);
    var _ = on(store.end(id.key(), EndCause.ADMIN));
    var _ = store.watch(id.key(), heard::add);
    assertThat(heard).containsExactly(EndCause.ADMIN);
  }

  @Test
  @Proves("SES-10")
  void aListenerFindsTheSessionAlreadyGone() {
    var store = create();
    List<Lookup> found = new ArrayList<>();
    var id = started(store);
    var _ = store.watch(id.key(), _ -> store.find(id, false).onSuccess(found::add));
    var _ = on(store.end(id.key(), EndCause.LOGOUT));
    assertThat(found).containsExactly(new Lookup.Gone(EndCause.LOGOUT));
  }

  @Test
  @Proves("SES-10")
  void aListenerThatBreaksKeepsNobodyFromHearing() {
    var store = create();
    List<EndCause> heard = new ArrayList<>();
    var id = started(store);
    var _ =
        store.watch(
            id.key(),
            _ -> {
              throw new IllegalStateException("a bug");
            });
    var _ = store.watch(id.key(), heard::add);
    var ended = (Ended.Done) on(store.end(id.key(), EndCause.LOGOUT));
    assertThat(ended.sessions()).hasSize(1);
    assertThat(heard).containsExactly(EndCause.LOGOUT);
    assertThat(events.of(Event.Fault.class)).hasSize(1);
  }

  @Test
  @Proves("SES-10")
  void endsThatRaceAreToldOnce() throws Exception {
    var store = create();
    for (int round = 0; round < 200; round++) {
      var id = started(store, "alice", "sid-" + round);
      var name = new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice");
      var told = new AtomicInteger();
      var all = new CyclicBarrier(3);
      List<Session> ended = new CopyOnWriteArrayList<>();
      Callable<Object> watching =
          () -> {
            all.await();
            return store.watch(id.key(), _ -> told.incrementAndGet());
          };
      Callable<Object> ending =
          () -> {
            all.await();
            return ended.addAll(((Ended.Done) on(store.end(id.key(), EndCause.LOGOUT))).sessions());
          };
      Callable<Object> endingAll =
          () -> {
            all.await();
            var done = (Ended.Done) on(store.endAll(name, EndCause.BACK_CHANNEL));
            return ended.addAll(done.sessions());
          };
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var one : threads.invokeAll(List.of(watching, ending, endingAll))) {
          assertThat(one.get()).isNotNull();
        }
      }
      assertThat(told).hasValue(1);
      assertThat(ended).hasSize(1);
    }
    assertThat(events.of(Event.SessionEnded.class)).hasSize(200);
  }

  // -- claims

  @Test
  @Proves("STATE-02")
  void anAttemptIsClaimedOnce() {
    var store = create();
    var until = clock.instant().plus(Duration.ofMinutes(10));
    assertThat(on(store.claim("a", until))).isEqualTo(Claim.CLAIMED);
    assertThat(on(store.claim("a", until))).isEqualTo(Claim.ALREADY_CLAIMED);
    assertThat(on(store.claim("b", until))).isEqualTo(Claim.CLAIMED);
    clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(on(store.claim("a", until))).isEqualTo(Claim.ALREADY_CLAIMED);
  }

  @Test
  @Proves("BCL-07")
  void lookingWhetherSomethingIsClaimedClaimsNothing() {
    var store = create();
    var until = clock.instant().plus(Duration.ofMinutes(10));
    assertThat(on(store.claimed("a"))).isEqualTo(Claimed.NO);
    assertThat(on(store.claimed("a"))).isEqualTo(Claimed.NO);
    assertThat(on(store.claim("a", until))).isEqualTo(Claim.CLAIMED);
    assertThat(on(store.claimed("a"))).isEqualTo(Claimed.YES);
    assertThat(on(store.claimed("b"))).isEqualTo(Claimed.NO);
    clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(on(store.claimed("a"))).isEqualTo(Claimed.YES);
  }

  // -- ids

  @Test
  @Proves("CK-11")
  void aStoreKnowsTheHashOfAnIdAndOnlyWellFormedIdsCostALook() {
    var id = draw();
    assertThat(id.key().value()).hasSize(43).isNotEqualTo(id.reveal());
    assertThat(SessionId.parse(FrontEnd.ONLY, id.reveal()).orElseThrow().key()).isEqualTo(id.key());
    assertThat(SessionId.parse(FrontEnd.ONLY, id.reveal() + "A")).isEmpty();
    assertThat(SessionId.parse(FrontEnd.ONLY, "é".repeat(43))).isEmpty();
    assertThat(id.toString()).doesNotContain(id.reveal());
  }

  // -- front ends

  private Session at(FrontEnd frontEnd, SessionId id, String subject) {
    var now = clock.instant();
    return new Session(
        id.key(),
        frontEnd,
        "handle-" + frontEnd.name() + id.key().value().substring(0, 8),
        "main",
        new Identity(ISSUER, subject, Optional.of("sid-1")),
        "{}",
        tokens("access-0"),
        now,
        now.plus(LIFE),
        Optional.of(now),
        Optional.empty(),
        "",
        0);
  }

  @Test
  @Proves("SES-08")
  void frontEndsKnowNothingOfEachOther() throws Exception {
    var store = create(new SessionSettings(IDLE, LIFE, 1_000, OptionalInt.of(1)));
    var shop = new FrontEnd("shop");
    var office = new FrontEnd("office");
    var atShop = SessionId.draw(shop, entropy);
    var atOffice = SessionId.draw(office, entropy);
    var alone = draw();
    var _ = on(store.start(atShop, at(shop, atShop, "alice"), Optional.empty()));
    var _ = on(store.start(atOffice, at(office, atOffice, "alice"), Optional.empty()));
    var _ = on(store.start(alone, at(FrontEnd.ONLY, alone, "alice"), Optional.empty()));
    for (var other : List.of(office, FrontEnd.ONLY)) {
      var elsewhere = SessionId.parse(other, atShop.reveal()).orElseThrow();
      assertThat(store.peek(elsewhere, true)).isNull();
      assertThat(on(store.find(elsewhere, true))).isEqualTo(new Lookup.Unknown());
      assertThat(on(store.reread(elsewhere))).isEqualTo(new Lookup.Unknown());
    }
    for (var selector :
        List.of(
            new SessionSelector.BySid(office, ISSUER, "sid-1"),
            new SessionSelector.BySubject(office, ISSUER, "alice"))) {
      assertThat(((Listed.Found) on(store.list(selector))).sessions())
          .extracting(Seen::key)
          .containsExactly(atOffice.key());
    }
    var office1 = new SessionSelector.BySid(office, ISSUER, "sid-1");
    var _ = on(store.endAll(office1, EndCause.BACK_CHANNEL));
    assertThat(on(store.find(atOffice, false))).isEqualTo(new Lookup.Gone(EndCause.BACK_CHANNEL));
    assertThat(on(store.find(atShop, false))).isInstanceOf(Lookup.Live.class);
    assertThat(on(store.find(alone, false))).isInstanceOf(Lookup.Live.class);
    var late = SessionId.draw(office, entropy);
    assertThat(on(store.start(late, at(office, late, "bob"), Optional.empty())))
        .isEqualTo(new Started.LoggedOut());
    var next = SessionId.draw(shop, entropy);
    assertThat(on(store.start(next, at(shop, next, "bob"), Optional.empty())))
        .isInstanceOf(Started.Stored.class);
  }
}

package dev.cloakroom.token;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.HandTimers;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenKeeperTest {
  private static final Duration PAST_EXPIRY = ProviderStandIn.TOKEN_LIFE.plusSeconds(1);
  private static final Duration JUST_BEFORE_EXPIRY = ProviderStandIn.TOKEN_LIFE.minusSeconds(1);

  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final CountingEntropy entropy = new CountingEntropy();
  private final HandTimers timers = new HandTimers();
  private final ProviderStandIn provider = new ProviderStandIn("main", clock);
  private final WaveringStore store =
      new WaveringStore(
          new MemorySessionStore(
              new SessionSettings(
                  Duration.ofHours(1), Duration.ofHours(8), 1_000, OptionalInt.empty()),
              clock,
              events));
  private final TokenKeeper keeper =
      new TokenKeeper(
          store,
          Map.of("main", provider),
          new Revoker(Map.of("main", provider), events),
          timers,
          clock,
          events);

  private Session login(SessionId id, String subject, Tokens tokens) {
    var now = clock.instant();
    var session =
        new Session(
            id.key(),
            FrontEnd.ONLY,
            "handle-" + subject,
            "main",
            new Identity(provider.issuer(), subject, Optional.empty()),
            "{}",
            tokens,
            now,
            now.plus(Duration.ofHours(8)),
            Optional.empty(),
            Optional.empty(),
            "Firefox on Linux",
            0);
    assertThat(on(store.start(id, session, Optional.empty()))).isInstanceOf(Started.Stored.class);
    return session;
  }

  private Session login(SessionId id) {
    return login(id, "alice", provider.issue());
  }

  private Session stored(SessionId id) {
    return ((Lookup.Live) on(store.find(id, false))).session();
  }

  private static Session ready(TokenOutcome outcome) {
    assertThat(outcome).isInstanceOf(TokenOutcome.Ready.class);
    return ((TokenOutcome.Ready) outcome).session();
  }

  private final SessionId id = SessionId.draw(FrontEnd.ONLY, entropy);

  // -- one refresh

  @Test
  @Proves("RT-01")
  void anExpiredTokenIsReplacedTogetherWithItsRefreshToken() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    var fresh = ready(on(keeper.keepFresh(id, old)));
    assertThat(fresh.tokens().access()).isNotEqualTo(old.tokens().access());
    assertThat(fresh.tokens().refresh()).isNotEqualTo(old.tokens().refresh());
    assertThat(stored(id)).isEqualTo(fresh);
    clock.advance(PAST_EXPIRY); // strict rotation: the second refresh works with the new one only
    assertThat(ready(on(keeper.keepFresh(id, fresh))).version()).isEqualTo(2);
  }

  @Test
  @Proves({"RT-02", "CK-13"})
  void callsThatArriveTogetherShareOneRefresh() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    Promise<RefreshOutcome> answer = Promise.promise();
    provider.onRefresh(_ -> answer.future());
    var calls = IntStream.range(0, 100).mapToObj(_ -> keeper.keepFresh(id, old)).toList();
    assertThat(calls).noneMatch(Future::isComplete);
    var tokens = provider.issue();
    answer.complete(new RefreshOutcome.Renewed(tokens));
    assertThat(calls).allMatch(call -> ready(on(call)).tokens().equals(tokens));
    assertThat(provider.refreshed()).hasSize(1);
    assertThat(events.of(Event.RefreshShared.class)).hasSize(99);
  }

  @Test
  @Proves("RT-02")
  void aSlowCallDoesNotSpendTheOldRefreshToken() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    var first = ready(on(keeper.keepFresh(id, old)));
    var late = ready(on(keeper.keepFresh(id, old))); // read the session before the refresh
    assertThat(late).isEqualTo(first);
    assertThat(provider.refreshed()).hasSize(1);
  }

  @Test
  @Proves("RT-02")
  void twoSessionsNeverShareTokens() {
    var other = SessionId.draw(FrontEnd.ONLY, entropy);
    var alice = login(id);
    var bob = login(other, "bob", provider.issue());
    clock.advance(PAST_EXPIRY);
    var forAlice = ready(on(keeper.keepFresh(id, alice)));
    var forBob = ready(on(keeper.keepFresh(other, bob)));
    assertThat(provider.refreshed()).containsExactly(alice.tokens(), bob.tokens());
    assertThat(forAlice.identity().subject()).isEqualTo("alice");
    assertThat(forBob.identity().subject()).isEqualTo("bob");
    assertThat(forAlice.tokens()).isNotEqualTo(forBob.tokens());
  }

  @Test
  @Proves("RT-02")
  void twoUsersOnManyThreadsGetTheirOwnTokensFromOneRefreshEach() throws Exception {
    for (int round = 0; round < 100; round++) {
      var ids =
          List.of(SessionId.draw(FrontEnd.ONLY, entropy), SessionId.draw(FrontEnd.ONLY, entropy));
      var alice = login(ids.get(0), "alice", provider.issue());
      var bob = login(ids.get(1), "bob", provider.issue());
      clock.advance(PAST_EXPIRY);
      int before = provider.refreshed().size();
      var together = new CyclicBarrier(50);
      var calls =
          IntStream.range(0, 50)
              .<Callable<Session>>mapToObj(
                  n ->
                      () -> {
                        together.await();
                        return ready(
                            on(keeper.keepFresh(ids.get(n % 2), n % 2 == 0 ? alice : bob)));
                      })
              .toList();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        int n = 0;
        for (var answer : threads.invokeAll(calls)) {
          assertThat(answer.get()).isEqualTo(stored(ids.get(n++ % 2)));
        }
      }
      assertThat(provider.refreshed()).hasSize(before + 2);
      clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  @Proves("RT-04")
  void aRefreshGoesOnWhenNobodyWaitsForItAnyMore() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    Promise<RefreshOutcome> answer = Promise.promise();
    provider.onRefresh(_ -> answer.future());
    var _ = keeper.keepFresh(id, old); // and the client hangs up
    answer.complete(new RefreshOutcome.Renewed(provider.issue()));
    assertThat(stored(id).version()).isEqualTo(1);
  }

  @Test
  void aRefreshThatThrowsIsAFaultAndLeavesTheSessionUsable() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.onRefresh(
        _ -> {
          throw new IllegalStateException("a bug");
        });
    assertThat(keeper.keepFresh(id, old).cause()).hasMessage("a bug");
    provider.rotatesAgain();
    clock.advance(Duration.ofSeconds(3));
    assertThat(ready(on(keeper.keepFresh(id, old))).version()).isEqualTo(1);
  }

  // -- ahead of time

  @Test
  @Proves("RT-09")
  void aTokenIsRefreshedBesideTheCallsThatStillUseIt() {
    var old = login(id);
    assertThat(keeper.isFresh(old)).isTrue();
    clock.advance(JUST_BEFORE_EXPIRY);
    assertThat(keeper.isFresh(old)).isFalse();
    Promise<RefreshOutcome> answer = Promise.promise();
    provider.onRefresh(_ -> answer.future());
    assertThat(ready(on(keeper.keepFresh(id, old)))).isEqualTo(old);
    answer.complete(new RefreshOutcome.Renewed(provider.issue()));
    assertThat(stored(id).version()).isEqualTo(1);
    assertThat(keeper.isFresh(stored(id))).isTrue();
  }

  @Test
  @Proves("RT-09")
  void theWindowIsTheLesserOfHalfAMinuteAndATenthOfTheLifeSpreadByAFifth() {
    var window = new RefreshWindow(Map.of("main", provider));
    var five = login(id);
    long expiry = five.tokens().expiresAt().toEpochMilli();
    assertThat(window.isDue(five, expiry - 37_000)).isFalse(); // 30 s and a fifth are 36 s
    assertThat(window.isDue(five, expiry - 30_000)).isTrue();
    var now = clock.instant();
    var minute =
        new Tokens(
            Secret.of("a"),
            Optional.of(Secret.of("r")),
            Optional.empty(),
            Set.of(),
            now,
            now.plusSeconds(60));
    var brief = five.with(minute);
    expiry = minute.expiresAt().toEpochMilli();
    assertThat(window.isDue(brief, expiry - 7_300)).isFalse();
    assertThat(window.isDue(brief, expiry - 6_000)).isTrue();
  }

  @Test
  @Proves("RT-09")
  void theWindowIsAsLongAsItIsConfigured() {
    provider.refreshesAhead(Duration.ofMinutes(2));
    var other = new ProviderStandIn("other", clock);
    other.refreshesAhead(Duration.ofSeconds(1));
    var window = new RefreshWindow(Map.of("main", provider, "other", other));
    var five = login(id);
    long expiry = five.tokens().expiresAt().toEpochMilli();
    assertThat(window.isDue(five, expiry - 145_000)).isFalse(); // a fifth more are 144 s
    assertThat(window.isDue(five, expiry - 120_000)).isTrue();
  }

  @Test
  @Proves("RT-09")
  void sessionsThatBeganTogetherAreNotDueTogether() {
    var window = new RefreshWindow(Map.of("main", provider));
    var tokens = provider.issue();
    long expiry = tokens.expiresAt().toEpochMilli();
    var due =
        IntStream.range(0, 100)
            .mapToObj(n -> login(SessionId.draw(FrontEnd.ONLY, entropy), "user-" + n, tokens))
            .filter(session -> window.isDue(session, expiry - 33_000))
            .count();
    assertThat(due).isBetween(10L, 90L);
  }

  @Test
  @Proves("RT-09")
  void noTokenIsRefreshedForASessionThatIsOver() {
    var old = login(id);
    clock.advance(Duration.ofHours(1));
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(on(keeper.refreshNow(id, old))).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(provider.refreshed()).isEmpty();
  }

  // -- refusals and outages

  @Test
  @Proves("RT-08")
  void aRefusedRefreshTokenEndsTheSession() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.refreshesWith(new RefreshOutcome.Revoked("invalid_grant"));
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(on(store.find(id, false))).isEqualTo(new Lookup.Unknown());
    assertThat(events.of(Event.SessionEnded.class))
        .containsExactly(new Event.SessionEnded("handle-alice", "REFRESH_REFUSED", "open"));
  }

  @Test
  @Proves({"RT-08", "RT-06"})
  void aProviderWithoutAnAnswerEndsNothing() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.refreshesWith(new RefreshOutcome.Unavailable(Duration.ofSeconds(7)));
    assertThat(on(keeper.keepFresh(id, old)))
        .isEqualTo(new TokenOutcome.TryLater(Duration.ofSeconds(7)));
    assertThat(stored(id)).isEqualTo(old);
    provider.rotatesAgain();
    clock.advance(Duration.ofSeconds(7));
    assertThat(ready(on(keeper.keepFresh(id, old))).version()).isEqualTo(1);
  }

  @Test
  @Proves("RT-08")
  void aProviderThatRefusesTheGatewayEndsNothing() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.refreshesWith(new RefreshOutcome.Rejected("invalid_client"));
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.ProviderRejected());
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.ProviderRejected());
    assertThat(stored(id)).isEqualTo(old);
    assertThat(provider.refreshed()).hasSize(1);
  }

  @Test
  @Proves("RT-08")
  void theOldTokenServesWhileItIsValid() {
    var old = login(id);
    clock.advance(JUST_BEFORE_EXPIRY);
    provider.refreshesWith(new RefreshOutcome.Unavailable(Duration.ofSeconds(7)));
    assertThat(ready(on(keeper.keepFresh(id, old)))).isEqualTo(old);
    assertThat(ready(on(keeper.keepFresh(id, old)))).isEqualTo(old);
    assertThat(provider.refreshed()).hasSize(1);
  }

  @Test
  @Proves("RT-12")
  void aFailingProviderIsAskedOnceInAFewSeconds() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.refreshesWith(new RefreshOutcome.Unavailable(Duration.ZERO));
    for (int tenths = 0; tenths < 300; tenths++) {
      assertThat(on(keeper.keepFresh(id, old))).isInstanceOf(TokenOutcome.TryLater.class);
      clock.advance(Duration.ofMillis(100));
    }
    assertThat(provider.refreshed()).hasSize(10); // 30 s, every three
  }

  @Test
  @Proves("RT-12")
  void aProviderCannotSilenceTheGatewayForLongerThanAMinute() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.refreshesWith(new RefreshOutcome.Unavailable(Duration.ofDays(1)));
    assertThat(on(keeper.keepFresh(id, old))).isInstanceOf(TokenOutcome.TryLater.class);
    provider.rotatesAgain();
    clock.advance(Duration.ofMinutes(1));
    assertThat(ready(on(keeper.keepFresh(id, old))).version()).isEqualTo(1);
  }

  @Test
  void withoutARefreshTokenTheSessionEndsWithItsAccessToken() {
    var now = clock.instant();
    var tokens =
        new Tokens(
            Secret.of("access"),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            now,
            now.plusSeconds(60));
    var session = login(id, "alice", tokens);
    clock.advance(Duration.ofSeconds(59));
    assertThat(keeper.isFresh(session)).isTrue();
    assertThat(ready(on(keeper.refreshNow(id, session)))).isEqualTo(session);
    clock.advance(Duration.ofSeconds(1));
    assertThat(on(keeper.keepFresh(id, session))).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(events.of(Event.SessionEnded.class))
        .extracting("cause")
        .containsExactly("REFRESH_REFUSED");
    assertThat(provider.refreshed()).isEmpty();
  }

  // -- ends that race

  @Test
  void anEndDuringTheRefreshWinsAndTheNewTokensAreRevoked() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    Promise<RefreshOutcome> answer = Promise.promise();
    provider.onRefresh(_ -> answer.future());
    var call = keeper.keepFresh(id, old);
    var _ = on(store.end(id.key(), EndCause.LOGOUT));
    var tokens = provider.issue();
    answer.complete(new RefreshOutcome.Renewed(tokens));
    assertThat(on(call)).isEqualTo(new TokenOutcome.Ended());
    assertThat(on(store.find(id, false))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(provider.revoked()).containsExactly(tokens);
  }

  // -- a store that is away

  @Test
  @Proves("SES-05")
  void withoutTheStoreNoRefreshTokenIsSpent() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    store.goesAway();
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.StoreUnavailable());
    assertThat(provider.refreshed()).isEmpty();
  }

  @Test
  @Proves("RT-05")
  void tokensTheStoreCouldNotTakeAreKeptAndStoredBeforeTheyAreUsed() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    Promise<RefreshOutcome> answer = Promise.promise();
    provider.onRefresh(_ -> answer.future());
    var call = keeper.keepFresh(id, old);
    store.goesAway();
    var tokens = provider.issue();
    answer.complete(new RefreshOutcome.Renewed(tokens));
    assertThat(on(call)).isEqualTo(new TokenOutcome.StoreUnavailable());
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.StoreUnavailable());
    store.comesBack();
    assertThat(ready(on(keeper.keepFresh(id, old))).tokens()).isEqualTo(tokens);
    assertThat(stored(id).tokens()).isEqualTo(tokens);
    assertThat(provider.refreshed()).hasSize(1);
  }

  @Test
  @Proves("RT-05")
  void keptTokensAreStoredInTheBackgroundWithGrowingPauses() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.onRefresh(
        tokens -> {
          store.goesAway();
          return provider.rotate(tokens);
        });
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.StoreUnavailable());
    for (int i = 0; i < 7; i++) {
      timers.fire();
    }
    assertThat(timers.pauses())
        .extracting(Duration::toMillis)
        .containsExactly(200L, 400L, 800L, 1000L, 1000L, 1000L, 1000L, 1000L);
    store.comesBack();
    timers.fire();
    assertThat(timers.waiting()).isZero();
    assertThat(stored(id).version()).isEqualTo(1);
  }

  @Test
  @Proves("RT-05")
  void keptTokensAreOfferedOnceMoreAtTheEndOfTheProcess() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.onRefresh(
        tokens -> {
          store.goesAway();
          return provider.rotate(tokens);
        });
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.StoreUnavailable());
    store.comesBack();
    on(keeper.settle());
    assertThat(stored(id).version()).isEqualTo(1);
  }

  @Test
  void keptTokensOfASessionThatWouldBeOverAreLetGo() {
    var old = login(id);
    clock.advance(PAST_EXPIRY);
    provider.onRefresh(
        tokens -> {
          store.goesAway();
          return provider.rotate(tokens);
        });
    assertThat(on(keeper.keepFresh(id, old))).isEqualTo(new TokenOutcome.StoreUnavailable());
    clock.advance(Duration.ofHours(8));
    timers.fire();
    assertThat(timers.waiting()).isZero();
  }

  // -- forced

  @Test
  @Proves("RT-10")
  void aTokenTheUpstreamRefusedIsRefreshedThoughItLooksFresh() {
    var old = login(id);
    var fresh = ready(on(keeper.refreshNow(id, old)));
    assertThat(fresh.version()).isEqualTo(1);
  }

  @Test
  @Proves({"RT-10", "RT-12"})
  void forcingCostsOneProviderCallInTenSeconds() {
    var first = ready(on(keeper.refreshNow(id, login(id))));
    assertThat(ready(on(keeper.refreshNow(id, first)))).isEqualTo(first);
    clock.advance(Duration.ofSeconds(10).minusMillis(1));
    assertThat(ready(on(keeper.refreshNow(id, first)))).isEqualTo(first);
    clock.advance(Duration.ofMillis(1));
    assertThat(ready(on(keeper.refreshNow(id, first))).version()).isEqualTo(2);
    assertThat(provider.refreshed()).hasSize(2);
  }

  @Test
  @Proves("RT-10")
  void forcingWithAStaleSessionAnswersTheStoredOne() {
    var old = login(id);
    var fresh = ready(on(keeper.refreshNow(id, old)));
    clock.advance(Duration.ofSeconds(30));
    assertThat(ready(on(keeper.refreshNow(id, old)))).isEqualTo(fresh);
    assertThat(provider.refreshed()).hasSize(1);
  }
}

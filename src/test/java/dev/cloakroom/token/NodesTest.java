package dev.cloakroom.token;

import static dev.cloakroom.token.Nodes.PAST_EXPIRY;
import static dev.cloakroom.token.Nodes.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.Schedule;
import dev.cloakroom.world.SharedStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two nodes at one store: one refresh between them.
class NodesTest {
  private static final Duration LEASE = TIMEOUT.plus(SharedRefresh.MARGIN);

  private final Nodes world = new Nodes(2, Schedule::inTurn);
  private final Nodes.Node a = world.node(0);
  private final Nodes.Node b = world.node(1);
  private final Nodes.Login alice = world.logsIn("alice");

  private static Session ready(Future<TokenOutcome> call) {
    assertThat(call.isComplete()).isTrue();
    assertThat(call.result()).isInstanceOf(TokenOutcome.Ready.class);
    return ((TokenOutcome.Ready) call.result()).session();
  }

  private int spent() {
    return world.provider.refreshed().size();
  }

  /// Time enough for a refresh to be on its way to the provider, but not for an answer.
  private Future<TokenOutcome> letsItBegin(Nodes.Node node) {
    world.line.standsStill();
    var call = node.calls(alice);
    world.schedule.run();
    assertThat(isLeased()).isTrue();
    assertThat(spent()).isEqualTo(1);
    return call;
  }

  private boolean isLeased() {
    return world.store.isLeased(alice.id.key());
  }

  // -- one refresh

  @Test
  @Proves({"RT-03", "RT-02"})
  void callsOnBothNodesShareOneRefresh() {
    world.clock.advance(PAST_EXPIRY);
    var calls = Stream.concat(a.calls(alice, 50).stream(), b.calls(alice, 50).stream()).toList();
    world.schedule.run();
    assertThat(calls).allSatisfy(call -> assertThat(ready(call)).isEqualTo(alice.session()));
    assertThat(alice.session().version()).isEqualTo(1);
    assertThat(spent()).isEqualTo(1);
    assertThat(isLeased()).isFalse();
  }

  @Test
  @Proves({"RES-03", "RT-03", "TX-02"})
  void callsForAllTargetsOnBothNodesSpendEachRefreshTokenOnce() {
    var targets =
        List.of(
            new TokenTarget.Resource(List.of("urn:a"), List.of()),
            new TokenTarget.Resource(List.of("urn:a"), List.of("read")),
            new TokenTarget.Resource(List.of("urn:b"), List.of()),
            new TokenTarget.Exchange(List.of("c"), List.of(), List.of(), TokenTarget.ACCESS_TOKEN));
    world.clock.advance(PAST_EXPIRY);
    var own = new ArrayList<Future<TokenOutcome>>();
    var others = new HashMap<TokenTarget, List<Future<TokenOutcome>>>();
    for (int i = 0; i < 25; i++) {
      for (var node : world.all()) {
        own.add(node.calls(alice));
        targets.forEach(
            target ->
                others
                    .computeIfAbsent(target, _ -> new ArrayList<>())
                    .add(node.calls(alice, target)));
      }
    }
    world.schedule.run();
    assertThat(world.provider.spentTwice()).isEmpty();
    assertThat(spent()).as("of its own").isEqualTo(1);
    assertThat(world.provider.obtained()).containsExactlyInAnyOrderElementsOf(targets);
    var session = alice.session();
    own.forEach(
        call -> assertThat(ready(call).tokens().access()).isEqualTo(session.tokens().access()));
    others.forEach(
        (target, calls) ->
            assertThat(calls)
                .allSatisfy(
                    call ->
                        assertThat(ready(call).others().get(target))
                            .isEqualTo(session.others().get(target))
                            .isNotNull()));
    assertThat(isLeased()).isFalse();
    assertThat(alice.goesOn()).isTrue();
  }

  @Test
  @Proves({"RES-03", "RT-05"})
  void aLogoutDuringARefreshForAResourceWins() {
    var target = new TokenTarget.Resource(List.of("urn:a"), List.of());
    world.line.standsStill();
    var call = a.calls(alice, target);
    world.schedule.run();
    assertThat(world.provider.obtained()).hasSize(1);
    b.logsOut(alice);
    world.schedule.run();
    world.line.goesOn();
    world.schedule.run();
    assertThat(call.result()).isEqualTo(new TokenOutcome.Ended());
    assertThat(alice.goesOn()).as("the new refresh token is revoked").isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = SharedStore.Fault.class, names = "NO_FENCE", mode = EnumSource.Mode.EXCLUDE)
  void withoutTheLeaseOrTheReReadTheyWouldNot(SharedStore.Fault fault) {
    world.store.breaks(fault);
    b.door.isDeaf();
    world.clock.advance(PAST_EXPIRY);
    var _ = a.calls(alice);
    var _ = b.calls(alice);
    world.schedule.run();
    assertThat(world.provider.spentTwice()).isNotEmpty();
  }

  @Test
  @Proves("RT-03")
  void aNodeThatReadTheOldSessionUsesTheNewToken() {
    b.door.isDeaf();
    world.clock.advance(PAST_EXPIRY);
    var first = a.calls(alice);
    world.schedule.run();
    world.clock.advance(Duration.ofSeconds(1));
    var late = b.calls(alice);
    world.schedule.run();
    assertThat(ready(late)).isEqualTo(ready(first));
    assertThat(spent()).isEqualTo(1);
  }

  @Test
  @Proves("RT-09")
  void whileTheOldTokenIsGoodNobodyWaitsForTheOtherNode() {
    world.clock.advance(ProviderStandIn.TOKEN_LIFE.minusSeconds(1));
    var _ = a.calls(alice);
    var beside = b.calls(alice);
    assertThat(ready(beside).version()).isZero();
    world.schedule.run();
    assertThat(spent()).isEqualTo(1);
    assertThat(alice.session().version()).isEqualTo(1);
  }

  @Test
  @Proves("RT-10")
  void aTokenTwoUpstreamsRefusedIsRefreshedOnceAndBothGetTheNewOne() {
    var calls = Stream.of(a.forces(alice), b.forces(alice)).toList();
    world.schedule.run();
    assertThat(calls).allSatisfy(call -> assertThat(ready(call).version()).isEqualTo(1));
    var again = b.forces(alice);
    world.schedule.run();
    assertThat(ready(again).version()).isEqualTo(1);
    assertThat(spent()).isEqualTo(1);
  }

  @Test
  @Proves("RT-10")
  void whoeverCannotUseTheOldTokenWaitsForTheNewOneAlthoughOthersDoNot() {
    world.clock.advance(ProviderStandIn.TOKEN_LIFE.minusSeconds(1));
    var _ = letsItBegin(a);
    assertThat(ready(b.calls(alice)).version()).isZero();
    var refused = b.forces(alice); // shares what the call before it began
    world.line.goesOn();
    world.schedule.run();
    assertThat(ready(refused).version()).isEqualTo(1);
    assertThat(spent()).isEqualTo(1);
  }

  @Test
  @Proves({"RT-03", "RT-06"})
  void aLeaseOutlivesTheCallsItIsFor() {
    var second = Duration.ofSeconds(1);
    assertThat(SharedRefresh.life(second, Duration.ZERO, false)).isEqualTo(Duration.ofSeconds(6));
    assertThat(SharedRefresh.life(second, second, false)).isEqualTo(Duration.ofSeconds(7));
    assertThat(SharedRefresh.life(second, second, true)).isEqualTo(Duration.ofSeconds(9));
  }

  // -- nodes that die or stand still

  @Test
  @Proves("RT-03")
  void anotherNodeRefreshesWhenTheLeaseOfADeadOneHasRunOut() {
    world.clock.advance(PAST_EXPIRY);
    var _ = a.calls(alice);
    world.schedule.runUntil(this::isLeased);
    a.process.dies();
    var died = world.clock.instant();
    world.schedule.run();
    var waiting = b.calls(alice);
    world.schedule.run();
    assertThat(ready(waiting).version()).isEqualTo(1);
    assertThat(world.provider.spentTwice()).isEmpty();
    assertThat(Duration.between(died, world.clock.instant())).isLessThan(LEASE.plusSeconds(5));
  }

  @Test
  @Proves("RT-06")
  void newTokensThatDiedWithTheirNodeAreTheOnlyLoss() {
    world.clock.advance(PAST_EXPIRY);
    var _ = letsItBegin(a);
    a.process.dies();
    world.line.goesOn();
    var waiting = b.calls(alice);
    world.schedule.run();
    assertThat(waiting.result()).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(world.endings()).containsExactly("REFRESH_REFUSED");
  }

  @Test
  void nobodyWaitsLongerThanALeaseLives() {
    world.clock.advance(PAST_EXPIRY);
    var _ = a.door.lease(alice.id.key(), Duration.ofHours(1)); // and never gives it back
    world.schedule.settle();
    var began = world.clock.instant();
    var waiting = b.calls(alice);
    world.schedule.runUntil(waiting::isComplete);
    assertThat(waiting.result()).isInstanceOf(TokenOutcome.TryLater.class);
    assertThat(Duration.between(began, world.clock.instant()))
        .isBetween(LEASE, LEASE.plusSeconds(2));
    assertThat(spent()).isZero();
  }

  @Test
  @Proves("RT-03")
  void whatADeadNodeStoredIsFoundAlthoughItsLeaseGoesOn() {
    b.door.isDeaf();
    world.clock.advance(PAST_EXPIRY);
    var _ = a.calls(alice);
    world.schedule.runUntil(() -> alice.session().version() == 1);
    a.process.dies();
    var began = world.clock.instant();
    var waiting = b.calls(alice);
    world.schedule.runUntil(waiting::isComplete);
    assertThat(ready(waiting)).isEqualTo(alice.session());
    assertThat(isLeased()).isTrue();
    assertThat(Duration.between(began, world.clock.instant())).isLessThan(Duration.ofSeconds(3));
    assertThat(spent()).isEqualTo(1);
  }

  @Test
  void whatSomebodyElseStoredLongAgoIsNotUsed() {
    world.clock.advance(PAST_EXPIRY);
    var late = letsItBegin(a);
    world.clock.advance(LEASE);
    world.provider.onRefresh(world.provider::rotate);
    var _ = b.calls(alice);
    world.schedule.run();
    world.clock.advance(PAST_EXPIRY);
    world.line.goesOn();
    world.schedule.run();
    assertThat(late.result()).isInstanceOf(TokenOutcome.TryLater.class);
    assertThat(world.endings()).isEmpty();
  }

  /// The lease of a node ran out while its request was on the way.
  private Future<TokenOutcome> comesLate() {
    world.clock.advance(PAST_EXPIRY);
    var late = letsItBegin(a);
    world.clock.advance(LEASE);
    world.provider.onRefresh(world.provider::rotate);
    var other = b.calls(alice);
    world.schedule.run();
    assertThat(ready(other).version()).isEqualTo(1);
    world.line.goesOn();
    world.schedule.run();
    assertThat(world.provider.spentTwice()).hasSize(1);
    return late;
  }

  @Test
  @Proves({"RT-03", "RT-08"})
  void theRefusalOfAnOldTokenDoesNotEndTheSessionThatHasANewOne() {
    var late = comesLate();
    assertThat(ready(late)).isEqualTo(alice.session());
    assertThat(alice.session().version()).isEqualTo(1);
    assertThat(world.endings()).isEmpty();
  }

  @Test
  void withoutTheVersionItWould() {
    world.store.breaks(SharedStore.Fault.NO_FENCE);
    var _ = comesLate();
    assertThat(world.endings()).containsExactly("REFRESH_REFUSED");
  }

  @Test
  @Proves("RT-03")
  void aHolderThatWasHeldUpSpendsNothing() {
    world.clock.advance(PAST_EXPIRY);
    var late = a.calls(alice);
    world.schedule.runUntil(this::isLeased);
    a.process.standsStill();
    world.clock.advance(LEASE.minusSeconds(1)); // the lease is still good, for a moment
    a.process.goesOn();
    world.schedule.settle();
    assertThat(spent()).isZero();
    world.schedule.run();
    assertThat(ready(late).version()).isEqualTo(1);
    assertThat(spent()).isEqualTo(1);
  }

  // -- a store that is away

  @Test
  @Proves("RT-05")
  void tokensOneNodeCouldNotStoreServeTheOtherOnceTheyAreStored() {
    world.clock.advance(PAST_EXPIRY);
    var _ = letsItBegin(a);
    world.store.goesAway();
    world.line.goesOn();
    world.schedule.run(Duration.ofSeconds(3));
    assertThat(isLeased()).isTrue();
    var refused = b.calls(alice);
    assertThat(refused.result()).isEqualTo(new TokenOutcome.StoreUnavailable());
    world.store.comesBack();
    var waiting = b.calls(alice);
    world.schedule.run();
    assertThat(ready(waiting)).isEqualTo(alice.session());
    assertThat(alice.session().version()).isEqualTo(1);
    assertThat(spent()).isEqualTo(1);
    assertThat(isLeased()).isFalse();
  }

  @Test
  @Proves("RT-05")
  void theEndOfTheProcessWaitsForTheStoreAndGivesTheLeaseBack() {
    world.clock.advance(PAST_EXPIRY);
    var _ = letsItBegin(a);
    var settled = a.keeper.settle();
    world.store.goesAway();
    world.line.goesOn();
    world.schedule.run(Duration.ofSeconds(5));
    assertThat(settled.isComplete()).isFalse();
    world.store.comesBack();
    world.schedule.run();
    assertThat(settled.succeeded()).isTrue();
    assertThat(alice.session().version()).isEqualTo(1);
    assertThat(isLeased()).isFalse();
  }

  // -- answers that are lost, providers that fail

  @Test
  @Proves("RT-06")
  void aLostAnswerEndsNothingButTheRefusalThatFollows() {
    world.clock.advance(PAST_EXPIRY);
    world.provider.onRefresh(
        tokens ->
            world.line.calls(
                TIMEOUT,
                () ->
                    world
                        .provider
                        .rotate(tokens)
                        .map(new RefreshOutcome.Unavailable(Duration.ofSeconds(5)))));
    var lost = a.calls(alice);
    world.schedule.run();
    assertThat(lost.result()).isInstanceOf(TokenOutcome.TryLater.class);
    assertThat(alice.stored()).isInstanceOf(Lookup.Live.class);
    world.provider.onRefresh(world.provider::rotate);
    var next = b.calls(alice);
    world.schedule.run();
    assertThat(next.result()).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(world.endings()).containsExactly("REFRESH_REFUSED");
  }

  @Test
  @Proves("RT-12")
  void eachNodeAsksAFailingProviderOnceInAFewSeconds() {
    world.clock.advance(PAST_EXPIRY);
    world.provider.refreshesWith(new RefreshOutcome.Unavailable(Duration.ZERO));
    for (int i = 0; i < 20; i++) {
      var _ = a.calls(alice);
      var _ = b.calls(alice);
      world.schedule.settle();
      world.clock.advance(Duration.ofMillis(100));
    }
    world.schedule.run();
    assertThat(spent()).isEqualTo(2);
    assertThat(alice.stored()).isInstanceOf(Lookup.Live.class);
  }

  // -- ends that race

  @Test
  @Proves("REV-01")
  void aLogoutOnAnotherNodeWinsAndTheNewTokensAreRevoked() {
    world.clock.advance(PAST_EXPIRY);
    var call = letsItBegin(a);
    world.line.goesOn();
    b.logsOut(alice);
    world.schedule.run();
    assertThat(call.result()).isEqualTo(new TokenOutcome.Ended());
    assertThat(alice.stored()).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(alice.goesOn()).isFalse();
    assertThat(isLeased()).isFalse();
  }

  @Test
  @Proves("REV-01")
  void tokensThatWereKeptForASessionWhichEndedMeanwhileAreRevoked() {
    world.clock.advance(PAST_EXPIRY);
    var _ = letsItBegin(a);
    world.store.goesAway();
    world.line.goesOn();
    world.schedule.run(Duration.ofSeconds(1));
    world.store.comesBack();
    b.logsOut(alice);
    world.schedule.run();
    assertThat(alice.stored()).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(world.provider.revoked()).hasSize(2);
    assertThat(alice.goesOn()).isFalse();
  }
}

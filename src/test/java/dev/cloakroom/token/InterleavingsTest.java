package dev.cloakroom.token;

import static dev.cloakroom.token.Nodes.PAST_EXPIRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.Schedule;
import dev.cloakroom.world.SharedStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Thousands of orders in which the same things can happen: calls on two or three nodes, a token
/// that expires again and again, a logout, a store that is away, a node that dies or stands still.
/// A failure names the seed that repeats it.
class InterleavingsTest {
  private static final int ORDERS = 2_000;
  private static final int ROUNDS = 3;
  private static final Duration WHILE = Duration.ofSeconds(20);

  private enum Trouble {
    LOGOUT,
    OUTAGE,
    DEATH,
    STANDSTILL
  }

  @Test
  @Proves({"RT-02", "RT-03"})
  void noOrderOfEventsSpendsATokenTwiceOrLosesASession() {
    assertThat(violations(EnumSet.noneOf(Trouble.class))).isEmpty();
  }

  @Test
  @Proves({"RT-03", "REV-01"})
  void noRefreshBringsBackASessionThatWasLoggedOutOrLeavesTokensOfIt() {
    assertThat(violations(EnumSet.of(Trouble.LOGOUT))).isEmpty();
  }

  @Test
  @Proves("RT-05")
  void noOutageOfTheStoreLosesTokens() {
    assertThat(violations(EnumSet.of(Trouble.OUTAGE, Trouble.LOGOUT))).isEmpty();
  }

  @Test
  @Proves("RT-03")
  void noDeathOfANodeLosesASessionExceptWithTheTokensItTook() {
    assertThat(violations(EnumSet.of(Trouble.DEATH))).isEmpty();
  }

  @Test
  @Proves("RT-03")
  void noNodeThatStandsStillEndsASessionWhoseLoginGoesOn() {
    assertThat(violations(EnumSet.of(Trouble.STANDSTILL, Trouble.LOGOUT))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SharedStore.Fault.class)
  void aStoreThatBreaksItsPromiseIsFoundOut(SharedStore.Fault fault) {
    var troubles =
        switch (fault) {
          case NO_LEASE, NO_REREAD -> EnumSet.noneOf(Trouble.class);
          case NO_FENCE -> EnumSet.of(Trouble.STANDSTILL);
        };
    var found =
        LongStream.range(0, ORDERS)
            .mapToObj(seed -> new Play(seed, troubles).at(fault).violation())
            .anyMatch(Optional::isPresent);
    assertThat(found).isTrue();
  }

  @Test
  @Tag("long")
  @Proves("RT-03")
  void noneOfVeryManyOrdersBreaksAPromise() {
    var all = List.of(EnumSet.noneOf(Trouble.class), EnumSet.of(Trouble.OUTAGE, Trouble.LOGOUT));
    for (var troubles : all) {
      assertThat(violations(troubles, LongStream.range(ORDERS, 50_000))).isEmpty();
    }
  }

  @Test
  @Proves({"RT-02", "RT-03"})
  void twoUsersOnTwoNodesGetTheirOwnTokensFromOneRefreshEach() {
    for (int round = 0; round < 1_000; round++) {
      var dice = new Random(round);
      var world = new Nodes(2, clock -> new Schedule(clock, dice::nextInt));
      var alice = world.logsIn("alice");
      var bob = world.logsIn("bob");
      world.clock.advance(PAST_EXPIRY);
      var forAlice = new ArrayList<Future<TokenOutcome>>();
      var forBob = new ArrayList<Future<TokenOutcome>>();
      for (int call = 0; call < 25; call++) {
        forAlice.add(world.node(call % 2).calls(alice));
        forBob.add(world.node((call + 1) % 2).calls(bob));
      }
      world.schedule.run();
      var alices = new TokenOutcome.Ready(alice.session());
      var bobs = new TokenOutcome.Ready(bob.session());
      assertThat(forAlice).allMatch(call -> alices.equals(call.result()), "order " + round);
      assertThat(forBob).allMatch(call -> bobs.equals(call.result()), "order " + round);
      assertThat(world.provider.refreshed()).containsExactlyInAnyOrder(alice.first, bob.first);
    }
  }

  private static List<String> violations(Set<Trouble> troubles) {
    return violations(troubles, LongStream.range(0, ORDERS));
  }

  private static List<String> violations(Set<Trouble> troubles, LongStream seeds) {
    return seeds
        .mapToObj(seed -> new Play(seed, troubles).violation())
        .flatMap(Optional::stream)
        .limit(3)
        .toList();
  }

  /// One order.
  private static final class Play {
    private final long seed;
    private final Random dice;
    private final Set<Trouble> troubles;
    private final Nodes world;
    private final Nodes.Login alice;
    private final List<Schedule.Node> lines;
    private final List<Future<TokenOutcome>> calls = new ArrayList<>();

    /// New tokens could not be stored in time, because their node died or stood still.
    private boolean taken;

    Play(long seed, Set<Trouble> troubles) {
      this.seed = seed;
      this.troubles = troubles;
      this.dice = new Random(seed);
      this.world = new Nodes(2 + dice.nextInt(2), clock -> new Schedule(clock, dice::nextInt));
      this.alice = world.logsIn("alice");
      this.lines = Stream.generate(world.schedule::node).limit(3).toList();
      world.provider.onRefresh(tokens -> any(lines).calls(Nodes.TIMEOUT, () -> arrives(tokens)));
      if (troubles.contains(Trouble.STANDSTILL)) {
        world.provider.bearsReuse(); // else a late request would end the login at the provider
      }
    }

    Play at(SharedStore.Fault fault) {
      world.store.breaks(fault);
      return this;
    }

    Optional<String> violation() {
      for (int round = 0; round < ROUNDS; round++) {
        world.clock.advance(dice.nextInt(4) == 0 ? JUST_BEFORE : PAST_EXPIRY);
        IntStream.range(0, 6).forEach(_ -> sometime(this::call));
        troubles.stream().filter(_ -> dice.nextInt(3) == 0).forEach(this::happens);
        world.schedule.run();
      }
      return wrong().map(what -> "order " + seed + ": " + what);
    }

    private static final Duration JUST_BEFORE = ProviderStandIn.TOKEN_LIFE.minusSeconds(3);

    private void sometime(Runnable action) {
      world.schedule.within(millis(WHILE), WHILE, action);
    }

    private Duration millis(Duration bound) {
      return Duration.ofMillis(dice.nextInt((int) bound.toMillis()));
    }

    private <T> T any(List<T> some) {
      return some.get(dice.nextInt(some.size()));
    }

    /// A token that comes twice while it is still the stored one: the first answer is late.
    private Future<RefreshOutcome> arrives(Tokens tokens) {
      int before = world.provider.spentTwice().size();
      var answer = world.provider.rotate(tokens);
      taken |=
          troubles.contains(Trouble.STANDSTILL)
              && world.provider.spentTwice().size() > before
              && alice.stored() instanceof Lookup.Live(var session, _)
              && session.tokens().equals(tokens);
      return answer;
    }

    private void call() {
      var node = any(world.all());
      var call = dice.nextInt(5) == 0 ? node.forces(alice) : node.calls(alice);
      if (!node.process.isDead()) {
        calls.add(call);
      }
    }

    private void happens(Trouble trouble) {
      switch (trouble) {
        case LOGOUT -> sometime(() -> any(world.all()).logsOut(alice));
        case OUTAGE -> sometime(this::outage);
        case DEATH -> sometime(this::death);
        case STANDSTILL -> sometime(this::standstill);
      }
    }

    private void outage() {
      world.store.goesAway();
      var over = Duration.ofMillis(1_500).plus(millis(Duration.ofSeconds(6)));
      world.schedule.within(over, over, world.store::comesBack);
    }

    /// The first node only: somebody has to be left to ask.
    private void death() {
      var node = world.node(0);
      var version = alice.stored() instanceof Lookup.Live(var live, _) ? live.version() : -1;
      taken |=
          !node.process.isDead()
              && node.door.holdsLease(alice.id.key())
              && world.provider.refreshed().size() > version;
      node.process.dies();
    }

    private void standstill() {
      var process = dice.nextBoolean() ? any(lines) : any(world.all()).process;
      process.standsStill();
      var over = millis(Duration.ofSeconds(40));
      world.schedule.within(over, over, process::goesOn);
    }

    private Optional<String> wrong() {
      boolean mayReuse = taken || troubles.contains(Trouble.STANDSTILL);
      boolean loginGoesOn = alice.goesOn();
      var ended = world.endings();
      boolean live = alice.stored() instanceof Lookup.Live;
      if (!mayReuse && !world.provider.spentTwice().isEmpty()) {
        return Optional.of("spent twice: " + world.provider.spentTwice());
      }
      if (live == !ended.isEmpty() || ended.size() > 1) {
        return Optional.of("live " + live + ", although ended by " + ended);
      }
      if (!taken && ended.contains("REFRESH_REFUSED")) {
        return Optional.of("lost");
      }
      if (ended.contains("LOGOUT") && loginGoesOn && !mayReuse) {
        return Optional.of("tokens are left after the logout");
      }
      return stuck();
    }

    private Optional<String> stuck() {
      boolean somebodyDied = world.all().stream().anyMatch(node -> node.process.isDead());
      if (!somebodyDied && calls.stream().anyMatch(call -> !call.succeeded())) {
        return Optional.of("a call without an outcome");
      }
      boolean mayRefuse = taken || !troubles.isEmpty();
      return mayRefuse
              || calls.stream().allMatch(call -> call.result() instanceof TokenOutcome.Ready)
          ? Optional.empty()
          : Optional.of("a call that did not get a token");
    }
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who calls too often, or too much at a time, waits.
class CallLimitsTest {
  private static final int ALL = 9;
  private static final int SESSION = 6;
  private static final int CLIENT = 4;
  private static final int AT_ONCE = 3;

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .calls(Optional.empty(), Optional.of(ALL), Optional.of(AT_ONCE))
                  .route(
                      new RouteDraft("/some/**").rateLimit(Optional.empty(), Optional.of(SESSION)))
                  .route(
                      new RouteDraft("/open/**")
                          .access(Route.Access.ANONYMOUS)
                          .token(Route.TokenKind.NONE)
                          .rateLimit(Optional.of(CLIENT), Optional.empty())));

  private static Answer refused(Answer answer) {
    var refused = answer.refuses(429, "rate_limited");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    return refused;
  }

  private static void calls(Browser who, int times, String path) {
    for (int i = 0; i < times; i++) {
      who.fetches(path).answers(200);
    }
  }

  @Test
  @Proves({"PX-16", "BFF-14"})
  void aSessionWaitsAndNoOtherOne() {
    var alice = world.alice().logsIn();
    calls(alice, SESSION, "/some/x");
    var answer = refused(alice.fetches("/some/x"));
    assertThat(answer.header("Retry-After")).isEqualTo("10");
    calls(world.browser("bob").logsIn(), SESSION, "/some/x");
    alice.fetches("/api/x").answers(200);
    world.clock().advance(Duration.ofSeconds(10));
    alice.fetches("/some/x").answers(200);
    refused(alice.fetches("/some/x"));
  }

  @Test
  @Proves("PX-16")
  void allRoutesTogetherHaveABoundToo() {
    var alice = world.alice().logsIn();
    calls(alice, SESSION, "/some/x");
    calls(alice, ALL - SESSION, "/api/x");
    refused(alice.fetches("/api/x"));
    assertThat(world.upstream().calls()).hasSize(ALL);
    assertThat(alice.isLoggedIn()).as("the gateway's own endpoints are no calls").isTrue();
  }

  @Test
  @Proves({"PX-16", "BFF-14"})
  void aClientWaitsWhoeverItIs() {
    calls(world.alice(), CLIENT - 1, "/open/x");
    world.browser("bob").logsIn().fetches("/open/x").answers(200);
    refused(world.browser("carol").fetches("/open/x"));
    world.alice().fetches("/public/x").answers(200);
    assertThat(world.upstream().calls()).hasSize(CLIENT + 1);
    world.clock().advance(Duration.ofSeconds(15));
    world.alice().fetches("/open/x").answers(200);
  }

  @Test
  @Proves("PX-16")
  void onlySoManyCallsOfASessionAreUnderWay() {
    var alice = world.alice().logsIn();
    var gate = Promise.<Void>promise();
    var held = new Fault.Wait(gate.future());
    world.upstream().nextAnswers(held, held, held);
    var waiting =
        java.util.stream.IntStream.range(0, AT_ONCE)
            .mapToObj(_ -> alice.startsFetching("/api/x"))
            .toList();
    Waiting.until("calls under way", () -> world.upstream().calls().size() == AT_ONCE);
    refused(alice.fetches("/api/x"));
    world.browser("bob").logsIn().fetches("/api/x").answers(200);
    gate.complete();
    assertThat(waiting).allSatisfy(call -> Waiting.on(call).answers(200));
    alice.fetches("/api/x").answers(200);
  }

  @Test
  @Proves("PX-16")
  void aSocketIsUnderWayUntilItCloses() {
    var alice = world.alice().logsIn();
    var sockets =
        java.util.stream.IntStream.range(0, AT_ONCE)
            .mapToObj(_ -> alice.opensSocket("/api/feed").isOpen())
            .toList();
    alice.opensSocket("/api/feed").isRefused(429, "rate_limited");
    sockets.getFirst().hangsUp();
    Waiting.until("room", () -> alice.fetches("/public/x").status() == 200 && fits(alice));
  }

  private boolean fits(Browser alice) {
    world.clock().advance(Duration.ofMinutes(1));
    return alice.fetches("/api/x").status() == 200;
  }
}

package dev.cloakroom.token;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.ClientOutcome;
import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.token.ClientTokens.Outcome;
import dev.cloakroom.token.RouteTokens.OfClient;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientTokensTest {
  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final ProviderStandIn provider = new ProviderStandIn("main", clock);
  private final ClientTokens tokens = new ClientTokens(Map.of("main", provider), clock, events);
  private final OfClient read = client("read");
  private final AtomicInteger asked = new AtomicInteger();

  private static OfClient client(String scope) {
    return new OfClient("main", new ClientTarget(List.of(), List.of(scope)));
  }

  private void answers(Future<ClientOutcome> answer) {
    provider.onClientToken(
        _ -> {
          asked.incrementAndGet();
          return answer;
        });
  }

  private void gives() {
    provider.onClientToken(
        _ -> {
          asked.incrementAndGet();
          return Future.succeededFuture(new ClientOutcome.Granted(provider.ownToken()));
        });
  }

  private static AccessToken ready(Future<Outcome> call) {
    var outcome = on(call);
    assertThat(outcome).isInstanceOf(Outcome.Ready.class);
    return ((Outcome.Ready) outcome).token();
  }

  @Test
  @Proves("RT-02")
  void callsAtOnceShareOneQuestionAndOtherScopesDoNot() {
    Promise<ClientOutcome> answer = Promise.promise();
    answers(answer.future());
    var calls = IntStream.range(0, 50).mapToObj(_ -> tokens.get(read)).toList();
    var other = tokens.get(client("write"));
    answer.complete(new ClientOutcome.Granted(provider.ownToken()));
    assertThat(calls).allSatisfy(call -> assertThat(ready(call)).isEqualTo(ready(calls.get(0))));
    assertThat(ready(other)).isNotNull();
    assertThat(asked).hasValue(2);
  }

  @Test
  @Proves("RT-09")
  void itIsRenewedAheadWhileTheOldOneServes() {
    gives();
    var first = ready(tokens.get(read));
    clock.advance(ProviderStandIn.TOKEN_LIFE.minusSeconds(31));
    assertThat(ready(tokens.get(read))).isEqualTo(first);
    assertThat(asked).hasValue(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(ready(tokens.get(read))).as("beside the call").isEqualTo(first);
    assertThat(asked).hasValue(2);
    assertThat(ready(tokens.get(read))).isNotEqualTo(first);
  }

  @Test
  @Proves("RT-12")
  void failuresMakeThePausesLonger() {
    answers(Future.succeededFuture(new ClientOutcome.Unavailable(Duration.ofSeconds(1))));
    for (int pause : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      int before = asked.get();
      assertThat(on(tokens.get(read))).isInstanceOf(Outcome.NotReady.class);
      assertThat(asked).hasValue(before + 1);
      clock.advance(Duration.ofSeconds(pause).minusMillis(1));
      assertThat(on(tokens.get(read))).isInstanceOf(Outcome.NotReady.class);
      assertThat(asked).as("not yet, after %s", pause).hasValue(before + 1);
      clock.advance(Duration.ofMillis(1));
    }
    gives();
    assertThat(ready(tokens.get(read))).isNotNull();
    assertThat(events.of(Event.TokenObtained.class))
        .extracting(Event.TokenObtained::outcome)
        .startsWith("unavailable")
        .endsWith("renewed");
  }

  @Test
  @Proves("RT-08")
  void aFailureWhileTheOldOneIsGoodHarmsNobody() {
    gives();
    var first = ready(tokens.get(read));
    answers(Future.succeededFuture(new ClientOutcome.Rejected("invalid_client")));
    clock.advance(ProviderStandIn.TOKEN_LIFE.minusSeconds(1));
    assertThat(ready(tokens.get(read))).isEqualTo(first);
    clock.advance(Duration.ofSeconds(1));
    assertThat(on(tokens.get(read)))
        .isEqualTo(new Outcome.NotReady(new TokenOutcome.ProviderRejected()));
  }

  @Test
  void aFaultFreesTheWayForTheNextCall() {
    answers(Future.failedFuture("a bug"));
    assertThat(tokens.get(read).cause()).hasMessage("a bug");
    gives();
    clock.advance(Duration.ofSeconds(1));
    assertThat(ready(tokens.get(read))).isNotNull();
  }

  @Test
  @Proves("RT-10")
  void aRefusedOneIsReplacedUnlessItIsNewOrAlreadyReplaced() {
    gives();
    var first = ready(tokens.get(read));
    assertThat(ready(tokens.renew(read, first))).as("new").isEqualTo(first);
    clock.advance(Duration.ofSeconds(10));
    var second = ready(tokens.renew(read, first));
    assertThat(second).isNotEqualTo(first);
    assertThat(ready(tokens.renew(read, first))).as("already").isEqualTo(second);
    assertThat(asked).hasValue(2);
  }
}

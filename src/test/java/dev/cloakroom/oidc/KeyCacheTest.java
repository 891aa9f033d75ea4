package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class KeyCacheTest {
  private Client client;

  @BeforeEach
  void opens(Vertx vertx) {
    client = new Client(vertx);
  }

  private int fetches() {
    return client.op.count("jwks");
  }

  @Test
  @Proves("OPS-09")
  void aClockThatIsSetBackKeepsNoKeysAway() {
    client.op.alwaysAt("jwks", Fault.status(500));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Unavailable.class);
    client.clock.advance(Duration.ofHours(-1));
    client.op.behavesAgain();
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
  }

  @Test
  @Proves("JWKS-01")
  void keysAreFetchedOnceForManyLogins() {
    var _ = client.isLoggedIn();
    var _ = client.isLoggedIn();
    assertThat(fetches()).isEqualTo(1);
    assertThat(client.events).contains(new Event.KeysFetched("main", 2));
  }

  /// `oidcc-client-test-signing-key-rotation`, `-signing-key-rotation-just-before-signing`,
  /// `-discovery-jwks-uri-keys`.
  @Test
  @Proves("JWKS-01")
  void aNewKeyIsLearntWithinTheLoginThatMeetsIt() {
    var _ = client.isLoggedIn();
    client.op.rotatesKeys();
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(fetches()).isEqualTo(2);
  }

  @Test
  @Proves("JWKS-02")
  void unknownKeysCauseOneFetchInThirtySecondsHoweverMany() {
    var _ = client.isLoggedIn();
    client.op.spoilsIdTokens(token -> token.signed(Signing.UNKNOWN_KID));
    for (int i = 0; i < 20; i++) {
      assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Refused.class);
    }
    assertThat(fetches()).isEqualTo(2);
    client.clock.advance(Duration.ofSeconds(31));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Refused.class);
    assertThat(fetches()).isEqualTo(3);
  }

  @Test
  @Proves("JWKS-02")
  void callersThatArriveTogetherShareOneFetch() {
    var attempts =
        IntStream.range(0, 10).mapToObj(_ -> client.attempt(Optional.empty(), List.of())).toList();
    var gate = client.op.holdsAt("jwks");
    var logins =
        attempts.stream()
            .map(attempt -> client.provider().redeem(attempt.code(), attempt.redemption()))
            .toList();
    Waiting.until("the keys are asked for", () -> fetches() == 1);
    gate.complete();
    Waiting.on(Future.all(logins));
    assertThat(logins).allMatch(login -> login.result() instanceof RedeemOutcome.Granted);
    assertThat(fetches()).isEqualTo(1);
  }

  @Test
  @Proves("JWKS-06")
  void whenKeysCannotBeRenewedTheLastGoodOnesServeForADay() {
    var _ = client.isLoggedIn();
    client.op.alwaysAt("jwks", Fault.status(500));
    client.clock.advance(Duration.ofHours(2));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.events).anyMatch(Event.KeysUnavailable.class::isInstance);
    client.op.rotatesKeys();
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("id_token_key_unknown"));
    client.clock.advance(Duration.ofHours(24));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Unavailable.class);
  }

  @Test
  @Proves("JWKS-06")
  void withoutAnyKeysNobodyLogsInAndTheProviderIsNotPestered() {
    client.op.alwaysAt("jwks", Fault.garbage());
    for (int i = 0; i < 5; i++) {
      assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Unavailable.class);
    }
    assertThat(fetches()).isEqualTo(1);
    client.op.behavesAgain();
    client.clock.advance(Duration.ofSeconds(6));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=7200,PT1H59M,PT2H1M",
    "'public, max-age=1',PT4M,PT6M",
    "max-age=999999999,PT23H,PT25H",
    "no-store,PT59M,PT61M",
    "x-max-age=7200,PT59M,PT61M"
  })
  @Proves("JWKS-07")
  void theStatedAgeIsHonouredBetweenAFloorAndACeiling(
      String control, Duration still, Duration over) {
    client.op.nextAt("jwks", new Fault.Answer(200, Map.of("Cache-Control", control), keys()));
    var _ = client.isLoggedIn();
    int before = fetches();
    client.clock.advance(still);
    var _ = client.isLoggedIn();
    assertThat(fetches()).isEqualTo(before);
    client.clock.advance(over.minus(still));
    var _ = client.isLoggedIn();
    assertThat(fetches()).isEqualTo(before + 1);
  }

  /// What the provider publishes right now. Whoever wants the body asks for it where the response
  /// comes in, before this thread can be late for it.
  private String keys() {
    return Waiting.on(
        client
            .vertx
            .createHttpClient()
            .request(new RequestOptions().setAbsoluteURI(client.op.issuer() + "/jwks"))
            .compose(request -> request.send().compose(HttpClientResponse::body))
            .map(Object::toString));
  }
}

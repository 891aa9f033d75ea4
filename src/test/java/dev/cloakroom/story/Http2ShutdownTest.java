package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The gateway leaves while clients share their connections.
@ParameterizedClass
@EnumSource
class Http2ShutdownTest {

  private final Over over;
  @RegisterExtension final World world;

  Http2ShutdownTest(Over over) {
    this.over = over;
    this.world = new World(config -> over.set(config).grace(Duration.ofMinutes(2)));
  }

  private RawHttp2 raw() {
    return over.connects(world);
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  @Test
  @Proves("OPS-05")
  void aLeavingGatewaySaysGoodbyeAndAnswersWhatCrossesIt() {
    var answersLater = Promise.<Void>promise();
    world.upstream().nextAnswers(new Fault.Wait(answersLater.future()));
    try (var client = raw()) {
      client.get(1, authority(), "/public/slow");
      Waiting.until("the slow call", () -> world.upstream().calls().size() == 1);
      var stopped = world.gateway().stop();
      var goodbye = client.next(RawHttp2.GOAWAY);
      assertThat(goodbye.code()).isZero();
      assertThat(goodbye.lastStream()).isEqualTo(Integer.MAX_VALUE);
      client.get(3, authority(), "/public/crossing");
      var crossing = client.answer(3);
      assertThat(crossing.status()).isEqualTo(200);
      assertThat(crossing.head().contains("connection")).isFalse();
      answersLater.complete();
      assertThat(client.answer(1).status()).isEqualTo(200);
      var last = client.goodbye();
      assertThat(last.code()).isZero();
      assertThat(last.lastStream()).isEqualTo(3);
      Waiting.on(stopped);
    }
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The gateway leaves while clients keep their connections.
class ShutdownTest {
  @RegisterExtension final World world = new World(config -> config.grace(Duration.ofMinutes(5)));

  @Test
  @Proves("OPS-05")
  @Case("T108")
  void everyRequestThatCrossesTheGoodbyeIsAnsweredWhole() {
    var answersLater = Promise.<Void>promise();
    world.upstream().nextAnswers(new Fault.Wait(answersLater.future()));
    try (var busy = RawClient.to(world.gateway().port());
        var idle = RawClient.to(world.gateway().port())) {
      busy.sends(get("/public/slow"));
      Waiting.until("the slow call", () -> world.upstream().calls().size() == 1);
      assertThat(idle.sends(get("/public/quick")).answer().values("Connection")).isEmpty();
      var stopped = world.gateway().stop();
      var answer = idle.sends(get("/public/quick")).answer();
      while (answer.values("Connection").isEmpty()) {
        answer = idle.sends(get("/public/quick")).answer();
      }
      assertThat(answer.value("Connection")).isEqualTo("close");
      assertThat(answer.status()).isEqualTo(200);
      idle.seesTheEnd();
      answersLater.complete();
      var slow = busy.answer();
      assertThat(slow.status()).isEqualTo(200);
      assertThat(slow.value("Connection")).isEqualTo("close");
      busy.seesTheEnd();
      Waiting.on(stopped);
    }
  }

  private String get(String path) {
    return "GET %s HTTP/1.1\nHost: localhost:%d\n\n".formatted(path, world.gateway().port());
  }
}

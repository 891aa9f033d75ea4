package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One node, no Redis, a new version: the gateway stops and starts, and nobody notices.
class RestartTest {
  private final Secret first = EncryptionKey.draw(Entropy.secure()).encoded();
  private final Secret second = EncryptionKey.draw(Entropy.secure()).encoded();
  private final Path file = draft();

  @RegisterExtension final World world = new World(config -> config.persists(file, first));

  private static Path draft() {
    try {
      return Files.createTempDirectory("restart").resolve("sessions");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  @Proves({"SES-01", "SES-03", "OPS-05"})
  void nobodyIsLoggedOutAndLoginsUnderWayGoOn() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders").answers(200);
    var bob = world.browser("bob");
    var page = bob.startsLogin(bob.tab(), "/");
    world.restartsInPlace(UnaryOperator.identity());
    assertThat(file).doesNotExist();
    alice.fetches("/api/orders").answers(200);
    assertThat(world.upstream().calls()).hasSize(2);
    bob.finishesLogin(bob.tab(), page).answers(200);
    assertThat(bob.isLoggedIn()).isTrue();
    assertThat(world.events(Event.SessionsPersisted.class))
        .containsExactly(new Event.SessionsPersisted(1));
    assertThat(world.events(Event.SessionsRestored.class)).contains(new Event.SessionsRestored(1));
    assertThat(world.events(Event.SessionEnded.class)).isEmpty();
    world.clock().advance(Duration.ofMinutes(6)); // the tokens came along, too
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
  }

  @Test
  @Proves({"BCL-07", "SES-06"})
  void whatEndedBeforeStaysEndedAndWhatEndsAfterwardsEnds() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "first"));
    var alice = world.alice().logsIn();
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "second"));
    var phone = world.alice().logsIn();
    var cookie = alice.sessionValue();
    alice.logsOut();
    world.restartsInPlace(UnaryOperator.identity());
    alice
        .fetchesWithCookies("/api/orders", World.SESSION_COOKIE + "=" + cookie)
        .refuses(401, "session_ended");
    var token = world.provider().logoutToken(draft -> draft.claim("sid", "second"));
    logsOutBySid(token);
    phone.fetches("/api/orders").refuses(401, "session_ended");
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .containsExactly("LOGOUT", "BACK_CHANNEL");
  }

  private void logsOutBySid(String token) {
    var answer =
        Waiting.on(
            world
                .exchanges()
                .send(
                    "POST",
                    java.net.URI.create(world.url() + "/auth/backchannel-logout"),
                    dev.cloakroom.world.Headers.of(
                        "Content-Type", "application/x-www-form-urlencoded"),
                    java.util.Optional.of(
                        io.vertx.core.buffer.Buffer.buffer("logout_token=" + token))));
    answer.answers(200);
  }

  @Test
  @Proves("SES-04")
  @Case("T110")
  void aKeyIsRotatedOverTwoRestarts() {
    var alice = world.alice().logsIn();
    world.restartsInPlace(config -> config.persists(file, first, second));
    alice.fetches("/api/orders").answers(200);
    world.restartsInPlace(config -> config.persists(file, second, first));
    alice.fetches("/api/orders").answers(200);
    world.restartsInPlace(config -> config.persists(file, second));
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("SES-04")
  void withAnotherKeyTheFileIsKeptAndTheGatewayStarts() {
    var alice = world.alice().logsIn();
    world.restartsInPlace(config -> config.persists(file, second));
    alice.fetches("/api/orders").refuses(401, "session_expired");
    assertThat(world.events(Event.SnapshotRefused.class))
        .extracting(Event.SnapshotRefused::problem)
        .containsExactly("unknown_key");
    assertThat(Path.of(file + ".refused")).exists();
  }
}

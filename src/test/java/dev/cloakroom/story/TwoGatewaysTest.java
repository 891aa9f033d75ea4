package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two gateways that share one Redis: whichever answers, it is the same session.
class TwoGatewaysTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();
  private static final Secret KEY = EncryptionKey.draw(Entropy.secure()).encoded();
  private static final Secret NEXT = EncryptionKey.draw(Entropy.secure()).encoded();

  @RegisterExtension
  final World here = new World(config -> config.redis(RedisSettings.single(REDIS.url()), KEY));

  @RegisterExtension
  final World there = new World(config -> config.redis(RedisSettings.single(REDIS.url()), KEY));

  /// The same browser, sent to the other gateway by a load balancer.
  private Browser sentThere(Browser browser) {
    var same = there.browser("alice");
    same.jar().plant(URI.create(there.url()), World.SESSION_COOKIE, browser.sessionValue());
    return same;
  }

  @Test
  @Proves({"SES-03", "SES-10"})
  @Case("T51")
  void aLoginHereIsALoginThereAndSoIsItsEnd() {
    var alice = here.alice().logsIn();
    var sameAlice = sentThere(alice);
    sameAlice.fetches("/api/orders").answers(200);
    assertThat(there.upstream().last().bearer()).isNotEmpty();
    alice.logsOut();
    Waiting.until("the end is known there", () -> sameAlice.fetches("/api/orders").status() == 401);
    sameAlice.fetches("/api/orders").refuses(401, "session_ended");
  }

  @Test
  @Proves({"SES-10", "WS-05"})
  void whatIsOpenThereClosesWithALogoutHere() {
    var alice = here.alice().logsIn();
    var sameAlice = sentThere(alice);
    var socket = sameAlice.opensSocket("/api/socket").isOpen();
    var stream = sameAlice.listens("/api/stream").answers(200).hears("data: first");
    var events = sameAlice.listens("/auth/events").answers(200);
    alice.logsOut();
    socket.closes(4401);
    stream.ends();
    events.hears("event: session_ended").hears("logout").ends();
  }

  @Test
  @Proves("SES-05")
  @Case("T102")
  void withoutTheirRedisNobodyIsAnonymousAndNobodyLosesTheCookie() {
    var alice = here.alice().logsIn();
    REDIS.stop();
    try {
      Waiting.until("the outage is noticed", () -> alice.fetches("/api/orders").status() == 503);
      var refused = alice.fetches("/api/orders").refuses(503, "session_store_unavailable");
      assertThat(refused.header("Retry-After")).isNotEmpty();
      assertThat(refused.setCookies()).isEmpty();
      alice.fetches("/maybe/x").refuses(503, "session_store_unavailable");
      alice.fetches("/public/x").answers(200);
      assertThat(alice.session()).isPresent();
    } finally {
      REDIS.startAgain();
    }
    Waiting.until("it is back", () -> alice.fetches("/api/orders").status() == 401);
    here.alice().logsIn().fetches("/api/orders").answers(200);
  }

  private static void restarts(World node, Secret... ring) {
    node.restartsInPlace(config -> config.redis(RedisSettings.single(REDIS.url()), ring));
  }

  @Test
  @Proves("SES-03")
  void aRotationOfTheKeysNodeByNodeLogsNobodyOut() {
    var alice = here.alice().logsIn();
    var sameAlice = sentThere(alice);
    Runnable everybodyIsServed =
        () -> {
          alice.fetches("/api/orders").answers(200);
          sameAlice.fetches("/api/orders").answers(200);
        };
    restarts(here, KEY, NEXT);
    everybodyIsServed.run();
    restarts(there, KEY, NEXT);
    everybodyIsServed.run();
    restarts(here, NEXT, KEY);
    everybodyIsServed.run();
    var newcomer = here.alice().logsIn();
    sentThere(newcomer).fetches("/api/orders").answers(200);
    restarts(there, NEXT, KEY);
    everybodyIsServed.run();
    alice.logsOut();
    Waiting.until("the end is known there", () -> sameAlice.fetches("/api/orders").status() == 401);
    sameAlice.fetches("/api/orders").refuses(401, "session_ended");
    newcomer.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("SES-03")
  void whatANodeLacksTheKeyForIsKeptUntilItHasIt() {
    restarts(here, NEXT, KEY);
    var alice = here.alice().logsIn();
    var sameAlice = sentThere(alice);
    sameAlice.fetches("/api/orders").refuses(503, "session_store_unavailable");
    restarts(there, KEY, NEXT);
    sameAlice.fetches("/api/orders").answers(200);
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.ProofGuard;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A key goes where its session goes: into the store, over to another gateway, past a rotation of
/// the keys that seal it.
class BoundSessionsTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();
  private static final Secret KEY = EncryptionKey.draw(Entropy.secure()).encoded();
  private static final Secret NEXT = EncryptionKey.draw(Entropy.secure()).encoded();

  @RegisterExtension final World world = new World(config -> bound(config, KEY));

  @RegisterExtension final World there = new World(config -> bound(config, KEY));

  private static WorldConfig bound(WorldConfig config, Secret... ring) {
    return config.bindsTokens().redis(RedisSettings.single(REDIS.url()), ring);
  }

  @Test
  @Proves({"DPOP-08", "SES-03"})
  void aKeyOutlivesTheGatewayAndARotationOfTheKeysThatSealIt() {
    var _ = world.checksProofs();
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    var key = world.keyOfTheLastCall();
    var bob = world.browser("bob");
    var page = bob.startsLogin(bob.tab(), "/");
    world.restartsInPlace(config -> bound(config, NEXT, KEY));
    alice.fetches("/api/2").answers(200);
    assertThat(world.keyOfTheLastCall()).isEqualTo(key);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/3").answers(200);
    assertThat(world.keyOfTheLastCall()).isEqualTo(key);
    bob.finishesLogin(bob.tab(), page).answers(200);
    bob.fetches("/api/1").answers(200);
    assertThat(world.upstream().complaints()).isEmpty();
  }

  @Test
  @Proves({"DPOP-08", "SES-10"})
  void anotherGatewayProvesWithTheSameKey() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    var sameAlice = there.browser("alice");
    sameAlice.jar().plant(URI.create(there.url()), World.SESSION_COOKIE, alice.sessionValue());
    there.upstream().checksProofs(world.provider(), new ProofGuard("there", there.clock()));
    sameAlice.fetches("/api/1").answers(200);
    assertThat(there.upstream().last().bearer()).isEqualTo(world.upstream().last().bearer());
    assertThat(there.upstream().complaints()).isEmpty();
  }

  @Test
  @Proves("DPOP-08")
  void aSessionWithoutAKeyEndsAtItsNextRefresh() {
    world.restartsInPlace(
        config ->
            bound(config, KEY)
                .meets(provider -> provider.bindsToKeys(false))
                .hardens(Hardening.usual()));
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    world.restartsInPlace(config -> bound(config, KEY));
    alice.fetches("/api/2").answers(200);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/3").refuses(401, "session_expired");
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .contains("REFRESH_REFUSED");
    assertThat(world.provider().count("token")).as("nothing was asked in vain").isEqualTo(1);
  }

  @Test
  @Proves("DPOP-08")
  void aSessionWithAKeyGoesOnWhereItIsNotAskedForAnyMore() {
    Browser alice = world.alice().logsIn();
    world.restartsInPlace(config -> bound(config, KEY).hardens(Hardening.usual()));
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/1").answers(200);
    assertThat(world.upstream().last().scheme()).isEqualTo("DPoP");
  }
}

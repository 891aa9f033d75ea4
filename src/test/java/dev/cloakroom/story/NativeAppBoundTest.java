package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.World;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An app whose tokens are bound to a key of its login (RFC 9449), at an API that takes nothing
/// else. The key comes along from the browser's login over the code to the app's own session.
class NativeAppBoundTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .bindsTokens()
                  .nativeApps(NativeAppTest.APP)
                  .redis(
                      RedisSettings.single(REDIS.url()),
                      EncryptionKey.draw(Entropy.secure()).encoded()));

  @BeforeEach
  void apiWantsProofs() {
    var _ = world.checksProofs();
  }

  @AfterEach
  void apiHasNothingToSay() {
    assertThat(world.upstream().complaints()).isEmpty();
  }

  @Test
  @Proves({"DPOP-01", "DPOP-02", "DPOP-06", "DPOP-08"})
  void anAppsCallsAreProvenWithTheKeyOfItsLogin() {
    var phone = world.phone("alice").logsIn();
    phone.fetches("/api/orders?page=2").answers(200);
    var asked = world.provider().calls("authorize").getFirst().parameters();
    var key = world.keyOfTheLastCall();
    assertThat(asked.get("dpop_jkt")).isEqualTo(key);
    var first = world.upstream().last().bearer();
    world.clock().advance(Duration.ofMinutes(6));
    phone.calls("POST", "/api/orders").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEqualTo(first);
    assertThat(world.keyOfTheLastCall()).isEqualTo(key);
    world.phone("alice").logsIn().fetches("/api/orders").answers(200);
    assertThat(world.keyOfTheLastCall()).as("another login's").isNotEqualTo(key);
  }

  @Test
  @Proves({"DPOP-02", "DPOP-10"})
  void whatAnAppProvesItselfIsDropped() {
    var phone = world.phone("alice").logsIn();
    phone.fetches("/api/1", "DPoP", "eyJ", "Authorization", "DPoP stolen").answers(200);
    assertThat(world.upstream().last().headers().getAll("DPoP")).hasSize(1);
    var socket = phone.opensSocket("/api/socket").isOpen();
    assertThat(world.upstream().last().headers().getAll("DPoP")).hasSize(1);
    phone.calls("POST", "/auth/logout").answers(200);
    socket.closes(4401);
  }
}

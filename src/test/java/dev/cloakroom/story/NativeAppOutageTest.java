package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Detour;
import dev.cloakroom.world.Phone;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The store goes away while an app turns its code into a session.
class NativeAppOutageTest {
  private static final RedisProcess REDIS = RedisProcess.start();
  private static final Detour WAY = Detour.to(REDIS.port());

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .nativeApps(NativeAppTest.APP)
                  .redis(
                      RedisSettings.single(WAY.url("redis")),
                      EncryptionKey.draw(Entropy.secure()).encoded()));

  @AfterEach
  void empties() {
    REDIS.isEmptied();
  }

  @AfterAll
  static void stops() {
    WAY.close();
    REDIS.close();
  }

  private static void unavailable(Answer answer) {
    answer.refuses(503, "session_store_unavailable");
    assertThat(answer.header("Retry-After")).isNotEmpty();
    assertThat(answer.text()).doesNotContain("session\":");
  }

  /// The first answer of a store that is back.
  private static Answer again(Phone phone, Map<String, String> form) {
    return Waiting.forA(
        "store that is back",
        Duration.ofSeconds(20),
        () -> Optional.of(phone.redeems(form)).filter(answer -> answer.status() != 503));
  }

  @Test
  @Proves("SES-05")
  void aCodeOutlivesAnOutageThatKeptItFromBeingLookedAt() {
    var phone = world.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    WAY.loses(Detour.Loss.EVERYTHING);
    try {
      unavailable(phone.redeems(form));
      unavailable(phone.redeems(form));
    } finally {
      WAY.loses(Detour.Loss.NOTHING);
    }
    phone.holds(again(phone, form).answers(200).json().getString("session"));
    phone.fetches("/api/orders").answers(200);
    phone.redeems(form).refuses(400, "invalid_code");
  }

  /// The code may be spent, the session stored: nobody can know. Nothing is left of either.
  @ParameterizedTest
  @ValueSource(strings = {"REDEEMED", "return {'stored'}"})
  @Proves("SES-05")
  void aCodeThatMayBeSpentIsSpentAndNoSessionStaysBehind(String lost) {
    var phone = world.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    WAY.losesTheAnswerTo(lost);
    unavailable(phone.redeems(form));
    again(phone, form).refuses(400, "invalid_code");
    Waiting.until("the tokens are nobody's", () -> world.provider().count("revoke") > 0);
    var laptop = world.alice().logsIn();
    Waiting.until(
        "alice has the session of her browser alone",
        () -> laptop.fetches("/auth/sessions").json().getJsonArray("sessions").size() == 1);
    phone.logsIn().fetches("/api/orders").answers(200);
  }
}

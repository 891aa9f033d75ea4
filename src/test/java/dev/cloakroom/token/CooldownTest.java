package dev.cloakroom.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.world.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CooldownTest {
  private static final SessionKey KEY = SessionKey.of(new byte[32]);

  private final TestClock clock = new TestClock();
  private final Cooldown cooldown = new Cooldown(clock);
  private final Need need = new Need.Own();

  @Test
  @Proves("OPS-09")
  void aClockThatIsSetBackSilencesNoProvider() {
    cooldown.asked(KEY, need);
    cooldown.rejected(KEY, need, Duration.ofSeconds(30));
    assertThat(cooldown.askedJustNow(KEY, need)).isTrue();
    assertThat(cooldown.answer(KEY, need)).contains(new TokenOutcome.ProviderRejected());
    cooldown.unavailable(KEY, Duration.ofSeconds(30));
    assertThat(cooldown.answer(KEY, need))
        .contains(new TokenOutcome.TryLater(Duration.ofSeconds(30)));
    clock.advance(Duration.ofHours(-1));
    assertThat(cooldown.askedJustNow(KEY, need)).isFalse();
    assertThat(cooldown.answer(KEY, need)).isEmpty();
  }
}

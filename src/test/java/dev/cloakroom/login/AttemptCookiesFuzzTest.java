package dev.cloakroom.login;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.house.Case;
import dev.cloakroom.oidc.ProviderSettings.ResponseMode;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// No cookie that was not sealed here opens, and none is a fault.
class AttemptCookiesFuzzTest {
  private final CountingEntropy entropy = new CountingEntropy();
  private final TestClock clock = new TestClock();
  private final AttemptCookies cookies =
      new AttemptCookies(new KeyRingSealer(List.of(EncryptionKey.draw(entropy)), entropy), clock);
  private final Attempt attempt = attempt(clock.instant());
  private final AttemptCookie genuine = cookies.seal(attempt, ResponseMode.QUERY);

  private Attempt attempt(Instant now) {
    return new Attempt(
        new Seed(entropy.bytes(Seed.LENGTH)),
        "main",
        now,
        "/deep/link",
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        0);
  }

  /// `name=value` in each line; a value `*` is the genuine one, followed by what is written after.
  @FuzzTest
  @Case("T44")
  void onlyWhatWasSealedHereOpens(byte[] bytes) {
    var presented = new ArrayList<AttemptCookie>();
    new String(bytes, ISO_8859_1)
        .lines()
        .limit(64)
        .forEach(
            line -> {
              var parts = line.split("=", 2);
              var value = parts.length < 2 ? "" : parts[1];
              presented.add(
                  new AttemptCookie(
                      parts[0].replace("*", genuine.name()),
                      value.startsWith("*") ? genuine.value() + value.substring(1) : value,
                      false));
            });
    var genuineCame =
        presented.stream()
            .anyMatch(it -> it.name().equals(genuine.name()) && it.value().equals(genuine.value()));
    assertThat(cookies.find(presented, attempt.state().value()).isPresent()).isEqualTo(genuineCame);
    var evicted = cookies.evictedBy(genuine, presented);
    presented.stream()
        .filter(it -> !it.value().equals(genuine.value()))
        .forEach(it -> assertThat(evicted).contains(it.name()));
  }
}

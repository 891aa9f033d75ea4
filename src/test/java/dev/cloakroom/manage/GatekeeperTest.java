package dev.cloakroom.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.manage.Gatekeeper.Verdict;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatekeeperTest {
  private final Gatekeeper gatekeeper =
      new Gatekeeper(
          new ManagementSettings(
              "0.0.0.0", 0, List.of("ops.test"), Optional.of(Secret.of("the-token"))));

  private static MultiMap headers(String host) {
    return MultiMap.caseInsensitiveMultiMap().add("Host", host);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:9090, ADMITTED",
    "[::1]:9090, ADMITTED",
    "localhost, ADMITTED",
    "OPS.test:9090, ADMITTED",
    "10.1.2.3, ADMITTED",
    "evil.test, FOREIGN_HOST",
    "localhost.evil.test, FOREIGN_HOST",
    "127.0.0.1.evil.test, FOREIGN_HOST"
  })
  @Proves("OPS-04")
  void aNameSomebodyElseResolvesIsForeign(String host, Verdict verdict) {
    assertThat(gatekeeper.check(headers(host), "127.0.0.1")).isEqualTo(verdict);
  }

  @Test
  @Case("T97")
  void aBrowserIsTurnedAway() {
    assertThat(gatekeeper.check(headers("localhost").add("Origin", "http://x.test"), "127.0.0.1"))
        .isEqualTo(Verdict.BROWSER);
    assertThat(gatekeeper.check(headers("localhost").add("Sec-Fetch-Site", "none"), "127.0.0.1"))
        .isEqualTo(Verdict.BROWSER);
    assertThat(gatekeeper.check(headers("localhost").add("Host", "localhost"), "127.0.0.1"))
        .isEqualTo(Verdict.FOREIGN_HOST);
  }

  @Test
  void offLoopbackTheTokenIsNeeded() {
    assertThat(gatekeeper.check(headers("10.1.2.3"), "10.1.2.3")).isEqualTo(Verdict.NO_TOKEN);
    assertThat(
            gatekeeper.check(
                headers("10.1.2.3").add("Authorization", "Bearer the-token"), "10.1.2.3"))
        .isEqualTo(Verdict.ADMITTED);
    assertThat(
            gatekeeper.check(headers("10.1.2.3").add("Authorization", "Bearer wrong"), "10.1.2.3"))
        .isEqualTo(Verdict.NO_TOKEN);
  }
}

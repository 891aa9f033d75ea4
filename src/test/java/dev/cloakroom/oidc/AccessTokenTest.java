package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.crypto.Secret;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTokenTest {
  /// It is written into `Authorization` without another look at it.
  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-User: admin", "a b", "a\n", "\u010a", "a\0"})
  void noneEndsTheFieldItIsWrittenInto(String text) {
    var token = Secret.of(text);
    var now = Instant.EPOCH;
    assertThatThrownBy(() -> new AccessToken(token, Set.of(), now, now))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Tokens(token, Optional.empty(), Optional.empty(), Set.of(), now, now))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

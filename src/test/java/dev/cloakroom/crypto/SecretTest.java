package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretTest {
  @Test
  void whatWentInComesOut() {
    var secret = Secret.of("pässwörd \u2713");
    assertThat(secret.reveal()).isEqualTo("pässwörd \u2713");
    assertThat(new String(secret.revealBehind("Bearer ".getBytes(UTF_8)), UTF_8))
        .isEqualTo("Bearer pässwörd \u2713");
    assertThat(secret).isEqualTo(Secret.of("pässwörd \u2713")).hasSameHashCodeAs(secret);
    assertThat(secret).isNotEqualTo(Secret.of("password"));
    assertThat(secret.toString()).doesNotContain("p");
    assertThatThrownBy(() -> Secret.of("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyVisibleCharacterMayStandInAField() {
    var all = new StringBuilder();
    for (var c = '!'; c <= '~'; c++) {
      all.append(c);
    }
    assertThat(Secret.of(all.toString()).isVisibleAscii()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\rb", "a\n", "\0a", "a\tb", "a\u007f", "a\u0080", "é", "\u010a"})
  void noOtherCharacterMay(String text) {
    assertThat(Secret.of(text).isVisibleAscii()).isFalse();
  }
}

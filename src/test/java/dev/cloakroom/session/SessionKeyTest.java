package dev.cloakroom.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionKeyTest {
  private static byte[] hash() {
    var hash = new byte[32];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) (37 * i + 131);
    }
    return hash;
  }

  @Test
  void isWrittenAsItsHashInBase64UrlAndReadAgain() {
    var key = SessionKey.of(hash());
    assertThat(key.value())
        .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(hash()))
        .hasSize(43);
    assertThat(key.octets()).isEqualTo(hash());
    assertThat(SessionKey.parse(key.value())).isEqualTo(key).hasSameHashCodeAs(key);
  }

  @Test
  void everyOctetCounts() {
    var key = SessionKey.of(hash());
    for (int i = 0; i < 32; i++) {
      var other = hash();
      other[i] ^= 1;
      assertThat(SessionKey.of(other)).as("octet %s", i).isNotEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "*"})
  void nothingElseIsRead(String text) {
    assertThatThrownBy(() -> SessionKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.cloakroom.octets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldNamesTest {
  private final FieldNames names = FieldNames.ofThisLoop();

  private CharSequence of(String name) {
    var line = ("> " + name + ": value").getBytes(ISO_8859_1);
    return names.of(line, 2, name.length());
  }

  @Test
  void aNameIsMadeOnce() {
    assertThat(of("Content-Type")).isSameAs(of("Content-Type")).hasToString("Content-Type");
  }

  @Test
  void aNameKeepsItsSpelling() {
    assertThat(of("ETag")).hasToString("ETag");
    assertThat(of("Etag")).hasToString("Etag");
  }

  @Test
  void moreNamesThanThereArePlacesAreAllRight() {
    for (var round = 0; round < 2; round++) {
      for (var i = 0; i < 1_000; i++) {
        assertThat(of("X-" + i)).hasToString("X-" + i);
      }
    }
  }

  @Test
  void aLongNameIsNotKept() {
    var name = "a".repeat(100);
    assertThat(of(name)).hasToString(name).isNotSameAs(of(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u0000", "\u00e9", "a(b"})
  void whatIsNoNameIsRefusedEachTime(String name) {
    for (var round = 0; round < 2; round++) {
      assertThatThrownBy(() -> of(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}

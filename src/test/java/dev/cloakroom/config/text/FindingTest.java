package dev.cloakroom.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindingTest {
  private static Finding at(int column, int width, String quote) {
    return new Finding(
        Finding.Severity.ERROR, "c", "f.yaml", 1, column, width, quote, "problem", "");
  }

  @Test
  void theCaretStandsUnderThePlace() {
    assertThat(at(4, 2, "a: bc").text().lines())
        .containsExactly("f.yaml:1:4: error[c]: problem", "    1 | a: bc", "      |    ^^");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 5_000, 9_999})
  void ofALongLineOnlyThePartAroundThePlaceIsQuoted(int column) {
    var line = "x".repeat(column - 1) + "!" + "x".repeat(10_000 - column);
    var shown = at(column, 10_000, line).text().lines().toList();
    assertThat(shown).allMatch(each -> each.length() < 200);
    assertThat(shown.get(2).indexOf('^')).isEqualTo(shown.get(1).indexOf('!'));
  }
}

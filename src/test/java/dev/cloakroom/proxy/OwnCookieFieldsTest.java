package dev.cloakroom.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnCookieFieldsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "own=1; a=2|a=2",
        "a=2; own=1|a=2",
        "a=2; own=1; b=3|a=2; b=3",
        "a=2;own=1;b=3|a=2;b=3",
        "a=\"x, y\";  b==c; d; =e; own=1|a=\"x, y\";  b==c; d; =e",
        "a=1;\town =1; owner=2; xown=3|a=1; owner=2; xown=3",
      })
  void theRestKeepsItsBytesAndItsOrder(String cookies, String rest) {
    assertThat(OwnCookieFields.without(cookies, "own"::equals)).isEqualTo(rest);
  }

  @Test
  void nothingRemainsOfOwnCookiesAlone() {
    assertThat(OwnCookieFields.without("own=1", "own"::equals)).isNull();
    assertThat(OwnCookieFields.without(" own=1; own=2;", "own"::equals)).isNull();
    assertThat(OwnCookieFields.without("own", "own"::equals)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";;;", "=", "a", "=b", "a==b", "$Version=1; a=b", " a=1 ; "})
  void oddCookiesPassAsTheyAre(String cookies) {
    assertThat(OwnCookieFields.without(cookies, "own"::equals)).isEqualTo(cookies);
  }

  @ParameterizedTest
  @ValueSource(strings = {"own=1", " own = 1; Path=/", "own", "=own=1", "own=1;own=2", "\town\t=x"})
  @Proves("CK-17")
  void cookiesUnderOwnNamesAreSeen(String setCookie) {
    assertThat(OwnCookieFields.sets(setCookie, "own"::equals)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a=own", "owner=1", "a=1; own=2", "=", "Own=1"})
  @Proves("CK-17")
  void othersAreNot(String setCookie) {
    assertThat(OwnCookieFields.sets(setCookie, "own"::equals)).isFalse();
  }
}

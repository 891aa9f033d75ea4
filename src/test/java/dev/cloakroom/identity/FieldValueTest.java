package dev.cloakroom.identity;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldValueTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          alice@example.test|alice@example.test
          Jane Doe|Jane Doe
          Doe, Jane|Doe%2C Jane
          100%|100%25
          Zoë|Zo%C3%AB
          日本|%E6%97%A5%E6%9C%AC
          😀|%F0%9F%98%80
           admin|%20admin
          admin |admin%20
          """)
  @Proves("PX-11")
  void aTextIsWrittenSoThatItCanBeReadBack(String claim, String value) {
    assertThat(FieldValue.of(claim)).contains(value);
    assertThat(URLDecoder.decode(value.replace("+", "%2B"), UTF_8)).isEqualTo(claim);
  }

  /// T73.
  @Test
  @Proves("PX-11")
  void noTextBecomesAnotherLine() {
    assertThat(FieldValue.of("a\r\nX-Admin: yes")).contains("a%0D%0AX-Admin: yes");
    assertThat(FieldValue.of("a\0b\tc\u007fd\u0085e\u2028f"))
        .contains("a%00b%09c%7Fd%C2%85e%E2%80%A8f");
  }

  @Test
  void aListIsItsEntriesWithCommas() {
    assertThat(FieldValue.of(new JsonArray(List.of("staff", "a,b", "ü", 7, true))))
        .contains("staff,a%2Cb,%C3%BC,7,true");
  }

  @Test
  void whatMakesNoValueMakesNoField() {
    assertThat(FieldValue.of(null)).isEmpty();
    assertThat(FieldValue.of("")).isEmpty();
    assertThat(FieldValue.of(new JsonArray())).isEmpty();
    assertThat(FieldValue.of(new JsonObject().put("a", 1))).isEmpty();
    assertThat(FieldValue.of(new JsonArray(List.of("a", new JsonArray())))).isEmpty();
    assertThat(FieldValue.of("half \ud83d")).isEmpty();
    assertThat(FieldValue.of("x".repeat(4096))).isPresent();
    assertThat(FieldValue.of("x".repeat(4097))).isEmpty();
    assertThat(FieldValue.of("ü".repeat(700))).isEmpty();
  }

  @Test
  @Proves("PX-11")
  void everyValueIsVisibleAsciiAndCanBeReadBack() {
    var random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      var bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      var text = new String(bytes, i % 2 == 0 ? UTF_8 : UTF_16);
      FieldValue.of(text)
          .ifPresent(
              value -> {
                assertThat(value).matches("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");
                assertThat(value).doesNotContain(",");
                assertThat(URLDecoder.decode(value.replace("+", "%2B"), UTF_8)).isEqualTo(text);
              });
    }
  }
}

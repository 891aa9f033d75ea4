package dev.cloakroom.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/// What is accepted is what came, byte for byte, and means the same to a server that decodes it
/// once or twice, cuts off path parameters, turns backslashes, or does none of that.
class RequestTargetFuzzTest {
  @FuzzTest
  @Proves("PX-20")
  @Case("T60")
  void whatIsAcceptedMeansOneThing(byte[] bytes) {
    var target = new String(bytes, ISO_8859_1);
    if (RequestTarget.parse(target) instanceof RequestTarget.Accepted accepted) {
      check(target, accepted);
    }
    if (RequestTarget.parse(target, _ -> true) instanceof RequestTarget.Accepted accepted) {
      var path = accepted.path();
      assertThat(target)
          .endsWith(path.equals("/") ? written(accepted).substring(1) : written(accepted));
      check(written(accepted), accepted);
    }
  }

  private static String written(RequestTarget.Accepted accepted) {
    return accepted.query() == null ? accepted.path() : accepted.path() + "?" + accepted.query();
  }

  private static void check(String target, RequestTarget.Accepted accepted) {
    var path = accepted.path();
    assertThat(written(accepted)).isEqualTo(target);
    assertThat(RequestTarget.parse(target)).as("parsed again").isEqualTo(accepted);
    assertThat(target).matches("/[!-~]*").doesNotContain("#");
    assertThat(path).doesNotContain("?", "\\", ";", "//");
    assertThat(accepted.encodedSlash())
        .isEqualTo(path.toUpperCase(java.util.Locale.ROOT).contains("%2F"));
    var once = decoded(path.getBytes(ISO_8859_1));
    assertThat(decoded(once)).as("decoded twice").isEqualTo(once);
    assertThatCode(() -> UTF_8.newDecoder().decode(ByteBuffer.wrap(once)))
        .doesNotThrowAnyException();
    var text = new String(once, UTF_8);
    assertThat(text).matches("[^\\x00-\\x1f\\x7f\\\\]*");
    var segments = List.of(text.substring(1).split("/", -1));
    assertThat(segments).doesNotContain(".", "..");
    if (!accepted.encodedSlash()) {
      assertThat(segments.subList(0, segments.size() - 1)).doesNotContain("");
    }
  }

  private static byte[] decoded(byte[] from) {
    var to = new ByteArrayOutputStream();
    for (var i = 0; i < from.length; i++) {
      var high = i + 2 < from.length ? Character.digit((char) from[i + 1], 16) : -1;
      var low = i + 2 < from.length ? Character.digit((char) from[i + 2], 16) : -1;
      if (from[i] == '%' && high >= 0 && low >= 0) {
        to.write(high << 4 | low);
        i += 2;
      } else {
        to.write(from[i]);
      }
    }
    return to.toByteArray();
  }
}

package dev.cloakroom.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.house.Case;
import dev.cloakroom.session.FrontEnd;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.stream.Stream;

/// Any `Cookie` field at all: at most one session, only where exactly one cookie of that name came.
class CookiesFuzzTest {
  private static final String NAME = "__Host-Http-session";
  private final Cookies cookies =
      new Cookies(
          FrontEnd.ONLY, new CookieSettings(NAME, CookieSettings.SameSite.STRICT, false), true);

  /// A field in each line. `*` is short for the session cookie's name.
  @FuzzTest
  @Case("T92")
  void aSessionNeedsExactlyOneCookieOfItsName(byte[] bytes) {
    var fields = new String(bytes, ISO_8859_1).replace("*", NAME).lines().toList();
    var headers = HttpHeaders.headers();
    for (var field : fields) {
      headers.add("Cookie", field.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", ""));
    }
    var received = cookies.read(headers);
    var values = values(headers.getAll("Cookie"));
    switch (received.session()) {
      case SessionCookie.None() -> assertThat(values).hasSizeLessThan(2);
      case SessionCookie.Ambiguous() -> assertThat(values).hasSizeGreaterThan(1);
      case SessionCookie.One(var id) -> assertThat(values).containsExactly(id.reveal());
    }
    assertThat(received.attempts())
        .hasSizeLessThanOrEqualTo(64)
        .allSatisfy(it -> assertThat(cookies.owns(it.name())).isTrue())
        .allSatisfy(it -> assertThat(it.value().length()).isLessThanOrEqualTo(4096));
  }

  private static List<String> values(List<String> fields) {
    return fields.stream()
        .flatMap(field -> Stream.of(field.split(";", -1)))
        .map(CookiesFuzzTest::trimmed)
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2 && trimmed(pair[0]).equals(NAME))
        .map(pair -> trimmed(pair[1]))
        .toList();
  }

  private static String trimmed(String text) {
    return text.replaceAll("^[ \\t]+|[ \\t]+$", "");
  }
}

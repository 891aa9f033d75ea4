package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.RawUpstream;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which bytes of a request line reach which upstream.
class TargetsOnTheWireTest {
  private final RawUpstream api = RawUpstream.ok();
  private final RawUpstream admin = RawUpstream.ok();
  private final Relay relay =
      Relay.with(
          route("/api/**", api.uri()),
          route("/api/admin/**", admin.uri()),
          route("/strip/**", api.uri()).strips("/strip"),
          route("/moved/**", api.uri()).strips("/moved").rewrites("/v2"),
          route("/based/**", URI.create(api.uri() + "/base/")).strips("/based"),
          route("/host/**", api.uri()).preservesHost(),
          route("/slash/**", api.uri()).passesEncodedSlashes());

  @AfterEach
  void close() {
    relay.close();
    api.close();
    admin.close();
  }

  private int status(String target) {
    try (var client = relay.client()) {
      return client
          .sendsExactly("GET " + target + " HTTP/1.1\r\nHost: app.example\r\n\r\n")
          .answer()
          .status();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/../admin",
        "/api/./x",
        "/api/%2e%2e/x",
        "/api/%2E./x",
        "/api/.%2e",
        "/api/..;/x",
        "/api/x;a=1",
        "/api/..%2fadmin",
        "/api%2f..%2fadmin",
        "/api/..%5cadmin",
        "/api/a\\b",
        "/api//x",
        "//evil.example/x",
        "/api/%00",
        "/api/%0d%0aX:y",
        "/api/%7f",
        "/api/%252e%252e/x",
        "/api/%252f",
        "/api/%255c",
        "/api/%2525",
        "/api/%c0%ae%c0%ae/x",
        "/api/%e0%80%af",
        "/api/%ff",
        "/api/%c3",
        "/api/%ed%a0%80",
        "/api/%zz",
        "/api/%2",
        "/api/\u00e9",
        "/%61pi/x",
        "/api/x#y",
        "/api/x?a#b",
        "http://evil.example/api/x",
        "*",
        "/slash/..%2fx",
        "/slash/%2f..",
        "/slash/x%2f%2e%2e%2fy"
      })
  @Proves({"PX-20", "BFF-11"})
  @Case({"T60", "T66"})
  void whatServersReadDifferentlyReachesNone(String target) {
    assertThat(status(target)).isEqualTo(400);
    assertThat(api.waiting()).isZero();
    assertThat(admin.waiting()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/x, /api/x",
    "/api, /api",
    "/api/, /api/",
    "/api/a%20b/%C3%A9/%3A/%23, /api/a%20b/%C3%A9/%3A/%23",
    "/api/...a/b.c/~u, /api/...a/b.c/~u",
    "/api/100%25, /api/100%25",
    "/slash/a%2Fb%2f, /slash/a%2Fb%2f",
    "/strip/x, /x",
    "/strip, /",
    "/moved/a%20b, /v2/a%20b",
    "/moved, /v2",
    "/based/x, /base/x",
  })
  @Proves("PX-20")
  @Case("T66")
  void acceptedPathsArriveByteForByteLessTheirPrefix(String target, String seen) {
    assertThat(status(target)).isEqualTo(200);
    assertThat(api.received().target()).isEqualTo(seen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "?a=b&a=c",
        "?q=%2e%2e%2f%00%zz",
        "?//\\;..",
        "?a?b",
        "?x=%25252e",
        "?{|}\"<>"
      })
  @Proves("PX-21")
  void theQueryArrivesByteForByte(String query) {
    assertThat(status("/api/x" + query)).isEqualTo(200);
    assertThat(api.received().target()).isEqualTo("/api/x" + query);
    assertThat(status("/strip/x" + query)).isEqualTo(200);
    assertThat(api.received().target()).isEqualTo("/x" + query);
  }

  @Test
  @Proves("PX-20")
  @Case("T66")
  void theLongestPrefixWinsAtASegmentsEnd() {
    assertThat(status("/api/admin/x")).isEqualTo(200);
    assertThat(admin.received().target()).isEqualTo("/api/admin/x");
    assertThat(status("/api/administrator")).isEqualTo(200);
    assertThat(api.received().target()).isEqualTo("/api/administrator");
    assertThat(status("/apiadmin")).isEqualTo(404);
    assertThat(status("/API/x")).isEqualTo(404);
  }

  @Test
  @Proves("PX-05")
  void theUpstreamSeesItsOwnAuthorityUnlessTheRouteSaysOtherwise() {
    assertThat(status("/api/x")).isEqualTo(200);
    assertThat(api.received().values("Host")).containsExactly("127.0.0.1:" + api.port());
    assertThat(status("/host/x")).isEqualTo(200);
    assertThat(api.received().values("Host")).containsExactly("app.example");
  }
}

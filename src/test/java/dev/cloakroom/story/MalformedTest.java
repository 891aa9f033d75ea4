package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a stranger sends is answered with 4xx, and the gateway lives on.
class MalformedTest {
  @RegisterExtension final World world = new World();

  private void lives() {
    world.alice().navigates("/").answers(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "?&",
        "?state=",
        "?code=x",
        "?error=x",
        "?state=x&code=y",
        "?=&=&=",
        "?state=%00",
        "?code=${jndi:ldap://x}&state=%25n%25s",
        "?state={{7*7}}"
      })
  @Proves("CB-01")
  @Case("T14")
  void anOddCallbackIsAnError(String query) {
    var uri = query.replace("{", "%7B").replace("}", "%7D");
    var answer = world.alice().tab().navigatesWith("/auth/callback" + uri);
    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    assertThat(world.provider().count("token")).isZero();
    lives();
  }

  @Test
  @Proves("CB-01")
  void aBrokenEscapeIsAnError() {
    assertThat(world.alice().rawTarget("/auth/callback?state=%zz&code=%")).startsWith("HTTP/1.1 4");
    lives();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/auth/callback", "/auth/login", "/auth/logout", "/auth/backchannel-logout"})
  @Case("T90")
  void anOddPostIsAnError(String path) {
    for (var type : List.of("", "text/plain", "application/x-www-form-urlencoded", "a/b;;;")) {
      var fields =
          type.isEmpty()
              ? new String[] {"Sec-Fetch-Site", "cross-site"}
              : new String[] {"Sec-Fetch-Site", "cross-site", "Content-Type", type};
      var answer = world.alice().rawly("POST", path, fields);
      assertThat(answer.status()).as(path + " " + type + " " + answer.text()).isBetween(400, 499);
    }
    lives();
  }

  @Test
  @Proves("PX-16")
  @Case("T96")
  void hugeInputsAreRefused() {
    var alice = world.alice();
    assertThat(alice.rawTarget("/auth/callback?state=" + "x".repeat(64 * 1024)))
        .containsPattern("^HTTP/1\\.[01] 414 ");
    assertThat(alice.rawTarget("/", "Cookie: a=" + "x".repeat(32 * 1024)))
        .containsPattern("^HTTP/1\\.[01] 431 ");
    lives();
  }

  @Test
  @Proves({"PX-04", "ERR-01"})
  @Case("T64")
  void traceAndConnectAreRefused() {
    assertThat(world.alice().rawRequest("TRACE", "/api/orders")).startsWith("HTTP/1.1 405");
    assertThat(world.alice().rawRequest("CONNECT", "evil.test:443")).startsWith("HTTP/1.1 4");
    assertThat(world.upstream().calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/%09/evil.test",
        "https:evil.test",
        "https://evil.test/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/..//evil.test",
        "/./\\evil.test",
        "///evil.test",
        "/\t/evil.test",
        "@evil.test",
        "evil.test",
        "http://localhost@evil.test/",
        "/\r\nSet-Cookie: a=b",
        "\u2215\u2215evil.test",
        "/auth/login",
        "/auth/logout/continue",
        "/a\u0000b",
        "%2f%2fevil.test",
        ""
      })
  @Proves("AZ-06")
  @Case("T20")
  void noAddressToReturnToLeavesTheOrigin(String returnTo) {
    var alice = world.alice();
    var page =
        alice
            .tab()
            .navigatesWith(
                "/auth/login?return_to="
                    + java.net.URLEncoder.encode(
                        returnTo, java.nio.charset.StandardCharsets.UTF_8));
    page.shows(400, "invalid_return_to");
    assertThat(page.headers().contains("Location")).isFalse();
    assertThat(alice.attempts()).isEmpty();
  }

  @Test
  @Proves("AZ-06")
  void aVeryLongAddressIsRefused() {
    world
        .alice()
        .tab()
        .navigatesWith("/auth/login?return_to=/" + "x".repeat(2048))
        .shows(400, "invalid_return_to");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/../admin",
        "/api/%2e%2e/admin",
        "/api/..%2fadmin",
        "/public/..%2f..%2fapi",
        "/public/%2e%2e/api/x",
        "/api/%252e%252e/x",
        "/api/a%5cb",
        "/api/a\\b",
        "/api/a%00b",
        "/public/x#/../api",
        "/api/%c0%ae%c0%ae/x"
      })
  @Proves({"PX-20", "BFF-10", "BFF-11"})
  @Case({"T60", "T61"})
  void pathsThatMeanTwoThingsAreRefused(String path) {
    var answer = world.alice().rawTarget(path);
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(world.upstream().calls()).isEmpty();
    lives();
  }

  @Test
  @Proves("BFF-10")
  @Case("T62")
  void noHeaderTakesPartInRouting() {
    world
        .alice()
        .rawly(
            "GET",
            "/api/orders",
            "X-Forwarded-Uri",
            "/public/news",
            "X-Original-URL",
            "/public/news",
            "X-Rewrite-URL",
            "/public/news",
            "X-Forwarded-Method",
            "OPTIONS",
            "X-HTTP-Method-Override",
            "OPTIONS",
            "User-Agent",
            "GoogleHC/1.0")
        .refuses(401, "login_required");
    assertThat(world.upstream().calls()).isEmpty();
  }
}

package dev.cloakroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.World;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Nobody without a session gets to a session route by way of an anonymous one, whatever he writes.
class RoutingAttackTest {
  private final RawUpstream upstream = RawUpstream.ok();

  @RegisterExtension final World world = Doors.oneClosedOneOpen(upstream.uri());

  @AfterEach
  void close() {
    upstream.close();
  }

  /// Everything that comes back for a request and one more behind it, which asks to close.
  private String answers(String line, String... fields) {
    var port = world.gateway().port();
    var request = new StringBuilder(line).append("\r\n");
    if (List.of(fields).stream().noneMatch(field -> field.startsWith("Host:"))) {
      request.append("Host: localhost:").append(port).append("\r\n");
    }
    for (var field : fields) {
      request.append(field.replace("PORT", Integer.toString(port))).append("\r\n");
    }
    try (var client = RawClient.to(port)) {
      return client.sendsExactly(request + "Connection: close\r\n\r\n").readsToTheEnd();
    }
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  @Test
  @Case({"T60", "T61"})
  void noSpellingOfAPathLeadsFromAnAnonymousRouteToAnother() {
    for (var target :
        List.of(
            "/public/..%2fapi/x",
            "/public%2f..%2fapi/x",
            "/public/%2e%2e/api/x",
            "/public/..;/api/x",
            "/public//api/x",
            "/./api/x",
            "/api/x?x=/public/y",
            "/api/x;/public/y",
            "/api/x%00",
            "/%41PI/x",
            "/%61pi/x",
            "/public/%252e%252e/api/x",
            "/public\\..\\api/x",
            "/public/..%5capi/x",
            "/public/%c0%ae%c0%ae/api/x",
            "http://localhost/api/x",
            "//localhost/api/x",
            "/api/x#/public/y",
            "/api/x%23/public/y",
            "/api/x%23/../public/y",
            "/public/.%2e/api/x",
            "/public/..%00/api/x",
            "/public/../api/x",
            "/API/x",
            "/api",
            "/api/",
            "/apix",
            "/public/%u002e%u002e/api",
            "/public/\u00e9\u00e9/api",
            "/public/..%09/api/x",
            "/public/%2e%2e%2f%2e%2e%2fapi/x",
            "/public?/../api/x",
            "/public/x?/../../api/x")) {
      var answer = answers("GET " + target + " HTTP/1.1", "Accept: */*");
      assertThat(status(answer)).as(target).isIn(200, 400, 401, 404, 421);
      assertThat(answer.endsWith("ok")).as(target).isEqualTo(upstream.waiting() > 0);
      while (upstream.waiting() > 0) {
        var seen = upstream.received().target();
        assertThat(seen).as("the bytes that were matched").isEqualTo(target);
        assertThat(URI.create(seen).normalize().getPath()).startsWith("/public");
      }
    }
  }

  @Test
  @Case({"T62", "T63"})
  void noFieldTakesPartInRouting() {
    for (var field :
        List.of(
            "X-Forwarded-Uri: /public/x",
            "X-Original-URL: /public/x",
            "X-Original-URI: /public/x",
            "X-Rewrite-URL: /public/x",
            "X-Forwarded-Method: OPTIONS",
            "X-HTTP-Method-Override: OPTIONS",
            "X-HTTP-Method: OPTIONS",
            "X-Method-Override: HEAD",
            "X-Envoy-Original-Path: /public/x",
            "X-Forwarded-Prefix: /public",
            "User-Agent: GoogleHC/1.0",
            "User-Agent: kube-probe/1.31",
            "X-Auth-Subject: admin",
            "User-Agent: ELB-HealthChecker/2.0",
            "Authorization: Bearer x",
            "Referer: /public/x")) {
      assertThat(answers("GET /api/x HTTP/1.1", field)).startsWith("HTTP/1.1 401 ");
    }
    for (var path : List.of("/health/../api/x", "/livez/../api/x", "/public/health/../../api/x")) {
      assertThat(answers("GET " + path + " HTTP/1.1")).startsWith("HTTP/1.1 400 ");
    }
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  @Case("T64")
  void noSpellingOfMethodOrHostIsAWayRound() {
    for (var method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")) {
      assertThat(answers(method + " /api/x HTTP/1.1")).as(method).startsWith("HTTP/1.1 401 ");
    }
    for (var method : List.of("get", "Get", "FOO", "PROPFIND", "TRACE", "CONNECT", "TRACK")) {
      assertThat(answers(method + " /api/x HTTP/1.1")).as(method).startsWith("HTTP/1.1 405 ");
    }
    assertThat(answers("GET /api/x HTTP/1.1", "Host: LOCALHOST:PORT")).contains(" 401 ");
    for (var host : List.of("localhost.:PORT", "localhost", "127.0.0.1:PORT", "localhost:0PORT")) {
      assertThat(answers("GET /api/x HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 4");
    }
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  @Case("T97")
  void thePublicPortHasNothingOfTheManagementPort() {
    for (var path :
        List.of(
            "/metrics",
            "/livez",
            "/readyz",
            "/sessions",
            "/config",
            "/env",
            "/actuator/env",
            "/auth/metrics",
            "/debug/pprof/")) {
      assertThat(answers("GET " + path + " HTTP/1.1", "Accept: */*"))
          .as(path)
          .startsWith("HTTP/1.1 404 ")
          .contains("no_such_route");
    }
  }

  @Test
  @Case("T117")
  void aQuestionAboutTheServerIsAnsweredByIt() {
    assertThat(answers("OPTIONS * HTTP/1.1")).startsWith("HTTP/1.1 204 ");
    assertThat(upstream.waiting()).isZero();
  }
}

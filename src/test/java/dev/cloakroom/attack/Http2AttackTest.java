package dev.cloakroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What is tried over HTTP/1.1, over HTTP/2.
@ParameterizedClass
@EnumSource
class Http2AttackTest {

  private final RawUpstream upstream = RawUpstream.ok();

  private final Over over;
  @RegisterExtension final World world;

  Http2AttackTest(Over over) {
    this.over = over;
    this.world =
        new World(
            config ->
                over.set(config)
                    .routes(
                        new RouteDraft("/api/**").upstream(upstream.uri()),
                        new RouteDraft("/public/**")
                            .access(Route.Access.ANONYMOUS)
                            .token(Route.TokenKind.NONE)
                            .upstream(upstream.uri())));
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  @Test
  @Case({"T60", "T61", "T64"})
  void noSpellingOfAPathOrMethodLeadsToASessionRoute() {
    try (var client = over.connects(world)) {
      var stream = 1;
      for (var path :
          List.of(
              "/public/..%2fapi/x",
              "/public/%2e%2e/api/x",
              "/public/../api/x",
              "/public/..;/api/x",
              "/public//api/x",
              "/public\\..\\api/x",
              "/public/%c0%ae%c0%ae/api/x",
              "/public/%252e%252e/api/x",
              "/api/x#/public/y",
              "/api/x%00",
              "/%61pi/x",
              "//" + authority() + "/api/x")) {
        var answer = client.get(stream, authority(), path).answer(stream);
        assertThat(answer.status()).as(path).isEqualTo(400);
        stream += 2;
      }
      for (var path : List.of("/api/x", "/api", "/api/x?x=/public/y", "/api/x%23/../public/y")) {
        var answer = client.get(stream, authority(), path).answer(stream);
        assertThat(answer.status()).as(path).isIn(400, 401);
        stream += 2;
      }
      for (var method : List.of("get", "FOO", "TRACE")) {
        client.head(stream, RawHttp2.END_STREAM, RawHttp2.request(method, authority(), "/api/x"));
        assertThat(client.answer(stream).status()).as(method).isEqualTo(405);
        stream += 2;
      }
    }
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  @Case({"T70", "T72", "T75"})
  @Proves({"PX-10", "PX-11"})
  void noFieldOfABrowserSpeaksForTheGateway() {
    try (var client = over.connects(world)) {
      client.get(
          1,
          authority(),
          "/public/x",
          "authorization",
          "Bearer evil",
          "x-user",
          "evil",
          "x_user",
          "evil",
          "x_forwarded_for",
          "evil",
          "x-forwarded-for",
          "evil",
          "forwarded",
          "for=evil",
          "x-http-method-override",
          "DELETE",
          "cookie",
          World.SESSION_COOKIE + "=evil",
          "cookie",
          "app=1");
      assertThat(client.answer(1).status()).isEqualTo(200);
    }
    var seen = upstream.received();
    assertThat(seen.lines()).noneMatch(line -> line.contains("evil") || line.contains("DELETE"));
    assertThat(seen.values("Cookie")).containsExactly("app=1");
    assertThat(seen.values("X-Forwarded-For")).containsExactly("127.0.0.1");
  }

  @Test
  @Case("T92")
  @Proves("CK-18")
  void aCookieInSeveralCrumbsIsCountedAsOften() {
    world.exchanges().preferHttp2();
    var own = World.SESSION_COOKIE + "=" + world.alice().logsIn().sessionValue();
    try (var client = over.connects(world)) {
      var fields = new ArrayList<>(List.of("sec-fetch-site", "same-origin", "cookie", own));
      client.get(1, authority(), "/api/x", fields.toArray(String[]::new));
      assertThat(client.answer(1).status()).isEqualTo(200);
      fields.addAll(List.of("cookie", own));
      client.get(3, authority(), "/api/x", fields.toArray(String[]::new));
      assertThat(client.answer(3).status()).isEqualTo(401);
    }
    assertThat(upstream.received().values("Cookie")).isEmpty();
    assertThat(upstream.waiting()).isZero();
  }
}

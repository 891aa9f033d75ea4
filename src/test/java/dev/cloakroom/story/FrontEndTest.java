package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.World;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The app's own files, and what answers where nothing else does.
class FrontEndTest {
  @RegisterExtension final World world = new World();

  @ParameterizedTest
  @ValueSource(strings = {"/", "/orders", "/deep/link?x=1", "/a%20b"})
  void aNavigationGetsTheIndex(String path) {
    assertThat(world.alice().navigates(path).answers(200).text()).isEqualTo(World.INDEX);
  }

  @Test
  void filesAreServed() {
    var answer = world.alice().fetches("/assets/app.js").answers(200);
    assertThat(answer.header("Content-Type")).contains("javascript");
    assertThat(answer.setCookies()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsNotTheIndex() {
    world.alice().fetches("/assets/gone.js").refuses(404, "no_such_route");
    world.alice().fetches("/auth/nothing").refuses(404, "no_such_route");
  }

  @Test
  @Proves({"HDR-01", "HDR-02", "HDR-03", "HDR-06"})
  void pagesCarryTheUsualArmour() {
    var answer = world.alice().navigates("/");
    assertThat(answer.header("Content-Security-Policy"))
        .contains("object-src 'none'")
        .contains("base-uri 'none'")
        .contains("frame-ancestors 'none'");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Referrer-Policy")).isNotBlank();
    assertThat(answer.headers().contains("Server")).isFalse();
    assertThat(answer.headers().contains("X-Powered-By")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.env", "/.git/config", "/assets/..%2f.env", "/%2e%2e/%2e%2e/etc/passwd",
        "/..%5c..%5cwin.ini", "/assets/%2e%2e/.env", "/assets/x%2F..%2Fapp.js", "/assets%00/app.js"
      })
  @Proves("BFF-11")
  @Case({"T65", "T67"})
  void nothingHiddenOrOutsideIsServed(String path) {
    var answer = world.alice().fetches(path);
    assertThat(answer.status()).as(answer.text()).isBetween(400, 404);
    assertThat(answer.text()).doesNotContain("HIDDEN").doesNotContain("root:");
    world.alice().fetches("/assets/app.js").answers(200);
  }

  @Test
  @Case("T65")
  void twoSlashesAreNoOtherHost() {
    var answer = world.alice().rawTarget("//evil.test/%2e%2e");
    assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("Location");
  }

  @Test
  @Case({"T64", "T72"})
  void anotherAuthorityIsMisdirected() {
    world.alice().rawly("GET", "/", "Host", "evil.test").refuses(421, "misdirected_request");
    world.alice().rawly("GET", "/", "Host", "localhost:1").refuses(421, "misdirected_request");
  }

  @Test
  @Proves("CORS-01")
  @Case("T85")
  void nobodyElseIsToldAnythingByCors() {
    var alice = world.alice().logsIn();
    for (var path : new String[] {"/api/orders", "/auth/session", "/public/news", "/"}) {
      for (var method : new String[] {"OPTIONS", "GET"}) {
        var answer =
            alice.rawly(
                method,
                path,
                "Origin",
                "https://elsewhere.example",
                "Access-Control-Request-Method",
                "GET");
        assertThat(answer.headers().names())
            .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
      }
    }
    assertThat(world.upstream().calls()).noneMatch(call -> call.method().equals("OPTIONS"));
  }

  @Test
  @Proves("BFF-19")
  @Case("T83")
  void whatPassesThroughIsInNoLog() {
    world.upstream().nextAnswers(new Fault.Answer(200, Map.of(), "answered-sentinel"));
    var alice = world.alice().logsIn();
    var body = Optional.of(Buffer.buffer("sent-sentinel"));
    var answer =
        alice.tab().fetches("POST", "/api/orders", body, MultiMap.caseInsensitiveMultiMap());
    assertThat(answer.answers(200).text()).isEqualTo("answered-sentinel");
    assertThat(world.upstream().last().body().toString()).isEqualTo("sent-sentinel");
    assertThat(world.events(Event.RequestServed.class)).isNotEmpty();
    assertThat(world.logged()).isNotEmpty().noneMatch(line -> line.contains("-sentinel"));
  }
}

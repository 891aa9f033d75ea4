package dev.cloakroom.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.logout.AdminSessions;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ManagementServerTest {
  private static final Secret TOKEN = Secret.of("the-management-token");

  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final WaveringStore store =
      new WaveringStore(
          new MemorySessionStore(
              new SessionSettings(
                  Duration.ofHours(1), Duration.ofHours(8), 100, OptionalInt.empty()),
              clock,
              events));
  private WebClient client;
  private int port;

  @BeforeEach
  void starts(Vertx vertx) {
    client = WebClient.create(vertx);
    starts(vertx, Optional.empty());
  }

  private void starts(Vertx vertx, Optional<Secret> token) {
    var settings = new ManagementSettings("127.0.0.1", 0, List.of(), token);
    var sessions = new AdminSessions(store, new Revoker(Map.of(), events), List.of(FrontEnd.ONLY));
    var server =
        new ManagementServer(settings, vertx, new Health(), () -> "up 1\n", sessions, events);
    port = Waiting.on(server.start());
  }

  private HttpRequest<Buffer> request(HttpMethod method, String path) {
    return client.request(method, port, "127.0.0.1", path);
  }

  private HttpResponse<Buffer> get(String path) {
    return Waiting.on(request(HttpMethod.GET, path).send());
  }

  @Test
  void eachPathHasItsAnswer() {
    assertThat(get("/livez").bodyAsString()).isEqualTo("{\"alive\":true}");
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").bodyAsString()).startsWith("{\"ready\":false,");
    assertThat(get("/metrics").bodyAsString()).isEqualTo("up 1\n");
    assertThat(get("/metrics").getHeader("Content-Type")).startsWith("text/plain");
    var head = Waiting.on(request(HttpMethod.HEAD, "/livez").send());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/livez/",
        "//livez",
        "/./livez",
        "/x/../livez",
        "/%6Civez",
        "/livez?x",
        "/LIVEZ"
      })
  @Case("T97")
  void aPathIsTakenToTheLetter(String path) {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.bodyAsString()).contains("\"code\":\"not_found\"");
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void onlyReadingIsAllowed() {
    var answer = Waiting.on(request(HttpMethod.POST, "/livez").send());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().getAll("Allow")).containsExactly("GET, HEAD");
    assertThat(answer.bodyAsString()).contains("\"code\":\"method_not_allowed\"");
  }

  @Test
  @Proves("OPS-04")
  @Case("T97")
  void theGatekeeperComesBeforeEveryPath() {
    for (var path : List.of("/livez", "/metrics", "/nothing", "//livez")) {
      var browser =
          Waiting.on(request(HttpMethod.GET, path).putHeader("Origin", "http://x.test").send());
      assertThat(browser.statusCode()).isEqualTo(403);
      var foreign = Waiting.on(request(HttpMethod.GET, path).virtualHost("evil.test").send());
      assertThat(foreign.statusCode()).isEqualTo(421);
    }
  }

  @Test
  @Proves("SES-08")
  void withoutATokenThereAreNoSessionsHere() {
    assertThat(get("/sessions?handle=a").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "?subject=alice",
        "?issuer=i",
        "?issuer=&subject=alice",
        "?issuer=i&subject=alice&sid=s",
        "?issuer=i&subject=alice&subject=bob",
        "?handle=a&limit=0",
        "?handle=a&limit=101",
        "?handle=a&limit=1x",
        "?handle=a&after=soon",
        "?handle=a&after=-a",
        "?handle=a&all=true",
        "?handle=%zz"
      })
  @Proves("SES-08")
  void aQueryThatNamesNobodyEndsNobody(String query, Vertx vertx) {
    starts(vertx, Optional.of(TOKEN));
    for (var method : List.of(HttpMethod.GET, HttpMethod.DELETE)) {
      var answer = asked(method, query);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.getHeader("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.bodyAsString()).contains("\"code\":\"invalid_parameter\"");
    }
  }

  private HttpResponse<Buffer> asked(HttpMethod method, String query) {
    return Waiting.on(
        request(method, "/sessions" + query)
            .putHeader("Authorization", "Bearer " + TOKEN.reveal())
            .send());
  }

  @Test
  @Proves({"SES-08", "SES-05"})
  void aStoreThatIsAwayIsSaidToBe(Vertx vertx) {
    starts(vertx, Optional.of(TOKEN));
    store.goesAway();
    for (var method : List.of(HttpMethod.GET, HttpMethod.DELETE)) {
      var answer = asked(method, "?handle=a");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.getHeader("Retry-After")).isEqualTo("2");
    }
    assertThat(asked(HttpMethod.POST, "?handle=a").headers().getAll("Allow"))
        .containsExactly("GET, DELETE");
  }
}

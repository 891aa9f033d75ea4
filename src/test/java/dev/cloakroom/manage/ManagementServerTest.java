package dev.cloakroom.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ManagementServerTest {
  private WebClient client;
  private int port;

  @BeforeEach
  void starts(Vertx vertx) {
    var settings = new ManagementSettings("127.0.0.1", 0, List.of(), Optional.empty());
    var server = new ManagementServer(settings, vertx, new Health(), () -> "up 1\n");
    port = Waiting.on(server.start());
    client = WebClient.create(vertx);
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
  void aPathIsTakenToTheLetter(String path) {
    var answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.bodyAsString()).isEqualTo("{\"code\":\"not_found\"}");
    assertThat(answer.getHeader("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void onlyReadingIsAllowed() {
    var answer = Waiting.on(request(HttpMethod.POST, "/livez").send());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().getAll("Allow")).containsExactly("GET, HEAD");
    assertThat(answer.bodyAsString()).isEqualTo("{\"code\":\"method_not_allowed\"}");
  }

  @Test
  @Proves("OPS-04")
  void theGatekeeperComesBeforeEveryPath() {
    for (var path : List.of("/livez", "/metrics", "/nothing", "//livez")) {
      var browser =
          Waiting.on(request(HttpMethod.GET, path).putHeader("Origin", "http://x.test").send());
      assertThat(browser.statusCode()).isEqualTo(403);
      var foreign = Waiting.on(request(HttpMethod.GET, path).virtualHost("evil.test").send());
      assertThat(foreign.statusCode()).isEqualTo(421);
    }
  }
}

package dev.cloakroom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GatewayTest {
  private static final int TOO_MANY = 100_000_000;
  private static final URI NOBODY = URI.create("redis://127.0.0.1:1");

  @RegisterExtension final World world = new World();

  private RawMessage manages(String path, String... fields) {
    try (var client = RawClient.to(world.gateway().managementPort())) {
      var head = "GET " + path + " HTTP/1.1\n" + String.join("\n", fields) + "\n\n";
      return client.sends(head).answer();
    }
  }

  @Test
  void itSaysOnceWhereItListens() {
    assertThat(world.events(Event.GatewayReady.class))
        .singleElement()
        .satisfies(
            ready -> {
              assertThat(ready.publicUrls()).containsExactly(world.gateway().publicUrl());
              assertThat(world.gateway().publicUrl().getPort()).isEqualTo(world.gateway().port());
            });
  }

  @Test
  @Proves("OPS-04")
  void readinessIsMoreThanLife() {
    assertThat(manages("/livez", "Host: localhost").status()).isEqualTo(200);
    var ready = manages("/readyz", "Host: 127.0.0.1");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(new JsonObject(ready.text()).getString("store")).isEqualTo("ok");
  }

  @Test
  @Proves("OPS-04")
  void theManagementPortIsNoPlaceForBrowsersAndNamesNoSecret() {
    assertThat(manages("/metrics", "Host: evil.test").status()).isEqualTo(421);
    assertThat(manages("/metrics", "Host: localhost", "Origin: http://localhost").status())
        .isEqualTo(403);
    assertThat(manages("/env", "Host: localhost").status()).isEqualTo(404);
    assertThat(manages("/livez/", "Host: localhost").status()).isEqualTo(404);
    assertThat(world.alice().fetches("/livez").status()).isEqualTo(404);
    assertThat(world.alice().fetches("/metrics").status()).isEqualTo(404);
  }

  @Test
  @Proves("OPS-06")
  void whatHappensIsCounted() {
    world.alice().logsIn();
    var page = manages("/metrics", "Host: localhost").text();
    assertThat(page)
        .contains("cloakroom_sessions_active 1.0")
        .contains("cloakroom_auth_logins_total{error_type=\"none\",outcome=\"succeeded\"")
        .contains("http_server_request_duration_seconds_count");
  }

  @Test
  void moreSessionsThanTheHeapHoldsAreSaidOnceAtTheStart() {
    assertThat(world.events(Event.SessionsExceedHeap.class)).isEmpty();
    assertThat(manages("/metrics", "Host: localhost").text())
        .contains("cloakroom_sessions_limit 10000.0");
    world.restartsInPlace(config -> config.maxSessions(TOO_MANY));
    assertThat(world.events(Event.SessionsExceedHeap.class))
        .singleElement()
        .satisfies(
            said -> {
              assertThat(said.allowed()).isEqualTo(TOO_MANY);
              assertThat(said.room()).isPositive().isLessThan(TOO_MANY);
            });
  }

  /// They live elsewhere; what a node remembers of them it remembers for seconds.
  @Test
  void sessionsInRedisNeedNoRoomInTheHeap() {
    var key = EncryptionKey.draw(Entropy.secure()).encoded();
    world.restartsInPlace(
        config -> config.maxSessions(TOO_MANY).redis(RedisSettings.single(NOBODY), key));
    assertThat(world.events(Event.SessionsExceedHeap.class)).isEmpty();
    assertThat(manages("/metrics", "Host: localhost").text())
        .doesNotContain("cloakroom_sessions_limit");
  }

  @Test
  @Proves("OPS-05")
  void whoeverIsConnectedIsToldWhenItLeaves() {
    var alice = world.alice().logsIn();
    var socket = alice.opensSocket("/api/socket").isOpen();
    var events = alice.listens("/auth/events").answers(200);
    var first = world.gateway().stop();
    var second = world.gateway().stop();
    socket.closes(1001);
    events.ends();
    Waiting.on(first);
    Waiting.on(second);
    assertThat(world.events(Event.GatewayStopped.class)).hasSize(1);
    assertThat(world.events(Event.SessionEnded.class)).isEmpty();
  }

  @Test
  void theOwnFilterStandsBeforeEverything() {
    var host = "Host: localhost:" + world.gateway().port() + "\n";
    assertThat(publicly("GET / HTTP/1.1\n" + host + host)).isEqualTo(400);
    assertThat(publicly("TRACE / HTTP/1.1\n" + host)).isEqualTo(405);
    assertThat(publicly("CONNECT evil:80 HTTP/1.1\n" + host)).isEqualTo(405);
    assertThat(publicly("GET / HTTP/1.1\nHost: evil.test\n")).isEqualTo(421);
    assertThat(publicly("GET /public#/../api HTTP/1.1\n" + host)).isEqualTo(400);
  }

  @Test
  @Proves("PX-16")
  void largeHeadsAndFormsAreRefused() {
    var host = "Host: localhost:" + world.gateway().port() + "\n";
    assertThat(publicly("GET /" + "x".repeat(9000) + " HTTP/1.1\n" + host)).isEqualTo(414);
    assertThat(publicly("GET / HTTP/1.1\n" + host + "Cookie: " + "x".repeat(17_000) + "\n"))
        .isEqualTo(431);
    var form = "Content-Type: application/x-www-form-urlencoded\n";
    assertThat(publicly("POST /auth/callback HTTP/1.1\n" + host + form + "Content-Length: 65537\n"))
        .isEqualTo(413);
    assertThat(publicly("POST /auth/callback HTTP/1.1\n" + host + "Content-Length: 0\n"))
        .isEqualTo(415);
  }

  @Test
  @Proves("PX-07")
  void aFoldedFieldLineIsRefusedAndTheConnectionCloses() {
    var host = "Host: localhost:" + world.gateway().port() + "\n";
    try (var client = RawClient.to(world.gateway().port())) {
      client.sends("GET /public/a HTTP/1.1\n" + host + "X-A: 1\n 2\n\n");
      client.sends("GET /public/b HTTP/1.1\n" + host + "\n");
      assertThat(client.answer().status()).isEqualTo(400);
      client.seesTheEnd();
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  private int publicly(String head) {
    try (var client = RawClient.to(world.gateway().port())) {
      return client.sends(head + "\n").answer().status();
    }
  }
}

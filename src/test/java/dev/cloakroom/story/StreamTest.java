package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Socket;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What stays open: event streams, WebSockets, long answers. All of it ends with the session.
class StreamTest {
  private static final Route.Timeouts PATIENT =
      new Route.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofHours(9));

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(new RouteDraft("/live/**").timeouts(PATIENT))
                  .route(
                      new RouteDraft("/brief/**")
                          .timeouts(PATIENT)
                          .onTokenExpiry(Route.WebSockets.OnTokenExpiry.CLOSE)));

  @Test
  @Proves("SES-10")
  @Case("T100")
  void theEventStreamTellsTheEnd() {
    var alice = world.alice().logsIn();
    var events = alice.listens("/auth/events").answers(200);
    assertThat(events.header("Content-Type")).startsWith("text/event-stream");
    assertThat(events.header("Cache-Control")).contains("no-store");
    alice.logsOut();
    events.hears("event: session_ended").hears("logout").ends();
  }

  @Test
  void aStrangerHasNoEvents() {
    world.alice().fetches("/auth/events", "Accept", "text/event-stream").answers(204);
  }

  @Test
  void oneSessionHasAtMostSixEventStreams() {
    var alice = world.alice().logsIn();
    var streams = new ArrayList<dev.cloakroom.world.EventStream>();
    for (int i = 0; i < 6; i++) {
      streams.add(alice.listens("/auth/events").answers(200));
    }
    alice.fetches("/auth/events", "Accept", "text/event-stream").refuses(429, "rate_limited");
    alice.logsOut();
    streams.forEach(dev.cloakroom.world.EventStream::ends);
  }

  @Test
  @Proves({"SSE-01", "SES-10"})
  void anUpstreamsStreamPassesAndEndsWithTheSession() {
    var alice = world.alice().logsIn();
    var stream = alice.listens("/api/stream").answers(200).hears("data: first");
    alice.logsOut();
    stream.ends();
  }

  @Test
  @Proves({"WS-01", "WS-03", "WS-05", "SES-10", "BFF-04"})
  void aSocketOfThisOriginIsRelayedAndEndsWithTheSession() {
    var alice = world.alice().logsIn();
    var socket = alice.opensSocket("/api/socket").isOpen();
    socket.says("hello").hears("echo hello");
    var handshake = world.upstream().last();
    assertThat(world.provider().userOf(handshake.bearer())).isEqualTo("alice");
    assertThat(handshake.headers().contains("Cookie")).isFalse();
    alice.logsOut();
    socket.closes(4401);
  }

  @Test
  @Proves("WS-01")
  @Case("T77")
  void aSocketOfAnotherOriginIsRefused() {
    var alice = world.alice().logsIn();
    // A sibling subdomain's handshake carries the Strict cookie; the browser here cannot be one.
    for (var origin : new String[] {"http://evil.test", "http://localhost:1", "null"}) {
      alice.opensSocketAs(origin, "/api/socket").isRefused(403, "origin_not_allowed");
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("WS-01")
  @Case("T77")
  void aSocketWithoutASessionIsRefused() {
    world.alice().opensSocket("/api/socket").isRefused(401, "login_required");
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("WS-08")
  void framesDoNotSlideTheSession() {
    world.provider().givesAccessTokensFor(Duration.ofHours(24));
    var alice = world.alice().logsIn();
    var socket = alice.opensSocket("/live/socket").isOpen();
    world.clock().advance(Duration.ofMinutes(20));
    socket.says("still here").hears("echo still here");
    world.clock().advance(Duration.ofMinutes(11));
    assertThat(alice.isLoggedIn()).isFalse();
    socket.hangsUp();
  }

  @Test
  @Proves("WS-06")
  void aSocketMayEndWithItsAccessToken() {
    world.provider().givesAccessTokensFor(Duration.ofMinutes(5));
    var alice = world.alice().logsIn();
    var kept = alice.opensSocket("/live/socket").isOpen();
    var brief = new ArrayList<Socket>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      brief.add(alice.opensSocket("/brief/socket").isOpen()); // one on each event loop
    }
    world.clock().advance(Duration.ofMinutes(4));
    brief.forEach(socket -> socket.says("in time").hears("echo in time"));
    world.clock().advance(Duration.ofMinutes(1));
    brief.forEach(socket -> socket.closes(1008));
    kept.says("still here").hears("echo still here");
    var next = alice.opensSocket("/brief/socket").isOpen();
    next.says("again").hears("echo again");
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    kept.hangsUp();
    next.hangsUp();
  }
}

package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.upstream.HealthCheck;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.RawHttp2Upstream;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether a target speaks HTTP/2, is there, and is well.
class Http2TargetsTest {
  private static final PemFiles FILES = PemFiles.made();
  private static final String GET = "GET /api/x HTTP/1.1\nHost: a\n\n";

  /// Lines of a class histogram: clients, what is to be closed with others, and timers.
  private static final Pattern COUNTS =
      Pattern.compile(
          "^ *\\d+: +(\\d+) +\\d+ +io\\.vertx\\.core\\."
              + "(?:http\\.impl\\.HttpClientImpl|internal\\.CloseFuture"
              + "|impl\\.VertxImpl\\$InternalTimerHandler)(?: |$)",
          Pattern.MULTILINE);

  private final Vertx vertx = Vertx.vertx();

  /// Held, since one that nobody holds is closed with its sockets when memory is collected.
  private final NetClient through = vertx.createNetClient();

  private final List<HttpVersion> versions = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    Waiting.on(vertx.close());
  }

  private URI serves(HttpServerOptions options) {
    var server = vertx.createHttpServer(options).requestHandler(this::answer);
    Waiting.on(server.listen(0, "127.0.0.1"));
    return URI.create((options.isSsl() ? "https" : "http") + "://localhost:" + server.actualPort());
  }

  private void answer(HttpServerRequest request) {
    versions.add(request.version());
    if (request.headers().contains("upgrade")) {
      request.toWebSocket().onSuccess(socket -> socket.writeTextMessage("hi"));
    } else {
      request.body().onSuccess(body -> request.response().end(body));
    }
  }

  /// Answers whatever comes, until the connection ends.
  private static void oks(RawHttp2 line) {
    line.sends(RawHttp2.SETTINGS, 0, 0);
    for (var frame = line.request(); frame != null; frame = line.request()) {
      line.answers(frame.stream(), "200", "ok");
    }
  }

  private static HttpServerOptions tls() {
    return new HttpServerOptions()
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(FILES.certificate().toString())
                .addKeyPath(FILES.key().toString()));
  }

  private static RouteSketch trusting(URI target) {
    return route("/api/**", target)
        .overHttp2()
        .meetsWith(new TlsFiles(Optional.of(FILES.certificate()), Optional.empty()));
  }

  private static void assertUnreachable(RouteSketch route) {
    try (var relay = Relay.with(route)) {
      try (var client = relay.client().sends(GET)) {
        assertThat(client.answer().status()).isEqualTo(502);
      }
      assertThat(relay.outcome()).isInstanceOf(Forwarded.UnreachableUnanswered.class);
    }
  }

  @Test
  @Proves({"PX-14", "PX-15", "PX-26"})
  void overTlsItIsAskedForByAlpn() {
    try (var relay = Relay.with(trusting(serves(tls().setUseAlpn(true))));
        var client = relay.client()) {
      client.sends("POST /api/x HTTP/1.1\nHost: a\nContent-Length: 3000000\n\n");
      Thread.ofVirtual().start(() -> client.sends(RawHttp2.filler(3_000_000)));
      assertThat(client.answer().text()).hasSize(3_000_000);
      assertThat(versions).containsExactly(HttpVersion.HTTP_2);
    }
  }

  @Test
  @Proves("PX-14")
  void overTlsNothingElseIsTaken() {
    assertUnreachable(trusting(serves(tls().setUseAlpn(false))));
    assertUnreachable(
        trusting(serves(tls().setUseAlpn(true).setAlpnVersions(List.of(HttpVersion.HTTP_1_1)))));
    assertThat(versions).isEmpty();
  }

  @Test
  @Proves("PX-14")
  void overTlsTheCertificateIsChecked() {
    assertUnreachable(route("/api/**", serves(tls().setUseAlpn(true))).overHttp2());
    assertThat(versions).isEmpty();
  }

  @Test
  @Proves({"WS-02", "PX-26"})
  void socketsTakeHttp1() {
    for (var options : List.of(tls().setUseAlpn(true), new HttpServerOptions())) {
      try (var relay = Relay.with(trusting(serves(options)));
          var client = relay.client()) {
        client.sends(
            """
            GET /api/x HTTP/1.1
            Host: a
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

            """);
        assertThat(client.head().status()).isEqualTo(101);
        assertThat(client.readsText(4)).endsWith("hi");
      }
    }
    assertThat(versions).containsExactly(HttpVersion.HTTP_1_1, HttpVersion.HTTP_1_1);
  }

  @Test
  @Proves("PX-27")
  void aTargetThatSpeaksHttp1Is502() {
    try (var old =
        RawUpstream.plays(
            line -> {
              var _ = line.readsHead();
              line.says("HTTP/1.1 400 Bad Request\nContent-Length: 0\nConnection: close\n\n");
            })) {
      assertUnreachable(route("/api/**", old.uri()).overHttp2());
    }
  }

  @Test
  @Proves({"PX-17", "PX-27"})
  void aTargetThatNeverSaysItsSettingsIsLeft() {
    var left = new CountDownLatch(1);
    try (var silent =
            RawUpstream.plays(
                line -> {
                  var _ = line.readsToTheEnd();
                  left.countDown();
                });
        var relay = Relay.with(route("/api/**", silent.uri()).overHttp2());
        var client = relay.client().sends(GET)) {
      Waiting.until("a connection", () -> silent.connections() == 1);
      relay.clock.advance(Duration.ofSeconds(3));
      assertThat(client.answer().status()).isEqualTo(504);
      Gate.await(left);
    }
  }

  /// One connection is made for all that wait, and the first of them waits for a second and a half.
  @Test
  @Proves({"PX-17", "PX-27"})
  void nobodyIsHeldToThePatienceOfAnother() {
    try (var upstream =
            RawHttp2Upstream.plays(
                (line, number) -> {
                  if (number > 1) {
                    oks(line);
                  } else {
                    var _ = line.request(); // without any settings nobody sends one
                  }
                });
        var relay =
            Relay.with(
                route("/hasty/**", upstream.uri()).overHttp2().connectsIn(Duration.ofSeconds(1)),
                route("/api/**", upstream.uri()).overHttp2().connectsIn(Duration.ofSeconds(20)));
        var hasty = relay.client().sends(GET.replace("/api/", "/hasty/"))) {
      Waiting.until("a connection", () -> upstream.connections() == 1);
      try (var patient = relay.client().sends(GET)) {
        assertThat(hasty.answer().status()).isEqualTo(502);
        assertThat(patient.answer().status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {6, -86_400})
  @Proves({"PX-27", "OPS-09"})
  void aTargetThatHasVanishedIsFoundOut(long seconds) {
    var calls = new CountDownLatch(1);
    try (var upstream =
            RawHttp2Upstream.plays(
                (line, number) -> {
                  line.sends(RawHttp2.SETTINGS, 0, 0);
                  for (var frame = line.request(); frame != null; frame = line.request()) {
                    if (number > 1) {
                      line.answers(frame.stream(), "200", "ok");
                    }
                    calls.countDown();
                  }
                });
        var relay = Relay.with(route("/api/**", upstream.uri()).overHttp2())) {
      try (var client = relay.client().sends(GET)) {
        Gate.await(calls);
        relay.clock.advance(Duration.ofSeconds(31));
        assertThat(client.answer().status()).isEqualTo(504);
      }
      relay.clock.advance(Duration.ofSeconds(seconds));
      Waiting.until(
          "a new connection",
          () -> {
            try (var client = relay.client().sends(GET)) {
              relay.hasSeen(2);
              relay.clock.advance(Duration.ofSeconds(31));
              return client.answer().status() == 200;
            }
          });
      assertThat(upstream.connections()).isGreaterThan(1);
    }
  }

  @Test
  @Proves("PX-27")
  void anIdleConnectionIsClosedInTheEnd() {
    var ended = new CountDownLatch(1);
    try (var upstream =
            RawHttp2Upstream.plays(
                (line, _) -> {
                  oks(line);
                  ended.countDown();
                });
        var relay = Relay.with(route("/api/**", upstream.uri()).overHttp2())) {
      try (var client = relay.client().sends(GET)) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      relay.settles();
      relay.clock.advance(Duration.ofSeconds(31));
      Gate.await(ended);
    }
  }

  @Test
  @Proves("OPS-09")
  void anIdleConnectionIsClosedWhenTheClockIsSetBack() {
    var ended = new CountDownLatch(1);
    try (var upstream =
            RawHttp2Upstream.plays(
                (line, _) -> {
                  oks(line);
                  ended.countDown();
                });
        var relay = Relay.with(route("/api/**", upstream.uri()).overHttp2())) {
      try (var client = relay.client().sends(GET)) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      relay.settles();
      relay.clock.advance(Duration.ofHours(-1));
      Gate.await(ended);
    }
  }

  @Test
  @Proves("PX-27")
  void aConnectionThatIsOverLeavesNothingBehind() {
    var ended = new Semaphore(0);
    try (var upstream =
            RawHttp2Upstream.plays(
                (line, _) -> {
                  oks(line);
                  ended.release();
                });
        var relay = Relay.with(route("/api/**", upstream.uri()).overHttp2())) {
      var _ = kept(); // what other tests have left goes with the second collection only
      oneAfterAnother(relay, 5, ended);
      var before = kept();
      oneAfterAnother(relay, 20, ended);
      assertThat(upstream.connections()).isEqualTo(25);
      Waiting.until("clients, hooks and timers to be gone", () -> kept() < before + 10);
    }
  }

  /// Makes connections, each of which has ended before the next is made.
  private static void oneAfterAnother(Relay relay, int connections, Semaphore ended) {
    for (var i = 0; i < connections; i++) {
      try (var client = relay.client().sends(GET)) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      relay.settles();
      relay.clock.advance(Duration.ofSeconds(31));
      Waiting.until("the end of connection " + i, ended::tryAcquire);
    }
    relay.forgetsCalls();
  }

  /// How many of these the process holds on to.
  private static long kept() {
    try {
      var histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
      return COUNTS
          .matcher(histogram)
          .results()
          .mapToLong(found -> Long.parseLong(found.group(1)))
          .sum();
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Proves({"PX-14", "PX-27"})
  void filesThatChangeWhileAConnectionIsMadeCostNoCall() {
    var trusted = FILES.copied();
    var arrived = new AtomicInteger();
    var opens = Promise.<Void>promise();
    var target = behind(serves(tls().setUseAlpn(true)), arrived, opens.future());
    try (var relay =
        Relay.with(
            route("/api/**", target)
                .overHttp2()
                .meetsWith(new TlsFiles(Optional.of(trusted.certificate()), Optional.empty())))) {
      relay.clock.advance(Duration.ofHours(-1)); // files are looked at all the same
      try (var client = relay.client().sends(GET)) {
        Waiting.until("the first connection", () -> arrived.get() == 1);
        trusted.certificateBecomes(contents(trusted.certificate()).repeat(2));
        Waiting.on(relay.checks());
        assertThat(relay.events.of(Event.CertificateReloaded.class)).hasSize(1);
        opens.complete();
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
    assertThat(arrived).hasValue(2);
  }

  /// The same target behind a door that is closed at first.
  private URI behind(URI target, AtomicInteger arrived, Future<Void> opens) {
    var door =
        vertx
            .createNetServer()
            .connectHandler(
                near -> {
                  near.pause();
                  arrived.incrementAndGet();
                  var context = vertx.getOrCreateContext(); // both ends belong to one loop
                  opens.onComplete(_ -> context.runOnContext(_ -> opened(near, target)));
                });
    Waiting.on(door.listen(0, "127.0.0.1"));
    return URI.create("https://localhost:" + door.actualPort());
  }

  private void opened(NetSocket near, URI target) {
    through
        .connect(target.getPort(), "127.0.0.1")
        .onSuccess(
            far -> {
              near.pipeTo(far);
              far.pipeTo(near);
            });
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Proves("PX-27")
  void healthChecksSpeakItToo() {
    var asked = new AtomicInteger();
    try (var upstream =
            RawHttp2Upstream.plays(
                (line, _) -> {
                  line.sends(RawHttp2.SETTINGS, 0, 0);
                  for (var frame = line.request(); frame != null; frame = line.request()) {
                    var head = line.decoded(frame);
                    asked.addAndGet(head.contains("connection") ? 100 : 1);
                    line.answers(frame.stream(), "204", "");
                  }
                });
        var relay =
            Relay.with(
                route("/api/**", upstream.uri())
                    .overHttp2()
                    .checks(
                        new HealthCheck(
                            "/healthz", Duration.ofSeconds(10), Duration.ofSeconds(10))))) {
      for (var i = 0; i < 3; i++) {
        Waiting.on(relay.checks());
        relay.clock.advance(Duration.ofSeconds(10));
      }
      assertThat(asked).hasValue(3);
      assertThat(relay.events.of(Event.UpstreamAway.class)).isEmpty();
    }
  }
}

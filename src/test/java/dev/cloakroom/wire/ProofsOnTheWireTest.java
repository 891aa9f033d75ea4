package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.ProofGuard;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.RawHttp2Upstream;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.TestClock;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an upstream sees of a token that is bound to a key: the proof is made for the request as it
/// goes out.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-7.1 RFC 9449, 7.1
class ProofsOnTheWireTest {
  private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
  private static final ProofKey KEY = ProofKey.derive(new byte[] {1});

  private final ProofGuard guard = new ProofGuard("api", new TestClock());
  private final Bound bound = new Bound(new Proofs(new TestClock(), new CountingEntropy()));
  private RawUpstream upstream = RawUpstream.ok();
  private Relay relay = Relay.with(route("/**", upstream.uri())).attaches(bound);

  private record Bound(Proofs proofs) implements Credential, Credential.Prover {
    @Override
    public String authorization() {
      return "DPoP token";
    }

    @Override
    public Credential.Prover prover() {
      return this;
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return Future.succeededFuture(Optional.empty());
    }

    @Override
    public String proof(String method, String origin, String path) {
      return proofs.make(KEY, method, origin, path, Secret.of("token"));
    }

    @Override
    public void hear(String origin, String nonce) {
      proofs.hear(origin, nonce);
    }

    @Override
    public boolean mayRepeat(
        String origin, String error, @Nullable String nonce, @Nullable String date) {
      return proofs.mayRepeat(origin, error, nonce, date);
    }
  }

  @AfterEach
  void close() {
    relay.close();
    upstream.close();
  }

  private void routes(RouteSketch... routes) {
    relay.close();
    relay = Relay.with(routes).attaches(bound);
  }

  private RawMessage sees(String request) {
    try (var client = relay.client()) {
      client.sends(request).answer();
      return upstream.received();
    }
  }

  private void isProven(RawMessage seen, String method, String url) {
    assertThat(seen.values("Authorization")).containsExactly("DPoP token");
    assertThat(guard.check(method, url, seen.values("DPoP"), "token"))
        .isEqualTo(new ProofGuard.Verdict.Good(KEY.thumbprint()));
  }

  @Test
  @Proves({"DPOP-02", "DPOP-03", "DPOP-10"})
  void theProofIsForThePathWithoutTheQueryAndTheOnlyOne() {
    var seen = sees("GET /api/x?page=2 HTTP/1.1\nHost: app.example\nDPoP: eyJ\ndpop: a\n\n");
    isProven(seen, "GET", upstream.uri() + "/api/x");
  }

  @Test
  @Proves("DPOP-03")
  void theProofIsForThePathThatTheUpstreamSees() {
    var based = URI.create(upstream.uri() + "/base/");
    routes(
        route("/strip/**", upstream.uri()).strips("/strip"),
        route("/old/**", upstream.uri()).strips("/old").rewrites("/v2"),
        route("/based/**", based));
    var stripped = sees("GET /strip/a%20b?x HTTP/1.1\nHost: app.example\n\n");
    isProven(stripped, "GET", upstream.uri() + "/a%20b");
    var rewritten = sees("DELETE /old/a HTTP/1.1\nHost: app.example\n\n");
    isProven(rewritten, "DELETE", upstream.uri() + "/v2/a");
    var below = sees("GET /based/a HTTP/1.1\nHost: app.example\n\n");
    isProven(below, "GET", upstream.uri() + "/base/based/a");
  }

  @Test
  @Proves("DPOP-03")
  void theProofIsForTheOriginThatTheUpstreamTakesForItsOwn() {
    routes(
        route("/named/**", upstream.uri()).proofOrigin("https://api.example.com"),
        route("/kept/**", upstream.uri()).preservesHost());
    var named = sees("GET /named/a HTTP/1.1\nHost: app.example\n\n");
    isProven(named, "GET", "https://api.example.com/named/a");
    var kept = sees("GET /kept/a HTTP/1.1\nHost: App.Example\n\n");
    isProven(kept, "GET", "http://app.example/kept/a");
  }

  @Test
  @Proves("DPOP-02")
  void anUpgradeIsProvenToo() {
    var seen =
        sees(
            """
            GET /socket HTTP/1.1
            Host: app.example
            Connection: Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

            """);
    isProven(seen, "GET", upstream.uri() + "/socket");
  }

  private void wantsNonces() {
    guard.wantsNonces();
    relay.close();
    upstream.close();
    upstream =
        RawUpstream.plays(
            line -> {
              for (var seen = line.readsRequest(); seen != null; seen = line.readsRequest()) {
                var url = "http://" + seen.value("Host") + seen.target();
                var verdict = guard.check(seen.method(), url, seen.values("DPoP"), "token");
                line.says(verdict instanceof ProofGuard.Verdict.Good ? OK : challenge());
              }
            });
    relay =
        Relay.with(route("/api/**", upstream.uri()).replays(64), route("/not/**", upstream.uri()))
            .attaches(bound);
  }

  private String challenge() {
    return "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\", dpoP"
        + " error=\"use_dpop_nonce\", algs=\"ES256\"\nDPoP-Nonce: "
        + guard.nonce()
        + "\nContent-Length: 0\n\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/x HTTP/1.1\nHost: a\n\n",
        "GET /not/x HTTP/1.1\nHost: a\n\n",
        "POST /api/x HTTP/1.1\nHost: a\nContent-Length: 8\n\n12345678",
        "POST /api/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n4\nabcd\n4\nefgh\n0\n\n",
      })
  @Proves("DPOP-05")
  void aCallThatWasRefusedForItsNonceGoesOutOnceMore(String request) {
    wantsNonces();
    try (var client = relay.client()) {
      assertThat(client.sends(request).answer().text()).isEqualTo("ok");
      var first = upstream.received();
      var second = upstream.received();
      assertThat(second.text()).isEqualTo(first.text());
      assertThat(second.values("DPoP")).isNotEqualTo(first.values("DPoP"));
      assertThat(client.sends(request).answer().text()).as("known by now").isEqualTo("ok");
    }
    assertThat(upstream.received().method()).isEqualTo(request.split(" ", -1)[0]);
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  @Proves("DPOP-05")
  void soDoesAnUpgrade() {
    wantsNonces();
    try (var client = relay.client()) {
      client.sends(
          """
          GET /api/socket HTTP/1.1
          Host: app.example
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """);
      assertThat(client.answer().status()).isEqualTo(200);
    }
    var first = upstream.received();
    assertThat(upstream.received().values("DPoP")).hasSize(1).isNotEqualTo(first.values("DPoP"));
    assertThat(upstream.waiting()).isZero();
    assertThat(relay.events.of(Event.UpstreamRetried.class)).as("nothing went wrong").isEmpty();
  }

  @Test
  @Proves({"DPOP-02", "DPOP-05"})
  void soItIsOverHttp2() {
    guard.wantsNonces();
    relay.close();
    var verdicts = new LinkedBlockingQueue<ProofGuard.Verdict>();
    try (var newer =
        RawHttp2Upstream.plays(
            (line, _) -> {
              line.sends(RawHttp2.SETTINGS, 0, 0);
              for (var frame = line.request(); frame != null; frame = line.request()) {
                var head = line.decoded(frame);
                var url = "http://" + head.get(":authority") + head.get(":path");
                var verdict = guard.check("GET", url, head.getAll("dpop"), "token");
                verdicts.add(verdict);
                if (verdict instanceof ProofGuard.Verdict.Good) {
                  line.answers(frame.stream(), "200", "ok");
                } else {
                  line.head(
                      frame.stream(),
                      RawHttp2.END_STREAM,
                      ":status",
                      "401",
                      "www-authenticate",
                      "DPoP error=\"use_dpop_nonce\"",
                      "dpop-nonce",
                      guard.nonce());
                }
              }
            })) {
      relay = Relay.ofHttp2(route("/**", newer.uri()).overHttp2()).attaches(bound);
      try (var client = relay.client()) {
        var answer = client.sends("GET /api/x HTTP/1.1\nHost: app.example\n\n").answer();
        assertThat(answer.text()).isEqualTo("ok");
      }
      assertThat(verdicts)
          .containsExactly(
              new ProofGuard.Verdict.Stale(), new ProofGuard.Verdict.Good(KEY.thumbprint()));
    }
  }

  @Test
  @Proves("DPOP-05")
  void whatIsNotAtHandAnyMoreIsRefusedAndTheNextOneIsNot() {
    wantsNonces();
    var post = "POST /not/x HTTP/1.1\nHost: a\nContent-Length: 8\n\n12345678";
    try (var client = relay.client()) {
      var refused = client.sends(post).answer();
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.names()).doesNotContain("dpop-nonce");
      assertThat(client.sends(post).answer().text()).isEqualTo("ok");
    }
    assertThat(upstream.received().values("DPoP")).hasSize(1);
    assertThat(upstream.received().text()).isEqualTo("12345678");
    assertThat(upstream.waiting()).isZero();
  }
}

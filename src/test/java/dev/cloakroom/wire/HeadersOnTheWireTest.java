package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.RawUpstream;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which fields cross, in both directions, for requests and upgrades alike.
class HeadersOnTheWireTest {
  private RawUpstream upstream = RawUpstream.ok();
  private Relay relay = open();

  private Relay open() {
    return Relay.with(route("/api/**", upstream.uri())).attaches(new Bearer("gateway"));
  }

  record Bearer(String token) implements Credential {
    @Override
    public String authorization() {
      return "Bearer " + token;
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return Future.succeededFuture(Optional.empty());
    }
  }

  @AfterEach
  void close() {
    relay.close();
    upstream.close();
  }

  private void answers(String answer) {
    close();
    upstream = RawUpstream.answers(answer);
    relay = open();
  }

  private static final String UPGRADE =
      """
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """;

  private RawMessage request(String fields) {
    try (var client = relay.client()) {
      client.sends("GET /api/x HTTP/1.1\nHost: app.example\n" + fields + "\n").answer();
      return upstream.received();
    }
  }

  /// The same fields on an upgrade take the same way.
  private RawMessage upgrade(String fields) {
    try (var client = relay.client()) {
      var options =
          fields.contains("Connection:") ? fields : "Connection: keep-alive, Upgrade\n" + fields;
      client.sends("GET /api/x HTTP/1.1\nHost: app.example\n" + UPGRADE + options + "\n").answer();
      return upstream.received();
    }
  }

  private RawMessage answer() {
    try (var client = relay.client()) {
      return client.sends("GET /api/x HTTP/1.1\nHost: app.example\n\n").answer();
    }
  }

  /// RFC 9110, 7.6.1.
  @Test
  @Proves("PX-01")
  @Case("T74")
  void fieldsOfOneConnectionStayThere() {
    var seen =
        request(
            """
            Connection: keep-alive, X-Secret, x-other
            X-Secret: 1
            X-OTHER: 2
            Keep-Alive: timeout=5
            Proxy-Connection: keep-alive
            TE: trailers
            Trailer: X-Sum
            Upgrade: h2c
            HTTP2-Settings: AAMAAABk
            X-Kept: 3
            """);
    assertThat(seen.names())
        .doesNotContain(
            "connection",
            "x-secret",
            "x-other",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
            "transfer-encoding");
    assertThat(seen.value("X-Kept")).isEqualTo("3");
  }

  @Test
  @Proves("PX-01")
  @Case("T74")
  void fieldsOfTheUpstreamsConnectionStayThere() {
    answers(
        """
        HTTP/1.1 200 OK
        Connection: keep-alive, X-Internal
        X-Internal: 1
        Keep-Alive: timeout=5
        Proxy-Authenticate: Basic
        Proxy-Connection: keep-alive
        Trailer: X-Sum
        Upgrade: h2c
        X-Kept: 1
        Content-Length: 2

        ok""");
    var seen = answer();
    assertThat(seen.names())
        .doesNotContain(
            "x-internal",
            "keep-alive",
            "proxy-authenticate",
            "proxy-connection",
            "trailer",
            "upgrade",
            "connection");
    assertThat(seen.value("X-Kept")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: close, X-User, Authorization, Cookie, x-forwarded-for, Via, traceparent, host",
        "Connection: AUTHORIZATION\nConnection: X-FORWARDED-FOR, Via, TraceParent, X-Forwarded-Proto",
      })
  @Proves({"PX-01", "PX-02"})
  @Case("T74")
  void connectionCannotRemoveWhatTheGatewaySets(String fields) {
    assertGatewaysOwn(request(fields + "\nX-User: eve\nAuthorization: Bearer eve\n"));
    assertGatewaysOwn(
        upgrade(
            fields.replace("close", "Upgrade").replace("AUTH", "Upgrade, AUTH")
                + "\nX-User: eve\n"));
  }

  private void assertGatewaysOwn(RawMessage seen) {
    assertThat(seen.value("Authorization")).isEqualTo("Bearer gateway");
    assertThat(seen.value("X-Forwarded-For")).isEqualTo("192.0.2.7");
    assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("https");
    assertThat(seen.value("X-Forwarded-Host")).isEqualTo("app.example");
    assertThat(seen.value("Via")).isEqualTo("1.1 cloakroom");
    assertThat(seen.value("traceparent")).isEqualTo(Relay.TRACEPARENT);
    assertThat(seen.value("Host")).isEqualTo("127.0.0.1:" + upstream.port());
    assertThat(seen.names()).doesNotContain("x-user");
  }

  @Test
  @Proves("PX-03")
  void viaGrows() {
    assertThat(request("Via: 1.0 fred\n").values("Via"))
        .containsExactly("1.0 fred", "1.1 cloakroom");
  }

  @Test
  @Proves({"PX-10", "BFF-13"})
  @Case("T72")
  void whatABrowserSaysAboutItsAddressIsReplaced() {
    var spoofs =
        """
        Forwarded: for=203.0.113.9
        X-Forwarded-For: 203.0.113.9
        x-forwarded-for: 203.0.113.10
        X_Forwarded_For: 203.0.113.11
        X-Forwarded-Host: evil.example
        X-Forwarded-Proto: http
        X-Forwarded-Port: 1
        X-Forwarded-Prefix: /evil
        X-Forwarded-Uri: /public
        X-Forwarded-Method: GET
        X-Original-URL: /public
        X-Rewrite-URL: /public
        X-Real-IP: 203.0.113.9
        X-HTTP-Method-Override: DELETE
        """;
    for (var seen : List.of(request(spoofs), upgrade(spoofs))) {
      assertGatewaysOwn(seen);
      assertThat(seen.lines())
          .noneMatch(line -> line.contains("203.0.113") || line.contains("evil"));
      assertThat(seen.names())
          .doesNotContain(
              "forwarded",
              "x_forwarded_for",
              "x-forwarded-port",
              "x-forwarded-prefix",
              "x-forwarded-uri",
              "x-forwarded-method",
              "x-original-url",
              "x-rewrite-url",
              "x-real-ip",
              "x-http-method-override");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "Proxy-Authorization",
        "DPoP",
        "X-User",
        "X-User-Id",
        "X-Forwarded-User",
        "X-Auth-Subject",
        "X-Auth-Request-Email",
        "X-Remote-User",
        "Remote-User",
        "X-SSL-Client-Cert",
        "SSL-Client-Verify",
        "Client-Cert",
        "X-Client-Cert",
        "X-Authenticated-User",
        "X-Webauth-User",
        "X-Ms-Client-Principal",
        "X-Goog-Authenticated-User-Email",
        "traceparent",
        "tracestate",
        "baggage",
        "X-CSRF",
        "X-Session-Touch"
      })
  @Proves("PX-11")
  @Case({"T70", "T71"})
  void noIdentityComesFromABrowserInAnySpelling(String name) {
    var mixed = name.replaceFirst("-", "_");
    var spoofs =
        String.join(
            ": eve\n",
            name,
            name.toLowerCase(java.util.Locale.ROOT),
            name.toUpperCase(java.util.Locale.ROOT),
            name.replace('-', '_'),
            mixed,
            name + ": eve\n");
    for (var seen : List.of(request(spoofs), upgrade(spoofs))) {
      assertThat(seen.lines()).noneMatch(line -> line.endsWith("eve"));
      assertThat(seen.value("Authorization")).isEqualTo("Bearer gateway");
      assertThat(seen.value("traceparent")).isEqualTo(Relay.TRACEPARENT);
    }
  }

  @Test
  @Proves("PX-11")
  void ordinaryFieldsPassAsTheyCame() {
    var seen =
        request(
            "Accept: */*\nX-Request-Id: 7\nx_odd: 1\nX-User-Agent: grpc-web\nRange: bytes=0-1\n");
    assertThat(seen.lines())
        .contains(
            "Accept: */*",
            "X-Request-Id: 7",
            "x_odd: 1",
            "X-User-Agent: grpc-web",
            "Range: bytes=0-1");
  }

  @Test
  @Case("T75")
  void theGatewaysCookiesStayWithTheGateway() {
    var cookies =
        "Cookie: a=1;  b=\"x y\"; __Host-Http-session=secret; c==d;__Host-Http-login-x=secret; e\n";
    for (var seen : List.of(request(cookies), upgrade(cookies))) {
      assertThat(seen.value("Cookie")).isEqualTo("a=1;  b=\"x y\"; c==d; e");
    }
    assertThat(request("Cookie: __Host-Http-session=secret\nCookie: z=1\n").values("Cookie"))
        .containsExactly("z=1");
    assertThat(request("Cookie: __Host-Http-session=a; __Host-Http-session=b\n").names())
        .doesNotContain("cookie");
  }

  @Test
  @Proves("CK-17")
  @Case("T78")
  void anUpstreamCannotSetTheGatewaysCookies() {
    answers(
        """
        HTTP/1.1 200 OK
        Set-Cookie: __Host-Http-session=x; Path=/; Secure
        Set-Cookie: app=1; Path=/
        Set-Cookie:  __Host-Http-login-x = y
        Set-Cookie: =__Host-Http-session=z
        Set-Cookie: app2=2
        Content-Length: 0

        """);
    assertThat(answer().values("Set-Cookie")).containsExactly("app=1; Path=/", "app2=2");
  }

  @Test
  @Proves("CORS-04")
  void anUpstreamDoesNotSpeakForTheGatewayAboutCors() {
    answers(
        """
        HTTP/1.1 200 OK
        Access-Control-Allow-Origin: *
        access-control-allow-credentials: true
        Access-Control-Expose-Headers: X
        Content-Length: 0

        """);
    assertThat(answer().names()).noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  @Proves("PX-12")
  void anUpstreamDoesNotSpeakForTheOrigin() {
    answers(
        """
        HTTP/1.1 401 Unauthorized
        WWW-Authenticate: Basic realm="a, b", Bearer error="invalid_token", Negotiate
        WWW-Authenticate: NTLM
        WWW-Authenticate: Digest qop="auth, auth-int", nonce="x"
        WWW-Authenticate: DPoP algs="ES256"
        Strict-Transport-Security: max-age=0
        Alt-Svc: h3=":443"
        Clear-Site-Data: "*"
        Server: orders/1.0
        Authorization: Bearer gateway
        Content-Length: 0

        """);
    var seen = answer();
    assertThat(seen.status()).isEqualTo(401);
    assertThat(seen.values("WWW-Authenticate"))
        .containsExactly("Bearer error=\"invalid_token\"", "DPoP algs=\"ES256\"");
    assertThat(seen.names())
        .doesNotContain(
            "strict-transport-security", "alt-svc", "clear-site-data", "server", "authorization");
  }

  @Test
  @Proves("PX-25")
  void answersForASessionAreNotStoredUnlessTheUpstreamSaysSo() {
    assertThat(answer().value("Cache-Control")).isEqualTo("no-store");
    answers("HTTP/1.1 200 OK\nCache-Control: public, max-age=60\nContent-Length: 0\n\n");
    assertThat(answer().value("Cache-Control")).isEqualTo("public, max-age=60");
    close();
    upstream = RawUpstream.ok();
    relay = Relay.with(route("/api/**", upstream.uri()).anonymous());
    assertThat(answer().names()).doesNotContain("cache-control");
  }

  @Test
  void fieldsTheGatewaySetWinAndVaryAddsUp() {
    answers("HTTP/1.1 200 OK\nX-Frame-Options: ALLOW\nVary: Accept\nX-A: 1\nContent-Length: 0\n\n");
    relay.presets(Map.of("X-Frame-Options", "DENY", "Vary", "Origin"));
    var seen = answer();
    assertThat(seen.value("X-Frame-Options")).isEqualTo("DENY");
    assertThat(seen.values("Vary")).containsExactlyInAnyOrder("Origin", "Accept");
    assertThat(seen.value("X-A")).isEqualTo("1");
  }

  /// A redirect is the browser's to follow, without the token.
  @Test
  @Proves("PX-13")
  @Case("T75")
  void redirectsPassUnfollowed() {
    answers("HTTP/1.1 302 Found\nLocation: http://evil.example/x\nContent-Length: 0\n\n");
    var seen = answer();
    assertThat(seen.status()).isEqualTo(302);
    assertThat(seen.value("Location")).isEqualTo("http://evil.example/x");
    assertThat(upstream.received().target()).isEqualTo("/api/x");
    assertThat(upstream.waiting()).isZero();
  }

  /// What made vertx-http-proxy answer 502 or 501.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: max-age=31536000000",
        "Cache-Control: max-age=abc",
        "Cache-Control: public\nDate: Mon, 01 Jan 2030 00:00:00 GMT\nExpires: 0",
        "Date: garbage",
      })
  @Proves("PX-25")
  @Case("T78")
  void oddAnswersPass(String fields) {
    answers("HTTP/1.1 200 OK\n" + fields + "\nContent-Length: 2\n\nok");
    var seen = answer();
    assertThat(seen.status()).isEqualTo(200);
    assertThat(seen.lines()).containsAll(fields.lines().toList());
  }

  @Test
  @Case("T78")
  void manyCookiesOfTheUpstreamPass() {
    answers("HTTP/1.1 200 OK\n" + "Set-Cookie: c=1\n".repeat(50) + "Content-Length: 0\n\n");
    assertThat(answer().values("Set-Cookie")).hasSize(50);
  }
}

package dev.cloakroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages as bytes, to the whole gateway: what is in doubt ends its connection, and nothing that
/// comes behind it is a request.
class MessageAttackTest {
  private static final String HOST = "Host: AUTHORITY\r\n";
  private static final String BEHIND = "GET /public/behind HTTP/1.1\r\n" + HOST + "\r\n";
  private static final String HANDSHAKE =
      """
      Connection: Upgrade
      Upgrade: websocket
      Origin: http://AUTHORITY
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """
          .replace("\n", "\r\n");
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

  private final RawUpstream upstream = RawUpstream.ok();

  @RegisterExtension final World world = Doors.oneClosedOneOpen(upstream.uri());

  @AfterEach
  void close() {
    upstream.close();
  }

  /// Everything that comes back until the connection ends.
  private String answers(String bytes) {
    var port = world.gateway().port();
    try (var client = RawClient.to(port)) {
      return client.sendsExactly(bytes.replace("AUTHORITY", "localhost:" + port)).readsToTheEnd();
    }
  }

  private List<String> arrived() {
    var targets = new ArrayList<String>();
    while (upstream.waiting() > 0) {
      targets.add(upstream.received().target());
    }
    return targets;
  }

  static Stream<String> heads() {
    return Stream.of(
        post("Content-Length: 5\r\n" + CHUNKED, "0\r\n\r\n"),
        post(CHUNKED + "Content-Length: 30\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: xchunked\r\n", ""),
        post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
        post(CHUNKED + CHUNKED, "0\r\n\r\n"),
        post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"),
        post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab"),
        post("Content-Length: 2, 2\r\n", "ab"),
        post("Content-Length: +2\r\n", "ab"),
        post("Content-Length: 0x2\r\n", "ab"),
        post("Content-Length : 2\r\n", "ab"),
        post("Content-Length: 99999999999999999999\r\n", "ab"),
        "POST /public/x HTTP/1.0\r\n" + HOST + CHUNKED + "Content-Length: 4\r\n\r\n0\r\n\r\n",
        "POST /public/x HTTP/1.0\r\n" + HOST + CHUNKED + "\r\n0\r\n\r\n",
        get("X-A: 1\r\n 2\r\n"),
        get("X-A : 1\r\n"),
        get("X-A\t: 1\r\n"),
        get("X-User : evil\r\n"),
        get(": 1\r\n"),
        get("X-A: a\0b\r\n"),
        get("X-A: a\rb\r\n"),
        get("X-A: a\u000bb\r\n"),
        get(HOST),
        get("Host: evil.test\r\n"),
        "GET /public/x HTTP/1.1\r\n\r\n",
        "GET /public/x HTTP/1.1\nHost: AUTHORITY\n\n",
        "\0GET /public/x HTTP/1.1\r\n" + HOST + "\r\n",
        " GET /public/x HTTP/1.1\r\n" + HOST + "\r\n",
        "GET\t/public/x\tHTTP/1.1\r\n" + HOST + "\r\n",
        "GET  /public/x HTTP/1.1\r\n" + HOST + "\r\n",
        "GET /public/x\r HTTP/1.1\r\n" + HOST + "\r\n",
        "GET /public/x\u000bHTTP/1.1\r\n" + HOST + "\r\n",
        "GET /public/x HTTP/1.2\r\n" + HOST + "\r\n",
        "GET /public/x HTTP/2.0\r\n" + HOST + "\r\n",
        "GET /public/x http/1.1\r\n" + HOST + "\r\n",
        "GET /public/x\r\n" + HOST + "\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n",
        "TRACE /public/x HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private static String post(String fields, String body) {
    return "POST /public/x HTTP/1.1\r\n" + HOST + fields + "\r\n" + body;
  }

  private static String get(String fields) {
    return "GET /public/x HTTP/1.1\r\n" + HOST + fields + "\r\n";
  }

  @ParameterizedTest
  @MethodSource("heads")
  @Case({"T86", "T70", "T73"})
  @Proves({"PX-06", "PX-07"})
  void behindAHeadInDoubtThereIsNoRequest(String head) {
    var answer = answers(head + BEHIND);
    assertThat(answer).matches("(?s)HTTP/1\\.[01] (400|405) .*").contains("onnection: close");
    assertThat(answer.split("HTTP/1\\.[01] ", -1)).as("answers").hasSize(2);
    assertThat(arrived()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5 5\r\nhello\r\n0\r\n\r\n",
        "3\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;a=\"\r\nhello\r\n0\r\n\r\n",
        "0\r\nX A: 1\r\n\r\n",
        "fffffffffffffffff\r\nhello\r\n",
      })
  @Case("T86")
  @Proves({"PX-06", "PX-08"})
  void behindAChunkInDoubtThereIsNoRequest(String chunks) {
    var answer = answers(post(CHUNKED, chunks) + BEHIND);
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("onnection: close", "bad_request");
    assertThat(answer.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(2);
    assertThat(arrived()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"login", "logout", "callback", "backchannel-logout", "nothing"})
  @Case("T86")
  @Proves("PX-08")
  void neitherIsThereOneBehindAFormThatBreaks(String endpoint) {
    var form = "Content-Type: application/x-www-form-urlencoded\r\n";
    var request =
        post(form + CHUNKED, "3\r\na=b\r\nxyz\r\n").replace("public/x", "auth/" + endpoint);
    var answer = answers(request + BEHIND);
    assertThat(answer).startsWith("HTTP/1.1 4");
    assertThat(answer.split("HTTP/1\\.1 ", -1)).as("answers").hasSize(2);
    assertThat(arrived()).isEmpty();
  }

  /// What went before it is answered, and so is it, in its turn.
  @Test
  @Case("T86")
  @Proves("PX-08")
  void aBrokenChunkBehindAnotherRequestEndsTheConnection() {
    var answer = answers(BEHIND + BEHIND + post(CHUNKED, "xyz\r\n") + BEHIND);
    var parts = answer.split("HTTP/1\\.1 ", -1);
    assertThat(parts).as("answers").hasSize(4);
    assertThat(parts[1]).startsWith("200 ");
    assertThat(parts[2]).startsWith("200 ");
    assertThat(parts[3]).startsWith("400 ").contains("onnection: close", "bad_request");
    assertThat(arrived()).containsExactly("/public/behind", "/public/behind");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\nConnection: close",
        "HTTP/1.1\r\nConnection: keep-alive, Close",
        "HTTP/1.1\r\nConnection: x\r\nConnection: close , y",
        "HTTP/1.0",
        "HTTP/1.0\r\nConnection: close, keep-alive",
      })
  @Case("T86")
  void behindTheLastRequestThereIsNone(String version) {
    var answer = answers("GET /public/x " + version + "\r\n" + HOST + "\r\n" + BEHIND);
    assertThat(answer).startsWith("HTTP/1.").contains(" 200 OK", "onnection: close").endsWith("ok");
    assertThat(arrived()).containsExactly("/public/x");
  }

  @Test
  @Case("T86")
  void requestsInLineAreAnsweredInLine() {
    var last =
        BEHIND.replace("behind", "last").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    var answer = answers(BEHIND + post(CHUNKED, "2\r\nhi\r\n0\r\n\r\n") + BEHIND + last);
    assertThat(answer.split("HTTP/1\\.1 200 ", -1)).hasSize(5);
    assertThat(arrived())
        .containsExactly("/public/behind", "/public/x", "/public/behind", "/public/last");
  }

  /// A handshake that the upstream refuses leaves a connection on which requests are read as ever.
  @Test
  @Case({"T76", "T86"})
  void behindARefusedHandshakeRequestsAreJudgedAsEver() {
    var answer =
        answers(
            get(HANDSHAKE) + "GET /api/behind HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 401 ");
    assertThat(arrived()).containsExactly("/public/x");
  }

  @Test
  @Case("T90")
  void aBodyThatIsOnlyAnnouncedIsRefused() {
    for (var path : List.of("callback", "login", "logout", "backchannel-logout", "session")) {
      for (var length : List.of("0", "2147483648", "999999999999")) {
        var answer =
            answers(
                "POST /auth/"
                    + path
                    + " HTTP/1.1\r\n"
                    + HOST
                    + "Connection: close\r\n"
                    + "Content-Length: "
                    + length
                    + "\r\n\r\n");
        assertThat(answer).as(path + length).startsWith("HTTP/1.1 4");
      }
    }
  }

  @Test
  @Case({"T91", "T18"})
  void whatLooksLikeATemplateIsText() {
    for (var text :
        List.of(
            "%25n%25s%25x",
            "$%7Bjndi:ldap://evil.test/x}", "{{7919*7907}}", "${7919*7907}", "*{7919*7907}")) {
      for (var line :
          List.of(
              "/" + text,
              "/public/" + text,
              "/auth/callback?state=" + text + "&error=" + text,
              "/auth/login?return_to=" + text,
              "/auth/" + text)) {
        var answer =
            answers(
                "GET "
                    + line
                    + " HTTP/1.1\r\n"
                    + HOST
                    + "Connection: close\r\nAccept: text/html\r\n"
                    + "User-Agent: "
                    + text
                    + "\r\nCookie: "
                    + text
                    + "="
                    + text
                    + "\r\n"
                    + "X-Request-Id: "
                    + text
                    + "\r\n\r\n");
        assertThat(answer).as(line).matches("(?s)HTTP/1\\.1 [234].*").doesNotContain("62615533");
      }
    }
    assertThat(world.logged()).noneMatch(line -> line.contains("jndi"));
  }

  @Test
  @Case({"T92", "T93"})
  void manyCookiesOfOneNameAreNoSession() {
    var own = World.SESSION_COOKIE + "=" + world.alice().logsIn().sessionValue();
    var cookies = new ArrayList<String>();
    for (var i = 0; i < 100; i++) {
      cookies.add(own);
    }
    for (var field :
        List.of(
            String.join("; ", cookies),
            own + "\r\nCookie: " + own,
            own + "; " + World.SESSION_COOKIE + "=x",
            World.SESSION_COOKIE + "_chunks=99999999; " + World.SESSION_COOKIE + "_0=x",
            "\"" + own + "\"",
            own.replace("=", "=\"") + "\"",
            own.replace("__Host-", "__host-"),
            own.replace("__Host-Http-", "__Secure-"),
            own.replace("=", "%3D"),
            "a=b, " + own,
            "$Version=1; $" + own)) {
      var answer =
          answers(
              "GET /api/x HTTP/1.1\r\n"
                  + HOST
                  + "Connection: close\r\nX-CSRF: 1\r\nCookie: "
                  + field
                  + "\r\n\r\n");
      assertThat(answer).as(field).matches("(?s)HTTP/1\\.1 4(01|31) .*");
    }
    assertThat(arrived()).isEmpty();
  }

  @Test
  @Case("T73")
  void anEscapedLineEndStaysOne() {
    assertThat(
            answers("GET /public/a%0d%0aX:%20y HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    answers("GET /public/x?a=%0d%0aX:%20y HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    assertThat(arrived()).containsExactly("/public/x?a=%0d%0aX:%20y");
    var answer =
        answers(
            "GET /auth/login?return_to=/%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n"
                + HOST
                + "Connection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("a=b");
  }

  @Test
  @Case({"T13", "T70", "T74", "T75"})
  @Proves({"PX-02", "PX-11"})
  void theTokenArrivesOnceWhateverConnectionNames() {
    var alice = world.alice().logsIn();
    var answer =
        answers(
            "GET /api/x HTTP/1.1\r\n"
                + HOST
                + "Connection: close, Authorization, Cookie, X-Forwarded-For, Traceparent, Host\r\n"
                + "Authorization: Bearer evil\r\nauthorization: Basic evil\r\n"
                + "Authorization_: evil\r\nX_User: evil\r\nX-CSRF: 1\r\nCookie: app=1; "
                + World.SESSION_COOKIE
                + "="
                + alice.sessionValue()
                + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200 ");
    var seen = upstream.received();
    var bearer = seen.value("Authorization").replace("Bearer ", "");
    assertThat(world.provider().userOf(bearer)).isEqualTo("alice");
    assertThat(seen.lines()).noneMatch(line -> line.contains(alice.sessionValue()));
    assertThat(seen.values("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(seen.names()).contains("host", "traceparent").doesNotContain("x_user", "cookie");
  }

  @Test
  @Case("T96")
  void tooManyFieldsAre431AndTheConnectionEnds() {
    var fields = new StringBuilder();
    for (var i = 0; i < 3000; i++) {
      fields.append("X-").append(i).append(": 1\r\n");
    }
    assertThat(answers(get(fields.toString()) + BEHIND)).matches("(?s)HTTP/1\\.[01] 431 .*");
    assertThat(answers("GET /public/" + "x".repeat(64 * 1024) + " HTTP/1.1\r\n" + HOST + "\r\n"))
        .matches("(?s)HTTP/1\\.[01] 414 .*");
    assertThat(arrived()).isEmpty();
  }

  @Test
  @Case("T117")
  void partsOfAFileAreServedOneAtATime() {
    var whole = "console.log('app')";
    for (var range :
        List.of("bytes=0-0,1-1,2-2", "bytes=" + "0-,".repeat(500) + "0-", "bytes=x", "items=0-1")) {
      var answer = asset("Range: " + range + "\r\n");
      assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith(whole);
    }
    assertThat(asset("Range: bytes=0-6\r\n"))
        .startsWith("HTTP/1.1 206 ")
        .endsWith("\r\n\r\nconsole");
    assertThat(asset("Range: bytes=99-\r\n")).startsWith("HTTP/1.1 416 ");
    assertThat(asset("If-None-Match: *\r\n")).startsWith("HTTP/1.1 304 ").endsWith("\r\n\r\n");
    assertThat(asset("").replaceFirst("(?s).*?\r\n\r\n", "")).isEqualTo(whole);
  }

  private String asset(String fields) {
    return answers(
        "GET /assets/app.js HTTP/1.1\r\n" + HOST + "Connection: close\r\n" + fields + "\r\n");
  }
}

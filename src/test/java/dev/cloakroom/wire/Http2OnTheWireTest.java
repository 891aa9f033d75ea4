package dev.cloakroom.wire;

import static dev.cloakroom.world.RawHttp2.END_STREAM;
import static dev.cloakroom.world.RawHttp2.PROTOCOL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// RFC 9113, 8: what is no request in HTTP/2, or would be another one in HTTP/1.1, ends its stream
/// and reaches nobody.
@ParameterizedClass
@EnumSource
class Http2OnTheWireTest {
  private static final short ENABLE_CONNECT_PROTOCOL = 8;

  private final Over over;
  @RegisterExtension final World world;

  Http2OnTheWireTest(Over over) {
    this.over = over;
    this.world = new World(over::set);
  }

  private RawHttp2 client() {
    return over.connects(world);
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  static Stream<Arguments> heads() {
    return Stream.of(
        bad("a connection field", "connection", "close"),
        bad("keep-alive", "keep-alive", "timeout=5"),
        bad("proxy-connection", "proxy-connection", "close"),
        bad("a transfer coding", "transfer-encoding", "chunked"),
        bad("an upgrade", "upgrade", "websocket"),
        bad("TE of more than trailers", "te", "gzip"),
        bad("a name in upper case", "X-Upper", "1"),
        bad("no name", "", "1"),
        bad("a blank in a name", "x a", "1"),
        bad("a colon in a name", "x:a", "1"),
        bad("a line end in a name", "x\r\ny", "1"),
        bad("CR LF in a value", "x-a", "1\r\nx-admin: 1"),
        bad("CR in a value", "x-a", "1\r2"),
        bad("LF in a value", "x-a", "1\n2"),
        bad("NUL in a value", "x-a", "1\0002"),
        bad("a control in a value", "x-a", "1\u00012"),
        bad("a blank before a value", "x-a", " 1"),
        bad("a tab after a value", "x-a", "1\t"),
        bad("another host", "host", "evil.example"),
        bad("two hosts", "host", "AUTHORITY", "host", "AUTHORITY"),
        bad("an unknown pseudo-field", ":x", "1"),
        bad("a late pseudo-field", "x-a", "1", ":path", "/other"),
        bad("an answer's pseudo-field", ":status", "200"),
        bad("a protocol that was not offered", ":protocol", "websocket"),
        bad("a length that is none", "content-length", "+0"),
        bad("two lengths", "content-length", "0", "content-length", "1"),
        bad("a length without a body", "content-length", "5"),
        whole("no method", ":scheme", "https", ":authority", "AUTHORITY", ":path", "/public/x"),
        whole("no scheme", ":method", "GET", ":authority", "AUTHORITY", ":path", "/public/x"),
        whole("no path", ":method", "GET", ":scheme", "https", ":authority", "AUTHORITY"),
        whole("no authority", ":method", "GET", ":scheme", "https", ":path", "/public/x"),
        request("an empty path", "GET", "https", "AUTHORITY", ""),
        request("a path without slash", "GET", "https", "AUTHORITY", "public/x"),
        request("an absolute target", "GET", "https", "AUTHORITY", "https://AUTHORITY/public/x"),
        request("an asterisk for GET", "GET", "https", "AUTHORITY", "*"),
        request("a line end in the path", "GET", "https", "AUTHORITY", "/public/x HTTP/1.1\r\na:b"),
        request("a line end in the method", "GET /\r\n", "https", "AUTHORITY", "/public/x"),
        request("a strange scheme", "GET", "file", "AUTHORITY", "/public/x"),
        request("an empty authority", "GET", "https", "", "/public/x"),
        request("user information", "GET", "https", "me@AUTHORITY", "/public/x"),
        whole(
            "two paths",
            ":method",
            "GET",
            ":scheme",
            "https",
            ":authority",
            "AUTHORITY",
            ":path",
            "/public/x",
            ":path",
            "/public/y"));
  }

  private static Arguments bad(String what, String... fields) {
    return Arguments.of(what, List.of(RawHttp2.request("GET", "AUTHORITY", "/public/x", fields)));
  }

  private static Arguments whole(String what, String... fields) {
    return Arguments.of(what, List.of(fields));
  }

  private static Arguments request(
      String what, String method, String scheme, String authority, String path) {
    return whole(
        what, ":method", method, ":scheme", scheme, ":authority", authority, ":path", path);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  @Proves({"PX-09", "H2WS-01"})
  @Case("T73")
  void aBadHeadEndsItsStreamAndNothingElse(String what, List<String> fields) {
    try (var client = client()) {
      var own = new ArrayList<String>();
      fields.forEach(field -> own.add(field.replace("AUTHORITY", authority())));
      client.head(1, END_STREAM, own.toArray(String[]::new));
      var answer = client.answer(1);
      assertThat(answer.reset()).as(what).hasValue(PROTOCOL_ERROR);
      assertThat(answer.status()).isZero();
      assertThat(world.upstream().calls()).isEmpty();
      client.get(3, authority(), "/public/next");
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  /// RFC 8441: not offered, and refused to whoever tries all the same.
  @Test
  @Proves("H2WS-01")
  void noProtocolIsOfferedForAConnect() {
    try (var client = client()) {
      var settings = ByteBuffer.wrap(client.next(RawHttp2.SETTINGS).payload());
      while (settings.hasRemaining()) {
        assertThat(settings.getShort()).isNotEqualTo(ENABLE_CONNECT_PROTOCOL);
        settings.getInt();
      }
      client.head(
          1,
          0,
          RawHttp2.request(
              "CONNECT", authority(), "/api/feed", ":protocol", "websocket", "origin", "x"));
      assertThat(client.answer(1).reset()).hasValue(PROTOCOL_ERROR);
      assertThat(world.upstream().calls()).isEmpty();
      client.get(3, authority(), "/public/next");
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves("PX-09")
  void aGoodHeadPassesAsHttp1() {
    try (var client = client()) {
      client.get(
          1, authority(), "/public/x?q=1", "x-a", "b\tc", "te", "trailers", "host", authority());
      var answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.head().names())
          .doesNotContain("connection", "keep-alive", "transfer-encoding");
      var call = world.upstream().last();
      assertThat(call.target()).isEqualTo("/public/x?q=1");
      assertThat(call.headers().get("x-a")).isEqualTo("b\tc");
      assertThat(call.headers().contains("te")).isFalse();
      assertThat(call.headers().getAll("Host")).hasSize(1);
      assertThat(call.headers().get("Via")).isEqualTo("2 cloakroom");
      assertThat(call.headers().get("X-Forwarded-Host")).isEqualTo(authority());
    }
  }

  @Test
  @Proves("PX-16")
  void aPathIsAsLongAsOverHttp1() {
    try (var client = client()) {
      client.get(1, authority(), "/public/" + "x".repeat(8000));
      assertThat(client.answer(1).status()).isEqualTo(200);
      client.get(3, authority(), "/public/" + "x".repeat(8200));
      assertThat(client.answer(3).status()).isEqualTo(414);
      client.get(5, authority(), "/public/x?" + "y".repeat(8200));
      var answer = client.answer(5);
      assertThat(answer.status()).isEqualTo(414);
      assertThat(answer.body()).contains("uri_too_long");
      client.get(7, authority(), "/public/x");
      assertThat(client.answer(7).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves("PX-09")
  void aForeignAuthorityIsMisdirected() {
    try (var client = client()) {
      client.get(1, "evil.example", "/public/x");
      assertThat(client.answer(1).status()).isEqualTo(421);
      client.get(3, authority(), "/public/x");
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves({"PX-09", "H2WS-01"})
  @Case({"T64", "T89"})
  void connectIsRefusedInEitherForm() {
    try (var client = client()) {
      client.head(1, 0, ":method", "CONNECT", ":authority", authority());
      var plain = client.answer(1);
      assertThat(plain.status()).isEqualTo(405);
      client.head(
          3, 0, RawHttp2.request("CONNECT", authority(), "/api/socket", ":protocol", "websocket"));
      assertThat(client.answer(3).reset()).hasValue(PROTOCOL_ERROR);
      client.get(5, authority(), "/public/x");
      assertThat(client.answer(5).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves("H2WS-01")
  @Case("T77")
  void extendedConnectIsNotOffered() {
    try (var client = client()) {
      var settings = client.next(RawHttp2.SETTINGS).payload();
      for (var at = 0; at < settings.length; at += 6) {
        assertThat(settings[at] << 8 | settings[at + 1]).as("a setting").isNotEqualTo(8);
      }
    }
  }
}

package dev.cloakroom.wire;

import static dev.cloakroom.world.RawHttp2.CONTINUATION;
import static dev.cloakroom.world.RawHttp2.DATA;
import static dev.cloakroom.world.RawHttp2.END_HEADERS;
import static dev.cloakroom.world.RawHttp2.END_STREAM;
import static dev.cloakroom.world.RawHttp2.ENHANCE_YOUR_CALM;
import static dev.cloakroom.world.RawHttp2.HEADERS;
import static dev.cloakroom.world.RawHttp2.PING;
import static dev.cloakroom.world.RawHttp2.PRIORITY;
import static dev.cloakroom.world.RawHttp2.RST_STREAM;
import static dev.cloakroom.world.RawHttp2.SETTINGS;
import static dev.cloakroom.world.RawHttp2.filler;
import static dev.cloakroom.world.RawHttp2.frame;
import static dev.cloakroom.world.RawHttp2.literals;
import static dev.cloakroom.world.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9113, 10.5: whoever makes the gateway work for nothing loses the connection, and nobody else
/// does.
@ParameterizedClass
@EnumSource
class Http2FloodsTest {
  private static final int REFUSED_STREAM = 7;

  private final Over over;
  @RegisterExtension final World world;

  Http2FloodsTest(Over over) {
    this.over = over;
    this.world = new World(over::set);
  }

  private RawHttp2 client() {
    return over.connects(world);
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  @AfterEach
  void othersAreServed() {
    try (var other = client()) {
      other.get(1, authority(), "/public/after");
      assertThat(other.answer(1).status()).isEqualTo(200);
    }
  }

  private byte[] head(int stream, int flags) {
    return frame(HEADERS, flags, stream, literals(request("GET", authority(), "/public/x")));
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  @Proves({"PX-09", "PX-17"})
  @Case("T95")
  void requestsTakenBackAtOnceEndTheConnection() {
    try (var client = client()) {
      var sent = new ByteArrayOutputStream();
      for (var stream = 1; stream < 500; stream += 2) {
        sent.writeBytes(head(stream, END_STREAM | END_HEADERS));
        sent.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
      }
      client.floods(sent.toByteArray(), 1);
      assertThat(client.goodbye().code()).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }

  @Test
  @Proves({"PX-09", "PX-17"})
  @Case("T95")
  void aServerMadeToResetStreamsEndsTheConnection() {
    try (var client = client()) {
      var sent = new ByteArrayOutputStream();
      for (var stream = 1; stream < 500; stream += 2) {
        sent.writeBytes(head(stream, END_STREAM | END_HEADERS));
        sent.writeBytes(frame(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4])); // by nothing
      }
      client.floods(sent.toByteArray(), 1);
      assertThat(client.goodbye().code()).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {PING, SETTINGS, PRIORITY, 0xbe})
  @Proves({"PX-09", "PX-17"})
  @Case("T95")
  void framesThatAskForNothingEndTheConnection(int type) {
    var size = type == SETTINGS ? 0 : type == PRIORITY ? 5 : 8;
    var stream = type == PRIORITY ? 1 : 0;
    try (var client = client()) {
      client.floods(frame(type, 0, stream, new byte[size]), 1_100);
      assertThat(client.goodbye().code()).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }

  @Test
  @Proves({"PX-09", "PX-17"})
  @Case("T95")
  void aHeadInCrumbsEndsTheConnection() {
    try (var client = client()) {
      client.sends(frame(HEADERS, END_STREAM, 1, literals(request("GET", authority(), "/x"))));
      client.floods(frame(CONTINUATION, 0, 1, literals("x", "y")), 100);
      assertThat(client.goodbye().code()).isEqualTo(ENHANCE_YOUR_CALM);
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves({"PX-16", "PX-17"})
  void aHeadThatNeverEndsIsNotKept() {
    try (var client = client()) {
      client.sends(frame(HEADERS, END_STREAM, 1, literals(request("GET", authority(), "/x"))));
      var large = literals("x-large", new String(filler(16_000), StandardCharsets.US_ASCII));
      client.floods(frame(CONTINUATION, 0, 1, large), 1_000);
      assertThat(client.goodbye().code()).isNotZero();
    }
  }

  @Test
  @Proves({"PX-16", "PX-17"})
  @Case("T96")
  void aHeadThatIsTooLargeIs431() {
    try (var client = client()) {
      var large = literals("x-large", new String(filler(8_400), StandardCharsets.US_ASCII));
      client.sends(head(1, END_STREAM));
      client.sends(frame(CONTINUATION, 0, 1, large));
      client.sends(frame(CONTINUATION, END_HEADERS, 1, large));
      assertThat(client.answer(1).status()).isEqualTo(431);
      client.get(3, authority(), "/public/x");
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves({"PX-16", "PX-17"})
  void aFieldThatIsRepeatedByItsNumberCountsEveryTime() {
    try (var client = client()) {
      var once = literals("x-large", new String(filler(3_000), StandardCharsets.US_ASCII));
      once[0] = 0x40; // remembered
      var again = new byte[1_000];
      Arrays.fill(again, (byte) 0xbe); // the first that was remembered
      var block = joined(literals(request("GET", authority(), "/public/x")), once, again);
      client.sends(frame(HEADERS, END_STREAM | END_HEADERS, 1, block));
      assertThat(client.answer(1).status()).isEqualTo(431);
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves({"PX-09", "PX-17"})
  void oneConnectionHasAHundredRequestsAtATime() {
    try (var client = client()) {
      for (var i = 0; i < 100; i++) {
        client.post(1 + 2 * i, authority(), "/public/x");
      }
      client.post(201, authority(), "/public/x");
      assertThat(client.answer(201).reset()).hasValue(REFUSED_STREAM);
      client.data(1, END_STREAM, filler(1));
      assertThat(client.answer(1).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves({"PX-09", "PX-17"})
  void bodiesOfNothingEndTheConnection() {
    try (var client = client()) {
      client.post(1, authority(), "/public/x");
      client.floods(frame(DATA, 0, 1, new byte[0]), 100);
      assertThat(client.goodbye().code()).isEqualTo(ENHANCE_YOUR_CALM);
    }
  }
}

package dev.cloakroom.octets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.AsciiString;
import java.nio.CharBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Heads of messages, as bytes.
class HeadWriterTest {
  @Test
  void aHeadIsItsLinesAndAnEmptyOne() {
    var head =
        HeadWriter.begin()
            .line("GET", "/a?b=c", new AsciiString("HTTP/1.1"))
            .field(new AsciiString("Host"), "api")
            .field("X-Name", CharBuffer.wrap("Zo\u00eb"));
    assertThat(written(head))
        .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: api\r\nX-Name: Zo\u00eb\r\n\r\n");
  }

  @Test
  void theNextHeadBeginsAnew() {
    var _ = written(HeadWriter.begin().line("GET", "/", "HTTP/1.1"));
    assertThat(written(HeadWriter.begin().field("a", "b"))).isEqualTo("a: b\r\n\r\n");
  }

  @Test
  void aPartOfALongerNameIsThatPart() {
    var name = new AsciiString("Content-Type").subSequence(8, 12, false);
    assertThat(written(HeadWriter.begin().field(name, "x"))).isEqualTo("Type: x\r\n\r\n");
  }

  @Test
  void aLongHeadFindsRoom() {
    var value = "v".repeat(100_000);
    assertThat(written(HeadWriter.begin().field("long", value)))
        .isEqualTo("long: " + value + "\r\n\r\n");
    assertThat(written(HeadWriter.begin().field("a", "b"))).isEqualTo("a: b\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nb", "a\nb", "a\rb", "a\0b", "\u0141dmin", "a\u010ab", "\ud83e\udde5"})
  void whatWouldEndItsLineOrIsNoOctetIsRefused(String value) {
    for (var text : List.of(value, "v".repeat(100) + value, value + "v".repeat(100))) {
      assertThatThrownBy(() -> HeadWriter.begin().field("x", text))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> HeadWriter.begin().field(CharBuffer.wrap(text), "x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLongValueKeepsEveryOctet() {
    var value = ("\u00eb\u00ff? " + "v".repeat(30)).repeat(4);
    assertThat(written(HeadWriter.begin().field("x", value))).isEqualTo("x: " + value + "\r\n\r\n");
  }

  @Test
  void theBufferHasRoomForABody() {
    var buffer = HeadWriter.begin().field("a", "b").finish(UnpooledByteBufAllocator.DEFAULT, 100);
    assertThat(buffer.writableBytes()).isGreaterThanOrEqualTo(100);
    buffer.release();
  }

  private static String written(HeadWriter head) {
    var buffer = head.finish(UnpooledByteBufAllocator.DEFAULT, 0);
    try {
      return buffer.toString(ISO_8859_1);
    } finally {
      buffer.release();
    }
  }
}

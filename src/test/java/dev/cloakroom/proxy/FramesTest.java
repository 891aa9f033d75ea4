package dev.cloakroom.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static Buffer frame(int length, boolean masked) {
    var frame = Buffer.buffer().appendByte((byte) 0x82);
    var mask = masked ? 0x80 : 0;
    if (length < 126) {
      frame.appendByte((byte) (mask | length));
    } else if (length < 65_536) {
      frame.appendByte((byte) (mask | 126)).appendUnsignedShort(length);
    } else {
      frame.appendByte((byte) (mask | 127)).appendLong(length);
    }
    return frame.appendBytes(new byte[(masked ? 4 : 0) + length]);
  }

  @Test
  @Proves("WS-05")
  void boundariesAreFoundHoweverTheBytesAreCut() {
    var random = new Random(3);
    var stream = Buffer.buffer();
    var boundaries = new HashSet<Integer>();
    boundaries.add(0);
    for (var length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 70_000, 0, 5}) {
      stream.appendBuffer(frame(length, random.nextBoolean()));
      boundaries.add(stream.length());
    }
    var frames = new Frames();
    for (var at = 0; at < stream.length(); ) {
      var end =
          Math.min(stream.length(), at + 1 + random.nextInt(random.nextBoolean() ? 3 : 40_000));
      frames.passed(stream.slice(at, end));
      at = end;
      assertThat(frames.atBoundary()).as("at %s", at).isEqualTo(boundaries.contains(at));
    }
    assertThat(frames.atBoundary()).isTrue();
  }

  @Test
  void theRestOfAFrameIsMeasured() {
    var frames = new Frames();
    frames.passed(frame(10, false).slice(0, 5));
    assertThat(frames.untilBoundary(Buffer.buffer(new byte[20]))).isEqualTo(7);
    assertThat(frames.atBoundary()).isTrue();
  }
}

package dev.cloakroom.proxy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Follows the frame boundaries of one direction of a WebSocket without looking into the frames, so
/// that the gateway can say something of its own between two of them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6455#section-5.2 RFC 6455, 5.2
final class Frames {
  private static final int LONGEST_REASON = 123;

  private long payloadLeft;
  private int headerSeen;
  private int lengthBytes;
  private boolean masked;
  private long length;

  /// Whether the bytes seen so far end with a whole frame.
  boolean atBoundary() {
    return payloadLeft == 0 && headerSeen == 0;
  }

  /// Takes note of bytes that pass.
  void passed(Buffer bytes) {
    passed(bytes, bytes.length());
  }

  private void passed(Buffer bytes, int end) {
    for (var at = 0; at < end; ) {
      at = payloadLeft > 0 ? skip(at, end) : header(bytes.getByte(at), at);
    }
  }

  /// How many of these bytes still belong to the frame that is under way.
  int untilBoundary(Buffer bytes) {
    for (var at = 0; at < bytes.length(); ) {
      if (atBoundary()) {
        return at;
      }
      at = payloadLeft > 0 ? skip(at, bytes.length()) : header(bytes.getByte(at), at);
    }
    return bytes.length();
  }

  private int skip(int at, int end) {
    var skipped = Math.min(payloadLeft, end - at);
    payloadLeft -= skipped;
    return at + (int) skipped;
  }

  private int header(byte octet, int at) {
    headerSeen++;
    if (headerSeen == 2) {
      masked = (octet & 0x80) != 0;
      length = octet & 0x7f;
      lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
      length = lengthBytes > 0 ? 0 : length;
    } else if (headerSeen > 2 && headerSeen <= 2 + lengthBytes) {
      length = (length << 8) | (octet & 0xff);
    }
    if (headerSeen >= 2 && headerSeen == 2 + lengthBytes + (masked ? 4 : 0)) {
      headerSeen = 0;
      payloadLeft = length;
    }
    return at + 1;
  }

  /// A close frame as a server sends it.
  static Buffer close(int code, String reason) {
    var text = reason.getBytes(StandardCharsets.UTF_8);
    var cut = text.length <= LONGEST_REASON ? text : Arrays.copyOf(text, LONGEST_REASON);
    return Buffer.buffer(4 + cut.length)
        .appendByte((byte) 0x88)
        .appendByte((byte) (2 + cut.length))
        .appendShort((short) code)
        .appendBytes(cut);
  }
}

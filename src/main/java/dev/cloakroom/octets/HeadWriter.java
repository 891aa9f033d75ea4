package dev.cloakroom.octets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/// Writes the head of a message into an array that the next head uses again, and copies it once.
/// One per event loop; a head is written to its end before the next one begins.
///
/// Characters are of ISO 8859-1, one octet each, as they were read. One that is not, or that would
/// end the line early and so begin another field or another message, is refused with
/// [IllegalArgumentException], whoever has checked it before. An `AsciiString` is a constant of
/// ours or checked by whoever made it, and taken as it is.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-2.2 RFC 9112, 2.2
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-5.5 RFC 9110, 5.5
public final class HeadWriter {
  private static final int FIRST_SIZE = 4096;

  /// A head that needed more than this leaves no room behind.
  private static final int LARGEST_KEPT = 64 * 1024;

  /// From here on many characters at a time are quicker than one by one: tokens above all.
  private static final int LONG = 64;

  private static final FastThreadLocal<HeadWriter> OF_THIS_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected HeadWriter initialValue() {
          return new HeadWriter();
        }
      };

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  private HeadWriter() {}

  /// An empty head; what was begun before is forgotten.
  public static HeadWriter begin() {
    var writer = OF_THIS_LOOP.get();
    writer.length = 0;
    return writer;
  }

  /// The first line: three words, a space between them.
  public HeadWriter line(CharSequence first, CharSequence second, CharSequence third) {
    text(first);
    put(' ');
    text(second);
    put(' ');
    text(third);
    endOfLine();
    return this;
  }

  /// A field line.
  public HeadWriter field(CharSequence name, CharSequence value) {
    text(name);
    put(':');
    put(' ');
    text(value);
    endOfLine();
    return this;
  }

  /// The whole head with the empty line behind it, in a buffer with room for so many bytes more.
  public ByteBuf finish(ByteBufAllocator allocator, int more) {
    endOfLine();
    var head = allocator.buffer(length + more);
    head.writeBytes(bytes, 0, length);
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[FIRST_SIZE];
    }
    return head;
  }

  private void endOfLine() {
    put('\r');
    put('\n');
  }

  private void put(char one) {
    if (length == bytes.length) {
      grow(1);
    }
    bytes[length++] = (byte) one;
  }

  private void grow(int by) {
    bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + by));
  }

  private void text(CharSequence text) {
    var from = length;
    var size = text.length();
    if (size > bytes.length - from) {
      grow(size);
    }
    switch (text) {
      case AsciiString ascii ->
          System.arraycopy(ascii.array(), ascii.arrayOffset(), bytes, from, size);
      case String string when size >= LONG -> copy(string, size, from);
      case String string -> {
        for (var i = 0; i < size; i++) {
          bytes[from + i] = octet(string.charAt(i));
        }
      }
      default -> {
        for (var i = 0; i < size; i++) {
          bytes[from + i] = octet(text.charAt(i));
        }
      }
    }
    length = from + size;
  }

  /// With what the JVM does for many characters at a time. The method is deprecated because it cuts
  /// characters in half, so that it is looked whether the whole is still the same.
  @SuppressWarnings("deprecation")
  private void copy(String text, int size, int at) {
    text.getBytes(0, size, bytes, at);
    if (text.indexOf('\r') >= 0
        || text.indexOf('\n') >= 0
        || text.indexOf(0) >= 0
        || !text.equals(new String(bytes, at, size, ISO_8859_1))) {
      throw refused();
    }
  }

  /// A character that has no octet would become another one: with half of it cut off, somebody
  /// else's name.
  private static byte octet(char character) {
    if (character > '\u00ff' || character == '\r' || character == '\n' || character == 0) {
      throw refused();
    }
    return (byte) character;
  }

  private static IllegalArgumentException refused() {
    return new IllegalArgumentException("a field that would end its line, or is not of octets");
  }
}

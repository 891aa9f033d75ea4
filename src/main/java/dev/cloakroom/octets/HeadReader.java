package dev.cloakroom.octets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/// Reads the head of a message that is all there, is short, and has nothing odd in it; of any other
/// it says that it cannot, and nothing is read. It copies the bytes once into an array that the
/// next head uses again. One per event loop; a head is read to its end before the next one begins.
///
/// Every line ends with CR LF, names are tokens with the colon right behind them, values have no
/// control character but tabs, and a folded line is none. What is stricter here than it must be is
/// no harm, since somebody else reads what is left.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-5 field lines
public final class HeadReader {
  /// In bytes, with the empty line.
  public static final int LONGEST = 4 * 1024;

  /// The longest that [#skip] can look for.
  private static final int LONGEST_WORD = 16;

  private static final byte TOKEN = 1;
  private static final byte VISIBLE = 2;
  private static final byte TEXT = 4;
  private static final byte[] KINDS = kinds();

  private static final FastThreadLocal<HeadReader> OF_THIS_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected HeadReader initialValue() {
          return new HeadReader();
        }
      };

  private final FieldNames names = FieldNames.ofThisLoop();

  /// Behind what was read there is always a byte that fits nowhere.
  private final byte[] head = new byte[LONGEST + LONGEST_WORD];

  private int at;

  /// Who takes the fields.
  @FunctionalInterface
  public interface Fields {
    /// Takes the next one; false ends the reading, because of it somebody else must read the head.
    boolean take(AsciiString name, String value);
  }

  private HeadReader() {}

  private static byte[] kinds() {
    var kinds = new byte[256];
    for (var i = 0; i < kinds.length; i++) {
      if (i > ' ' && i < 0x7f) {
        kinds[i] |= VISIBLE;
      }
      if ((i >= ' ' && i != 0x7f) || i == '\t') {
        kinds[i] |= TEXT;
      }
      if (i < 0x7f && (Character.isLetterOrDigit(i) || "!#$%&'*+-.^_`|~".indexOf(i) >= 0)) {
        kinds[i] |= TOKEN;
      }
    }
    return kinds;
  }

  /// Begins to read what may be a head, of which no more than so many bytes may be read.
  public static HeadReader begin(ByteBuf bytes, int most) {
    var reader = OF_THIS_LOOP.get();
    var size = Math.min(bytes.readableBytes(), Math.min(most, LONGEST));
    bytes.getBytes(bytes.readerIndex(), reader.head, 0, size);
    reader.head[size] = 0;
    reader.at = 0;
    return reader;
  }

  /// Passes over these bytes, sixteen at most and no NUL; false where they do not come next.
  public boolean skip(byte[] expected) {
    var end = at + expected.length;
    if (!Arrays.equals(head, at, end, expected, 0, expected.length)) {
      return false;
    }
    at = end;
    return true;
  }

  /// Visible characters of ASCII, as many as come next: maybe none.
  public String word() {
    var from = at;
    at = behind(VISIBLE, from);
    return text(from, at);
  }

  /// Passes over the rest of the line, and its end; false where that does not come.
  public boolean skipLine() {
    at = behind(TEXT, at);
    return endsLine();
  }

  /// Reads field lines, and the empty line behind them; false where they are not all there, or odd,
  /// or not wanted.
  public boolean fields(Fields to) {
    while (head[at] != '\r') {
      if (!field(to)) {
        return false;
      }
    }
    return endsLine();
  }

  private boolean field(Fields to) {
    var from = at;
    var colon = behind(TOKEN, from);
    if (colon == from || head[colon] != ':') {
      return false;
    }
    var start = colon + 1;
    while (isBlank(head[start])) {
      start++;
    }
    at = behind(TEXT, start);
    var end = at;
    while (end > start && isBlank(head[end - 1])) {
      end--;
    }
    return endsLine() && to.take(names.of(head, from, colon - from), text(start, end));
  }

  private boolean endsLine() {
    if (head[at] != '\r' || head[at + 1] != '\n') {
      return false;
    }
    at += 2;
    return true;
  }

  /// How many bytes have been read.
  public int length() {
    return at;
  }

  private int behind(byte kind, int from) {
    var end = from;
    while ((KINDS[head[end] & 0xff] & kind) != 0) {
      end++;
    }
    return end;
  }

  private static boolean isBlank(byte one) {
    return one == ' ' || one == '\t';
  }

  private String text(int from, int to) {
    return new String(head, from, to - from, ISO_8859_1);
  }
}

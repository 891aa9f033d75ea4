package dev.cloakroom.octets;

import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The names that fields had lately, in their very spelling. Browsers and targets say the same few
/// in every head, so that most need not be made and looked through again. One per event loop, of a
/// fixed size; a name that comes takes the place of another.
public final class FieldNames {
  private static final int PLACES = 128;
  private static final int LONGEST = 64;

  private static final FastThreadLocal<FieldNames> OF_THIS_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected FieldNames initialValue() {
          return new FieldNames();
        }
      };

  private final @Nullable AsciiString[] names = new @Nullable AsciiString[PLACES];

  private FieldNames() {}

  /// Those of the event loop that asks.
  public static FieldNames ofThisLoop() {
    return OF_THIS_LOOP.get();
  }

  /// The name that stands there; one that is none is refused with [IllegalArgumentException].
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-5.1 RFC 9110, 5.1
  public AsciiString of(byte[] line, int start, int length) {
    var place = place(line, start, length);
    var known = names[place];
    if (known != null && isSame(known, line, start, length)) {
      return known;
    }
    var made = new AsciiString(line, start, length, true);
    if (made.isEmpty() || HttpHeaderValidationUtil.validateToken(made) >= 0) {
      throw new IllegalArgumentException("illegal character in a field name");
    }
    if (length <= LONGEST) {
      names[place] = made;
    }
    return made;
  }

  private static int place(byte[] line, int start, int length) {
    var hash = length;
    for (var i = start; i < start + length; i++) {
      hash = 31 * hash + line[i];
    }
    return (hash ^ hash >>> 16) & PLACES - 1;
  }

  private static boolean isSame(AsciiString known, byte[] line, int start, int length) {
    return known.length() == length
        && Arrays.equals(known.array(), 0, length, line, start, start + length);
  }
}

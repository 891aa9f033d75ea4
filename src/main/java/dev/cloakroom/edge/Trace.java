package dev.cloakroom.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.crypto.Entropy;
import java.util.function.LongSupplier;

/// The trace of one request. The browser's own is never continued, since anybody could then force
/// sampling.
///
/// @param id 32 hexadecimal digits: what error answers and logs show
/// @param parent the whole `traceparent` field for the upstream
/// @spec https://www.w3.org/TR/trace-context/#traceparent-header W3C Trace Context, 3.2
record Trace(String id, String parent) {

  /// Draws traces: unique, and no secrets, so that a generator seeded once will do. Used on one
  /// event loop only.
  static final class Source {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] FORM =
        ("00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01").getBytes(US_ASCII);
    private static final int TRACE = 3;
    private static final int SPAN = 36;

    private final LongSupplier high;
    private final LongSupplier low;

    Source(Entropy entropy) {
      this.high = entropy.numbers();
      this.low = entropy.numbers();
    }

    Trace draw() {
      var parent = FORM.clone();
      digits(parent, TRACE, high.getAsLong() | 1); // an id of zeros only is no id
      digits(parent, TRACE + 16, low.getAsLong());
      digits(parent, SPAN, low.getAsLong() | 1);
      var text = new String(parent, ISO_8859_1);
      return new Trace(text.substring(TRACE, TRACE + 32), text);
    }

    private static void digits(byte[] into, int from, long bits) {
      for (int i = 0; i < 16; i++) {
        into[from + i] = DIGITS[(int) (bits >>> (60 - 4 * i)) & 0xF];
      }
    }
  }
}

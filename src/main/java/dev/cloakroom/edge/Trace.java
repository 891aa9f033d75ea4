package dev.cloakroom.edge;

import dev.cloakroom.crypto.Entropy;
import java.util.HexFormat;

/// The trace of one request. The browser's own is never continued, since anybody could then force
/// sampling.
///
/// @param id 32 hexadecimal digits: what error answers and logs show
/// @param parent the whole `traceparent` field for the upstream
/// @spec https://www.w3.org/TR/trace-context/#traceparent-header W3C Trace Context, 3.2
record Trace(String id, String parent) {

  /// Draws traces. Randomness is taken in larger pieces, because a request costs less than asking
  /// the system for it. Used on one event loop only.
  static final class Source {
    private static final HexFormat HEX = HexFormat.of();
    private static final int TRACE = 16;
    private static final int SPAN = 8;
    private static final int PIECE = 100 * (TRACE + SPAN);

    private final Entropy entropy;
    private byte[] piece = new byte[0];
    private int used;

    Source(Entropy entropy) {
      this.entropy = entropy;
    }

    Trace draw() {
      if (used == piece.length) {
        piece = entropy.bytes(PIECE);
        used = 0;
      }
      piece[used] |= 1; // an id of zeros only is no id
      piece[used + TRACE] |= 1;
      var id = HEX.formatHex(piece, used, used + TRACE);
      var span = HEX.formatHex(piece, used + TRACE, used + TRACE + SPAN);
      used += TRACE + SPAN;
      return new Trace(id, "00-" + id + "-" + span + "-01");
    }
  }
}

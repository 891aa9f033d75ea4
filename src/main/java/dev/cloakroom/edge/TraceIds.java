package dev.cloakroom.edge;

import dev.cloakroom.crypto.Entropy;
import java.util.HexFormat;

/// Draws traces. Randomness is taken in larger pieces, because a request costs less than asking the
/// system for it. Used on one event loop only.
final class TraceIds {
  private static final HexFormat HEX = HexFormat.of();
  private static final int TRACE = 16;
  private static final int SPAN = 8;
  private static final int PIECE = 100 * (TRACE + SPAN);

  private final Entropy entropy;
  private byte[] piece = new byte[0];
  private int used;

  TraceIds(Entropy entropy) {
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

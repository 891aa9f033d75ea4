package dev.cloakroom.edge;

import java.util.HexFormat;
import java.util.SplittableRandom;

/// The trace of one request. The browser's own is never continued, since anybody could then force
/// sampling.
///
/// @param id 32 hexadecimal digits: what error answers and logs show
/// @param parent the whole `traceparent` field for the upstream
/// @spec https://www.w3.org/TR/trace-context/#traceparent-header W3C Trace Context, 3.2
record Trace(String id, String parent) {
  private static final HexFormat HEX = HexFormat.of();

  /// Draws a trace. Ids need not be secret, so the generator is a fast one, seeded once.
  static Trace draw(SplittableRandom random) {
    var id = HEX.toHexDigits(random.nextLong() | 1) + HEX.toHexDigits(random.nextLong());
    return new Trace(id, "00-" + id + "-" + HEX.toHexDigits(random.nextLong() | 1) + "-01");
  }
}

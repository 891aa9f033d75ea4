package dev.cloakroom.edge.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Where a stream of bytes is cut on its way makes no difference to the requests in it.
class StrictRequestDecoderFuzzTest {
  private static final int CUTS = 12;

  @FuzzTest
  @Proves("PX-07")
  @Case("T86")
  void theSameBytesAreTheSameRequestsHoweverTheyAreCut(byte[] bytes) {
    var whole = read(bytes, bytes.length);
    assertThat(read(bytes, 1)).as("byte by byte").isEqualTo(whole);
    var random = new SplittableRandom(Arrays.hashCode(bytes));
    for (var i = 0; i < CUTS && bytes.length > 1; i++) {
      var cut = random.nextInt(1, bytes.length);
      assertThat(read(bytes, cut)).as("in pieces of " + cut).isEqualTo(whole);
    }
  }

  /// The requests up to the first that is none, one line each, and their bodies.
  private static String read(byte[] bytes, int piece) {
    var channel =
        new EmbeddedChannel(new StrictRequestDecoder(new HttpServerOptions(), _ -> false));
    for (var at = 0; at < bytes.length; at += piece) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
    }
    var seen = new StringBuilder();
    var valid = true;
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      if (valid) {
        valid = note(message, seen);
      }
      ReferenceCountUtil.release(message);
    }
    channel.finishAndReleaseAll();
    return seen.toString();
  }

  private static boolean note(Object message, StringBuilder seen) {
    if (message instanceof HttpRequest request) {
      if (request.decoderResult().isFailure()) {
        seen.append("\ninvalid");
        return false;
      }
      seen.append('\n').append(request.method()).append(' ').append(request.uri());
      request.headers().forEach(field -> seen.append('|').append(field));
      seen.append('\n');
    }
    if (message instanceof HttpContent content) {
      if (content.decoderResult().isFailure()) {
        seen.append("\ninvalid body");
        return false;
      }
      seen.append(content.content().toString(ISO_8859_1));
    }
    if (message instanceof LastHttpContent last) {
      last.trailingHeaders().forEach(field -> seen.append('|').append(field));
      seen.append("\nend");
    }
    return true;
  }
}

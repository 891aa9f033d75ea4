package dev.cloakroom.edge.arrival;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictRequestDecoderTest {
  /// The requests that come out, and whether each is valid, when the bytes come in two pieces.
  private static List<Boolean> validity(String text, int cut) {
    var bytes = text.getBytes(US_ASCII);
    var channel =
        new EmbeddedChannel(new StrictRequestDecoder(new HttpServerOptions(), _ -> false));
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
    channel.writeInbound(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
    var seen = new ArrayList<Boolean>();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      if (message instanceof HttpRequest request) {
        seen.add(request.decoderResult().isSuccess());
      }
      ReferenceCountUtil.release(message);
    }
    channel.finishAndReleaseAll();
    return seen;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\nY: 3\r\n\r\n",
        "GET / HTTP/1.1\r\n X: 1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nX:\r\n \r\n\r\nbody",
      })
  @Proves("PX-07")
  void aFoldedFieldLineMakesTheRequestInvalidHoweverItIsCut(String text) {
    for (var cut = 0; cut <= text.length(); cut++) {
      assertThat(validity(text, cut)).as("cut at %s", cut).containsExactly(false);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1  2 \r\nY:\t3\r\nZ:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n a\r\n b\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\n a\n\r\n0\r\n\r\n",
      })
  void whatIsNotFoldedPassesAndSoDoesTheNextRequest(String text) {
    var two = text + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    for (var cut = 0; cut <= two.length(); cut++) {
      assertThat(validity(two, cut)).as("cut at %s", cut).containsExactly(true, true);
    }
  }
}

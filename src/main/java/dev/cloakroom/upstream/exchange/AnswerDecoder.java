package dev.cloakroom.upstream.exchange;

import dev.cloakroom.octets.FieldNames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.List;

/// Reads answers. Their fields are read into what the rest of the gateway knows fields as, and held
/// to what Netty's own kind is held to, which is stricter than the library's. A [PlainAnswer] is
/// read at once.
final class AnswerDecoder extends HttpResponseDecoder {
  private static final int HEAD_BYTES = 64 * 1024;

  /// Large chunks, because each is one system call.
  private static final int CHUNK_BYTES = 64 * 1024;

  private static final HttpHeadersFactory FIELDS =
      new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
          return HeadersMultiMap.httpHeaders((_, value) -> check(value));
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
          return newHeaders();
        }
      };

  private final FieldNames names = FieldNames.ofThisLoop();
  private final PlainAnswer plain = new PlainAnswer();
  private boolean between = true;
  private boolean toHead;
  private boolean switched;

  AnswerDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HEAD_BYTES)
            .setMaxHeaderSize(HEAD_BYTES)
            .setMaxChunkSize(CHUNK_BYTES)
            .setHeadersFactory(FIELDS)
            .setTrailersFactory(FIELDS));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (between && !toHead && plain.read(bytes, out)) {
      return;
    }
    super.decode(context, bytes, out);
    between =
        !switched
            && !out.isEmpty()
            && out.getLast() instanceof LastHttpContent end
            && end.decoderResult().isSuccess();
  }

  /// What comes after such an answer is none.
  @Override
  protected boolean isSwitchingToNonHttp1Protocol(HttpResponse answer) {
    switched = super.isSwitchingToNonHttp1Protocol(answer);
    return switched;
  }

  /// Every name comes from [FieldNames] or is the decoder's own.
  private static void check(CharSequence value) {
    if (HttpHeaderValidationUtil.validateValidHeaderValue(value) >= 0) {
      throw new IllegalArgumentException("illegal character in a field value");
    }
  }

  /// Whether the next answer is one to `HEAD`, which has no body, whatever it says.
  void expect(boolean answerToHead) {
    toHead = answerToHead;
  }

  /// Whether nothing is left of what has been read.
  boolean isEmpty() {
    return actualReadableBytes() == 0;
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    return names.of(line, start, length);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return toHead || super.isContentAlwaysEmpty(message);
  }
}

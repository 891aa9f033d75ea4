package dev.cloakroom.upstream.exchange;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.AsciiString;
import io.vertx.core.http.impl.headers.HeadersMultiMap;

/// Reads answers. Their fields are read into what the rest of the gateway knows fields as, and held
/// to what Netty's own kind is held to, which is stricter than the library's.
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
  private boolean toHead;

  AnswerDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(HEAD_BYTES)
            .setMaxHeaderSize(HEAD_BYTES)
            .setMaxChunkSize(CHUNK_BYTES)
            .setHeadersFactory(FIELDS)
            .setTrailersFactory(FIELDS));
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

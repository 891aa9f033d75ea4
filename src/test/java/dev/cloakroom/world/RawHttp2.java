package dev.cloakroom.world;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// One side of a connection, which says exactly what it is told, frame by frame, and reads what
/// comes back: a client, or what [RawHttp2Upstream] plays. Fields are literals, so that they can be
/// what no library would send. Every read has a deadline, after which the test fails.
public final class RawHttp2 implements Closeable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  private static final int PRIORITIZED = 0x20;

  public static final int NO_ERROR = 0;
  public static final int PROTOCOL_ERROR = 1;
  public static final int INTERNAL_ERROR = 2;
  public static final int REFUSED_STREAM = 7;
  public static final int CANCEL = 8;
  public static final int ENHANCE_YOUR_CALM = 11;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder fields = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final Deque<Frame> unread = new ArrayDeque<>();
  private boolean grants = true;
  private int room = 65_535;

  /// One frame.
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(int type, int flags, int stream, byte[] payload) {
    public boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /// The error code of a reset or of a goodbye.
    public long code() {
      var bytes = ByteBuffer.wrap(payload);
      return Integer.toUnsignedLong(type == GOAWAY ? bytes.getInt(4) : bytes.getInt(0));
    }

    /// Of a goodbye: the last stream that was, or will be, served.
    public int lastStream() {
      return ByteBuffer.wrap(payload).getInt(0);
    }
  }

  /// What came on one stream.
  ///
  /// @param reset the code of the reset that ended the answer before its end
  public record H2Answer(MultiMap head, String body, OptionalLong reset) {
    public int status() {
      var status = head.get(":status");
      return status == null ? 0 : Integer.parseInt(status);
    }
  }

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout((int) DEADLINE.toMillis());
    socket.setTcpNoDelay(true);
  }

  /// Over TLS with ALPN, trusting anyone; begins with the preface and empty settings.
  public static RawHttp2 overTls(int port) {
    var client = tls(port, "h2");
    if (!client.protocol().equals("h2")) {
      throw new AssertionError("the server prefers " + client.protocol());
    }
    return client.begins();
  }

  /// Without TLS, with prior knowledge; begins with the preface and empty settings.
  public static RawHttp2 plain(int port) {
    return clearText(port).begins();
  }

  /// Without TLS; has said nothing yet.
  public static RawHttp2 clearText(int port) {
    try {
      return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The other side of a connection whose client speaks first: the preface. Has said nothing yet.
  static RawHttp2 server(Socket socket) throws IOException {
    var server = new RawHttp2(socket);
    if (!server.text(PREFACE.length()).equals(PREFACE)) {
      throw new AssertionError("no preface");
    }
    return server;
  }

  /// A TLS connection that offers these protocols and has said nothing yet.
  public static RawHttp2 tls(int port, String... protocols) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anyone()}, null);
      var factory = context.getSocketFactory();
      var socket = (SSLSocket) factory.createSocket(InetAddress.getLoopbackAddress(), port);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new RawHttp2(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// What TLS has settled on; empty where the server named nothing.
  public String protocol() {
    return ((SSLSocket) socket).getApplicationProtocol();
  }

  /// Says the preface and empty settings.
  public RawHttp2 begins() {
    sends(PREFACE.getBytes(StandardCharsets.US_ASCII));
    return sends(SETTINGS, 0, 0);
  }

  /// From now on the client grants no further room for answers.
  public RawHttp2 grantsNothing() {
    grants = false;
    return this;
  }

  public RawHttp2 sends(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends one frame.
  public RawHttp2 sends(int type, int flags, int stream, int... payload) {
    var bytes = new byte[payload.length];
    for (var i = 0; i < payload.length; i++) {
      bytes[i] = (byte) payload[i];
    }
    return sends(frame(type, flags, stream, bytes));
  }

  /// The bytes of one frame.
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /// A head of its own fields; names and values in turn.
  public RawHttp2 head(int stream, int flags, String... pairs) {
    return sends(frame(HEADERS, flags | END_HEADERS, stream, literals(pairs)));
  }

  /// A whole `GET`.
  public RawHttp2 get(int stream, String authority, String path, String... more) {
    return head(stream, END_STREAM, request("GET", authority, path, more));
  }

  /// The head of a `POST`; its body is to follow.
  public RawHttp2 post(int stream, String authority, String path, String... more) {
    return head(stream, 0, request("POST", authority, path, more));
  }

  /// A whole answer.
  public RawHttp2 answers(int stream, String status, String body) {
    return head(stream, 0, ":status", status)
        .data(stream, END_STREAM, body.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Says goodbye: no stream after `last` was begun with.
  public RawHttp2 saysGoodbye(int last, int code) {
    return sends(GOAWAY, 0, 0, 0, 0, last >> 8, last, 0, 0, 0, code);
  }

  /// The next request's head, and the stream it came on; null at the end of the connection. What
  /// comes on other streams meanwhile is kept.
  public @Nullable Frame request() {
    for (var kept : unread) {
      if (kept.type() == HEADERS) {
        unread.remove(kept);
        return kept;
      }
    }
    for (var frame = next(); frame != null; frame = next()) {
      if (frame.type() == HEADERS) {
        return frame;
      }
      if (frame.stream() != 0) {
        unread.add(frame);
      }
    }
    return null;
  }

  /// The body on a stream, to its end.
  public byte[] body(int stream) {
    var body = new ByteArrayOutputStream();
    while (true) {
      var frame = on(stream);
      if (frame.type() == DATA) {
        body.writeBytes(frame.payload());
      }
      if (frame.ends()) {
        return body.toByteArray();
      }
    }
  }

  public RawHttp2 data(int stream, int flags, byte[] body) {
    return sends(frame(DATA, flags, stream, body));
  }

  /// Sends part of an answer as soon as the client has made room for it. For one stream only.
  public RawHttp2 paced(int stream, byte[] body) {
    while (room < body.length) {
      var frame = next(WINDOW_UPDATE);
      room += frame.stream() == stream ? ByteBuffer.wrap(frame.payload()).getInt() : 0;
    }
    room -= body.length;
    return data(stream, 0, body);
  }

  /// Says nothing more, and still hears.
  public void hangsUp() throws IOException {
    socket.shutdownOutput();
  }

  public RawHttp2 resets(int stream, int code) {
    return sends(RST_STREAM, 0, stream, 0, 0, 0, code);
  }

  /// Grants so many bytes more.
  public RawHttp2 grants(int stream, int bytes) {
    return sends(WINDOW_UPDATE, 0, stream, bytes >> 24, bytes >> 16, bytes >> 8, bytes);
  }

  /// The fields of a request, pseudo-fields first.
  public static String[] request(String method, String authority, String path, String... more) {
    var all = new String[8 + more.length];
    var pseudo =
        new String[] {
          ":method", method, ":scheme", "https", ":authority", authority, ":path", path
        };
    System.arraycopy(pseudo, 0, all, 0, 8);
    System.arraycopy(more, 0, all, 8, more.length);
    return all;
  }

  /// Names and values in turn, as literals without indexing.
  public static byte[] literals(String... pairs) {
    var out = new ByteArrayOutputStream();
    for (var i = 0; i < pairs.length; i++) {
      if (i % 2 == 0) {
        out.write(0);
      }
      var bytes = pairs[i].getBytes(StandardCharsets.ISO_8859_1);
      length(out, bytes.length);
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  private static void length(ByteArrayOutputStream out, int length) {
    if (length < 127) {
      out.write(length);
      return;
    }
    out.write(127);
    var rest = length - 127;
    while (rest >= 128) {
      out.write((rest & 127) | 128);
      rest >>= 7;
    }
    out.write(rest);
  }

  /// Sends the same bytes until the connection breaks or `most` times; true when it broke.
  public boolean floods(byte[] bytes, int most) {
    try {
      for (var i = 0; i < most; i++) {
        socket.getOutputStream().write(bytes);
      }
      return false;
    } catch (IOException broken) {
      return true;
    }
  }

  /// So many bytes as text, where no frames are spoken.
  public String text(int length) {
    try {
      return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next frame; null at the end of the connection.
  public @Nullable Frame next() {
    try {
      var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      var type = in.readUnsignedByte();
      var flags = in.readUnsignedByte();
      var stream = in.readInt();
      var payload = in.readNBytes(length);
      var frame = new Frame(type, flags, stream, payload);
      if (type == DATA && length > 0 && grants) {
        grants(0, length).grants(stream, length);
      }
      return frame;
    } catch (EOFException | SocketException end) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next frame of a type; passes over others, which are lost.
  public Frame next(int type) {
    for (var frame = next(); frame != null; frame = next()) {
      if (frame.type() == type) {
        return frame;
      }
    }
    throw new AssertionError("the connection ended without a frame of type " + type);
  }

  /// The goodbye that ends the connection; fails where it ends without.
  public Frame goodbye() {
    var last = next(GOAWAY);
    for (var frame = next(); frame != null; frame = next()) {
      last = frame.type() == GOAWAY ? frame : last;
    }
    return last;
  }

  /// The final answer on a stream; what comes on other streams meanwhile is kept.
  public H2Answer answer(int stream) {
    var answer = interim(stream);
    return answer.status() >= 200 || answer.status() == 0 ? answer : answer(stream);
  }

  /// The next answer on a stream, which may be an interim one.
  public H2Answer interim(int stream) {
    var head = MultiMap.caseInsensitiveMultiMap();
    var body = new ByteArrayOutputStream();
    while (true) {
      var frame = on(stream);
      switch (frame.type()) {
        case HEADERS -> decode(frame, head);
        case DATA -> body.writeBytes(frame.payload());
        case RST_STREAM -> {
          return new H2Answer(head, text(body), OptionalLong.of(frame.code()));
        }
        default -> {}
      }
      var status = head.get(":status");
      if (frame.ends() || (status != null && status.startsWith("1"))) {
        return new H2Answer(head, text(body), OptionalLong.empty());
      }
    }
  }

  /// The next frame on a stream; fails at the end of the connection.
  public Frame on(int stream) {
    for (var kept : unread) {
      if (kept.stream() == stream) {
        unread.remove(kept);
        return kept;
      }
    }
    for (var frame = next(); frame != null; frame = next()) {
      if (frame.stream() == stream) {
        return frame;
      }
      if (frame.stream() != 0) {
        unread.add(frame);
      } else if (frame.type() == GOAWAY && frame.code() != NO_ERROR) {
        throw new AssertionError("goodbye with error " + frame.code());
      }
    }
    throw new AssertionError("the connection ended");
  }

  /// The head in a frame. Frames of several streams must be read in the order in which they came.
  public MultiMap decoded(Frame frame) {
    var head = MultiMap.caseInsensitiveMultiMap();
    decode(frame, head);
    return head;
  }

  private void decode(Frame frame, MultiMap head) {
    var skip = (frame.flags() & PRIORITIZED) == 0 ? 0 : 5;
    try {
      fields
          .decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()).skipBytes(skip))
          .forEach(field -> head.add(field.getKey().toString(), field.getValue().toString()));
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /// So many bytes.
  public static byte[] filler(int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

package dev.cloakroom.world;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that says exactly what it is told, byte for byte, and reads what comes back. Every read
/// has a deadline, after which the test fails.
public final class RawClient implements Closeable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    socket.setSoTimeout((int) DEADLINE.toMillis());
    socket.setTcpNoDelay(true);
  }

  /// Connects to a port of this machine.
  public static RawClient to(int port) {
    return to(port, 0);
  }

  /// Connects with a receive buffer of so many bytes (0: the system's own), to play a slow reader.
  public static RawClient to(int port, int receiveBuffer) {
    try {
      var socket = new Socket();
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends text as ISO 8859-1; line ends as CRLF, whatever the text has.
  public RawClient sends(String text) {
    return sendsExactly(text.replace("\r\n", "\n").replace("\n", "\r\n"));
  }

  /// Sends text as ISO 8859-1, line ends as they are.
  public RawClient sendsExactly(String text) {
    return sends(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient sends(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends bytes until the connection breaks, or `most` are gone; how many went out.
  public long floods(byte[] chunk, long most) {
    var sent = 0L;
    try {
      while (sent < most) {
        socket.getOutputStream().write(chunk);
        sent += chunk.length;
      }
    } catch (IOException broken) {
      return sent;
    }
    return sent;
  }

  /// Reads the head of an answer, and its body as framed; interim answers are answers too.
  public RawMessage answer() {
    return RawMessage.answer(in, false);
  }

  /// Reads the answer to a HEAD request: a head alone.
  public RawMessage answerToHead() {
    return RawMessage.answer(in, true);
  }

  /// Reads the head alone; the body stays to be read.
  public RawMessage head() {
    return RawMessage.head(in);
  }

  /// Reads exactly so many bytes.
  public byte[] reads(int count) {
    try {
      var bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new AssertionError("the connection ended after " + bytes.length + " of " + count);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads exactly so many bytes, as text.
  public String readsText(int count) {
    return new String(reads(count), StandardCharsets.ISO_8859_1);
  }

  /// Everything until the other side closes, or resets.
  public String readsToTheEnd() {
    var all = new ByteArrayOutputStream();
    try {
      for (var b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open; so far: " + all, e);
    } catch (IOException reset) {
      // a reset is an end too
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /// Waits until the other side has closed; fails where it says anything before.
  public void seesTheEnd() {
    var rest = readsToTheEnd();
    if (!rest.isEmpty()) {
      throw new AssertionError("more came: " + rest);
    }
  }

  /// Closes with a reset, so that nothing more is delivered.
  public void resets() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.cloakroom.world;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An upstream of raw bytes: it records every request as it came, and answers what the test
/// scripted. What happens on a connection is a [Script], run on a thread of its own.
public final class RawUpstream implements Closeable {
  private static final long DEADLINE_SECONDS = 20;
  private static final int BACKLOG = 50;

  private final Script script;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final BlockingQueue<RawMessage> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  private volatile ServerSocket server;
  private volatile Thread accepting;

  private RawUpstream(Script script) throws IOException {
    this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    this.port = server.getLocalPort();
    this.script = script;
    this.accepting = accepts(server);
  }

  /// What the upstream does with one connection.
  @FunctionalInterface
  public interface Script {
    void run(Line line) throws IOException;
  }

  /// Plays a script on every connection.
  public static RawUpstream plays(Script script) {
    try {
      return new RawUpstream(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Answers every request with the same bytes (line ends become CRLF), on connections kept alive.
  public static RawUpstream answers(String answer) {
    return plays(
        line -> {
          while (line.readsRequest() != null) {
            line.says(answer);
          }
        });
  }

  /// Answers every request with 200 and `ok`.
  public static RawUpstream ok() {
    return answers(
        """
        HTTP/1.1 200 OK
        Content-Type: text/plain
        Content-Length: 2

        ok""");
  }

  public int port() {
    return port;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /// The next request that came; waits for it.
  public RawMessage received() {
    try {
      var request = requests.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("the upstream received nothing");
      }
      return request;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// How many requests came that [#received] has not told yet.
  public int waiting() {
    return requests.size();
  }

  /// How many connections were accepted.
  public int connections() {
    return connections.get();
  }

  /// Takes no more connections, not even the one that comes while it says so.
  public RawUpstream refuses() {
    try {
      server.close();
      accepting.join();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Takes connections again, at the same port.
  public void listensAgain() {
    try {
      server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
      accepting = accepts(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Thread accepts(ServerSocket listening) {
    return Thread.ofVirtual().start(() -> accept(listening));
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        var socket = listening.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> play(socket));
      }
    } catch (IOException closed) {
      // it refuses, or the test is over
    }
  }

  private void play(Socket socket) {
    try (socket) {
      script.run(new Line(socket, requests));
    } catch (IOException | UncheckedIOException gone) {
      // the other side went away, as it may
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One connection.
  public static final class Line {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final BlockingQueue<RawMessage> requests;

    private Line(Socket socket, BlockingQueue<RawMessage> requests) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
      this.requests = requests;
      socket.setTcpNoDelay(true);
    }

    /// Reads a whole request and records it; null at the end of the connection.
    public @Nullable RawMessage readsRequest() {
      return recorded(true);
    }

    /// Reads and records a head; the body stays on the line.
    public @Nullable RawMessage readsHead() {
      return recorded(false);
    }

    private @Nullable RawMessage recorded(boolean whole) {
      try {
        var request = whole ? RawMessage.request(in) : RawMessage.head(in);
        requests.add(request);
        return request;
      } catch (UncheckedIOException end) {
        return null;
      }
    }

    /// Says text; line ends become CRLF.
    public void says(String text) throws IOException {
      says(text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    public void says(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /// Reads exactly so many bytes.
    public byte[] reads(int count) throws IOException {
      return in.readNBytes(count);
    }

    /// Reads one byte; -1 at the end.
    public int readsByte() throws IOException {
      return in.read();
    }

    /// Waits until the other side closes; how many bytes came before.
    public long readsToTheEnd() throws IOException {
      var count = 0L;
      var buffer = new byte[64 * 1024];
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count += n;
      }
      return count;
    }

    /// Makes this side a slow reader.
    public void receiveBuffer(int bytes) throws IOException {
      socket.setReceiveBufferSize(bytes);
    }

    /// Closes with a reset.
    public void resets() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}

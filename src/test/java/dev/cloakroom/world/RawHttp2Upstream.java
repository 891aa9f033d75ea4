package dev.cloakroom.world;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream of HTTP/2 frames, with prior knowledge. What happens on a connection is a [Script],
/// run on a thread of its own after the preface has been read.
public final class RawHttp2Upstream implements Closeable {
  private static final int BACKLOG = 50;

  private final ServerSocket server;
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  /// What the upstream does with one connection.
  @FunctionalInterface
  public interface Script {
    /// Plays on a connection.
    ///
    /// @param number the how many-th it is, from 1
    void run(RawHttp2 line, int number) throws IOException;
  }

  private RawHttp2Upstream(Script script) throws IOException {
    this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /// Plays a script on every connection.
  public static RawHttp2Upstream plays(Script script) {
    try {
      return new RawHttp2Upstream(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /// How many connections were accepted.
  public int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        sockets.add(socket);
        var number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> play(socket, number));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void play(Socket socket, int number) {
    try (var line = RawHttp2.server(socket)) {
      script.run(line, number);
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
}

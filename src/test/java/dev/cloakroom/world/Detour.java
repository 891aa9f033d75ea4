package dev.cloakroom.world;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.util.Optional;

/// A way to a server on this machine that can go wrong without a word: no error, no end, only
/// silence.
public final class Detour implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final int behind;
  private final NetServer front;
  private volatile Loss loss = Loss.NOTHING;
  private volatile String unanswered = "";

  /// What gets lost.
  public enum Loss {
    NOTHING,
    /// The server does as it is told, and nobody hears.
    ANSWERS,
    EVERYTHING
  }

  private Detour(int behind, Optional<PemFiles> certificate) {
    this.behind = behind;
    var options = new NetServerOptions();
    certificate.ifPresent(
        pem ->
            options
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertPath(pem.certificate().toString())
                        .addKeyPath(pem.key().toString())));
    front = vertx.createNetServer(options).connectHandler(this::connected);
    Waiting.on(front.listen(0, "127.0.0.1"));
  }

  public static Detour to(int port) {
    return new Detour(port, Optional.empty());
  }

  /// One that speaks TLS in front.
  public static Detour to(int port, PemFiles certificate) {
    return new Detour(port, Optional.of(certificate));
  }

  /// From now on. What was lost does not come later: a connection that lost something stays silent.
  public void loses(Loss what) {
    loss = what;
  }

  /// The next connection that asks for something with this in it hears no more.
  public void losesTheAnswerTo(String words) {
    unanswered = words;
  }

  /// The same address with another scheme than TCP's.
  public URI url(String scheme) {
    return URI.create(scheme + "://localhost:" + front.actualPort());
  }

  private void connected(NetSocket near) {
    near.pause();
    vertx
        .createNetClient()
        .connect(behind, "127.0.0.1")
        .onSuccess(far -> new Pair(near, far).begin())
        .onFailure(_ -> near.close());
  }

  private final class Pair {
    private final NetSocket near;
    private final NetSocket far;
    private boolean deaf;
    private boolean mute;

    Pair(NetSocket near, NetSocket far) {
      this.near = near;
      this.far = far;
    }

    void begin() {
      near.handler(this::asked).closeHandler(_ -> far.close()).exceptionHandler(_ -> far.close());
      far.handler(this::answered)
          .closeHandler(_ -> near.close())
          .exceptionHandler(_ -> near.close());
      near.resume();
    }

    private void asked(Buffer bytes) {
      deaf |= loss == Loss.EVERYTHING;
      if (!unanswered.isEmpty() && bytes.toString().contains(unanswered)) {
        unanswered = "";
        mute = true;
      }
      if (!deaf) {
        far.write(bytes);
      }
    }

    private void answered(Buffer bytes) {
      mute |= loss != Loss.NOTHING;
      if (!mute) {
        near.write(bytes);
      }
    }
  }

  @Override
  public void close() {
    Waiting.on(vertx.close());
  }
}

package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A WebSocket as a page holds it, or the refusal of one.
public final class Socket {
  private final @Nullable WebSocket open;
  private final int status;
  private final String refusal;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private Socket(@Nullable WebSocket open, int status, String refusal) {
    this.open = open;
    this.status = status;
    this.refusal = refusal;
    if (open != null) {
      open.textMessageHandler(heard::add);
    }
  }

  static Socket open(Exchanges exchanges, URI uri, String origin, String cookies) {
    var options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(uri.getPort())
            .setURI(uri.getRawPath())
            .addHeader("Host", uri.getAuthority())
            .addHeader("Origin", origin);
    if (!cookies.isEmpty()) {
      options.addHeader("Cookie", cookies);
    }
    return open(exchanges, options);
  }

  static Socket open(Exchanges exchanges, WebSocketConnectOptions options) {
    return Waiting.on(
        exchanges
            .socket(options)
            .map(socket -> new Socket(socket, 101, ""))
            .recover(Socket::refused));
  }

  private static io.vertx.core.Future<Socket> refused(Throwable failure) {
    return failure instanceof UpgradeRejectedException rejected
        ? io.vertx.core.Future.succeededFuture(
            new Socket(null, rejected.getStatus(), String.valueOf(rejected.getBody())))
        : io.vertx.core.Future.failedFuture(failure);
  }

  public Socket isOpen() {
    assertThat(status).as(refusal).isEqualTo(101);
    return this;
  }

  public void isRefused(int expected, String code) {
    assertThat(status).as(refusal).isEqualTo(expected);
    assertThat(refusal).contains("\"code\":\"" + code + "\"");
  }

  private WebSocket socket() {
    if (open == null) {
      throw new AssertionError("refused with " + status + ": " + refusal);
    }
    return open;
  }

  public Socket says(String text) {
    Waiting.on(socket().writeTextMessage(text));
    return this;
  }

  public Socket hears(String text) {
    Waiting.until("'" + text + "' among " + heard, () -> heard.contains(text));
    return this;
  }

  public void closes(int code) {
    var socket = socket();
    Waiting.until("the socket closes", socket::isClosed);
    assertThat(socket.closeStatusCode()).isNotNull().isEqualTo((short) code);
  }

  public void hangsUp() {
    Waiting.on(socket().close());
  }
}

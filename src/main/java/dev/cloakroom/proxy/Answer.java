package dev.cloakroom.proxy;

import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/// What an upstream's answer turned into.
sealed interface Answer permits Download, Tunnel {
  /// Some of the body came, or of what follows an upgrade.
  ///
  /// @param bytes on loan until this returns
  void received(ByteBuf bytes);

  /// All of it came.
  void ended(@Nullable MultiMap trailers);

  /// The upstream's connection ended too early.
  void broken(Throwable cause);

  /// Whether the browser has seen nothing of it.
  boolean isUnwritten();

  /// Ends it so that the browser cannot take it for complete.
  void cut();
}

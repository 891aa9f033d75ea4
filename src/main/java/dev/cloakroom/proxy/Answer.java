package dev.cloakroom.proxy;

/// What an upstream's answer turned into.
sealed interface Answer permits Download, Tunnel {
  /// The upstream's connection ended too early.
  void broken(Throwable cause);

  /// Whether the browser has seen nothing of it.
  boolean isUnwritten();

  /// Ends it so that the browser cannot take it for complete.
  void cut();
}

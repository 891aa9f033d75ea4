package dev.cloakroom.world;

/// A running reverse proxy that forwards by itself and asks the gateway about each request.
public interface AskingProxy extends AutoCloseable {
  /// Where it listens.
  int port();

  @Override
  void close();
}

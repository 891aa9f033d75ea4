package dev.cloakroom.upstream;

import java.time.Duration;

/// Bounds of the connections to one target, on one event loop.
///
/// @param connections open at a time, sockets and event streams not counted
/// @param queue calls that may wait for one of them
/// @param keepAlive how long an idle connection is kept
public record UpstreamSettings(int connections, int queue, Duration keepAlive) {

  public UpstreamSettings {
    if (connections < 1 || queue < 0) {
      throw new IllegalArgumentException("a pool needs a connection");
    }
  }

  public static UpstreamSettings defaults() {
    return new UpstreamSettings(512, 1024, Duration.ofSeconds(30));
  }
}

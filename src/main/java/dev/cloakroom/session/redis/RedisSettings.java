package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where the Redis is and how much it is trusted (`session.redis.*`).
///
/// @param urls `redis://` or `rediss://` addresses, which may hold a password: the server, the
///   sentinels, or some nodes of the cluster
/// @param master the name the sentinels know the server by; for [Mode#SENTINEL] only
/// @param password for addresses that hold none
/// @param ca a PEM file with the authorities that may sign the server's certificate; the JDK's
///   where there is none
/// @param keyPrefix what every key and channel begins with
/// @param outageGrace how long this node goes on answering from its near cache while the Redis is
///   away; zero for not at all
/// @param replicasAcked how many replicas must have a write before it counts; zero for none
public record RedisSettings(
    Mode mode,
    List<Secret> urls,
    Optional<String> master,
    Optional<Secret> password,
    Optional<String> ca,
    String keyPrefix,
    Duration outageGrace,
    int replicasAcked) {

  public RedisSettings {
    urls = List.copyOf(urls);
    if (urls.isEmpty() || keyPrefix.isEmpty() || outageGrace.isNegative() || replicasAcked < 0) {
      throw new IllegalArgumentException("an address and a prefix are needed, nothing negative");
    }
    if (mode == Mode.SENTINEL && master.isEmpty()) {
      throw new IllegalArgumentException("sentinels are asked for a master by its name");
    }
  }

  /// One server with the defaults.
  public static RedisSettings single(Secret url) {
    return new RedisSettings(
        Mode.SINGLE,
        List.of(url),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "cloakroom",
        Duration.ZERO,
        0);
  }

  /// How the servers work together.
  public enum Mode {
    SINGLE,
    SENTINEL,
    CLUSTER
  }
}

package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where the Redis is and how much it is trusted (`session.redis.*`).
///
/// @param urls `redis://` or `rediss://` addresses: the server, the sentinels, or some nodes of the
///   cluster
/// @param master the name the sentinels know the server by; for [Mode#SENTINEL] only
/// @param user the user of an access control list; where there is only a password, `default`
/// @param ca a PEM file with the authorities that may sign the server's certificate; the JDK's
///   where there is none
/// @param keyPrefix what every key and channel begins with
/// @param outageGrace how long this node goes on answering from its near cache while the Redis is
///   away; zero for not at all
/// @param replicasAcked how many replicas must have a write before it counts; zero for none
public record RedisSettings(
    Mode mode,
    List<URI> urls,
    Optional<String> master,
    Optional<String> user,
    Optional<Secret> password,
    Optional<Path> ca,
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
  public static RedisSettings single(URI url) {
    return new RedisSettings(
        Mode.SINGLE,
        List.of(url),
        Optional.empty(),
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

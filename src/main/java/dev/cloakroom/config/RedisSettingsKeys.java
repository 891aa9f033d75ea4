package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.duration;
import static dev.cloakroom.config.shape.Words.integer;
import static dev.cloakroom.config.shape.Words.path;
import static dev.cloakroom.config.shape.Words.secret;
import static dev.cloakroom.config.shape.Words.text;
import static dev.cloakroom.config.shape.Words.url;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.session.redis.RedisSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The keys of `session.redis`.
final class RedisSettingsKeys {
  static final Key<List<URI>> URL =
      Key.of(
              "url",
              new Many<>(url("redis", "rediss"), Alone.ONE_ITEM),
              "The Redis: redis://host:6379, rediss:// for TLS, /1 behind it for another database."
                  + " A list: the sentinels, or some nodes of the cluster.")
          .or("[]")
          .like("rediss://redis:6379");
  static final Key<RedisSettings.Mode> MODE =
      Key.of("mode", choice(RedisSettings.Mode.class), "How the servers work together.")
          .or("single");
  static final Key<String> SENTINEL_MASTER =
      Key.of("sentinel_master", text(), "What the sentinels call the server.").like("mymaster");
  static final Key<String> USER =
      Key.of("user", text(), "User of an access control list.").like("cloakroom");
  static final Key<Secret> PASSWORD =
      Key.of("password", secret(), "Password of that user, or of the server.")
          .like("${file:/run/secrets/redis_password}");
  static final Key<Path> CA =
      Key.of(
              "ca",
              path(),
              "PEM file: who may sign the server's certificate, instead of the usual authorities.")
          .like("tls/redis-ca.crt");
  static final Key<String> KEY_PREFIX =
      Key.of(
              "key_prefix",
              text("a prefix", "[A-Za-z0-9._:-]{1,64}", "letters, digits, . _ : -"),
              "What every key and channel begins with.")
          .or("cloakroom");
  static final Key<Duration> OUTAGE_GRACE =
      Key.of(
              "outage_grace",
              duration(Duration.ZERO),
              "How long a node goes on serving sessions it has just served, while the Redis is away."
                  + " An end from another node is not heard meanwhile.")
          .or("0s");
  static final Key<Integer> REPLICAS_ACKED =
      Key.of(
              "replicas_acked",
              integer(0, 10),
              "Replicas that must have a write before it counts; not for a cluster.")
          .or("0");
  static final Group REDIS =
      Group.of(
          URL, MODE, SENTINEL_MASTER, USER, PASSWORD, CA, KEY_PREFIX, OUTAGE_GRACE, REPLICAS_ACKED);

  private RedisSettingsKeys() {}

  static RedisSettings settings(Section redis) {
    return new RedisSettings(
        redis.get(MODE),
        redis.get(URL),
        redis.find(SENTINEL_MASTER),
        redis.find(USER),
        redis.find(PASSWORD),
        redis.find(CA),
        redis.get(KEY_PREFIX),
        redis.get(OUTAGE_GRACE),
        redis.get(REPLICAS_ACKED));
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.session.redis.RedisSettings.Mode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// What the keys about sessions in Redis must be to each other.
final class RedisChecks {
  private final FileChecks files;
  private final Findings findings;

  RedisChecks(Environment environment, Findings findings) {
    this.files = new FileChecks(environment, findings);
    this.findings = findings;
  }

  void check(Section session) {
    var redis = session.find(ServerKeys.REDIS_KEY);
    var store = session.setting(ServerKeys.STORE);
    if (store.isEmpty() || redis.isEmpty()) {
      return;
    }
    var url = redis.get().setting(RedisSettingsKeys.URL);
    if (store.get().value() != ServerKeys.Store.REDIS) {
      url.filter(servers -> !servers.value().isEmpty()).ifPresent(this::unused);
      return;
    }
    var place = store.get().place();
    if (session.find(ServerKeys.ENCRYPTION_KEYS).filter(List::isEmpty).isPresent()) {
      findings.error(
          place,
          "encryption-keys",
          "sessions in Redis are sealed, and encryption_keys is empty",
          "make one with: cloakroom keygen; give it to every node");
    }
    if (url.filter(urls -> urls.value().isEmpty()).isPresent()) {
      findings.error(
          place, "missing-key", "session.redis.url is missing", RedisSettingsKeys.URL.hint());
    }
    redis.get().find(RedisSettingsKeys.MODE).ifPresent(mode -> mode(redis.get(), mode, place));
    url.ifPresent(urls -> encryption(redis.get(), urls));
  }

  private void unused(Setting<List<URI>> url) {
    findings.warning(
        url.place(),
        "no-effect",
        "session.store is memory, so session.redis is not used",
        "write store: redis, or remove session.redis");
  }

  private void mode(Section redis, Mode mode, Place place) {
    if (mode == Mode.SENTINEL && redis.setting(RedisSettingsKeys.SENTINEL_MASTER).isEmpty()) {
      findings.error(
          place,
          "missing-key",
          "session.redis.sentinel_master is missing",
          RedisSettingsKeys.SENTINEL_MASTER.hint());
    }
    redis
        .setting(RedisSettingsKeys.URL)
        .filter(urls -> mode == Mode.SINGLE && urls.value().size() > 1)
        .ifPresent(
            urls ->
                findings.error(
                    urls.place(),
                    "contradiction",
                    "several servers, and mode is single",
                    "name one, or write mode: sentinel or mode: cluster"));
    redis
        .written(RedisSettingsKeys.REPLICAS_ACKED)
        .filter(acked -> acked.value() > 0 && mode == Mode.CLUSTER)
        .ifPresent(
            acked ->
                findings.error(
                    acked.place(), "contradiction", "replicas_acked is not for a cluster", ""));
  }

  /// One plain URL among encrypted ones would carry the password in the open, unnoticed.
  private void encryption(Section redis, Setting<List<URI>> urls) {
    long encrypted =
        urls.value().stream().filter(url -> url.getScheme().equalsIgnoreCase("rediss")).count();
    if (encrypted > 0 && encrypted < urls.value().size()) {
      findings.error(
          urls.place(),
          "contradiction",
          "some servers with TLS and some without",
          "write rediss:// everywhere");
    }
    redis
        .written(RedisSettingsKeys.CA)
        .filter(_ -> !urls.value().isEmpty())
        .ifPresent(ca -> authority(ca, encrypted > 0));
  }

  private void authority(Setting<Path> ca, boolean encrypted) {
    if (!encrypted) {
      findings.error(ca.place(), "contradiction", "ca, but no TLS", "write rediss:// in url");
    } else {
      files.readable(ca);
    }
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.Section.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/// What must agree in the part of a route that says where its calls go.
final class UpstreamChecks {
  private final Environment environment;
  private final Findings findings;

  UpstreamChecks(Environment environment, Findings findings) {
    this.environment = environment;
    this.findings = findings;
  }

  void upstream(Section route) {
    route.setting(UpstreamKeys.UPSTREAM).ifPresent(this::targets);
    route.find(UpstreamKeys.HEALTH_KEY).ifPresent(this::health);
    route.setting(UpstreamKeys.TLS_KEY).ifPresent(tls -> tls(route, tls));
  }

  /// Targets stand for one another: base paths may differ, what a token travels over may not.
  private void targets(Setting<List<URI>> targets) {
    if (targets.value().isEmpty()) {
      findings.error(
          targets.place(),
          "empty-list",
          "upstream is empty",
          "name at least one, or remove the key");
    }
    var seen = new HashSet<URI>();
    for (var target : targets.value()) {
      if (!seen.add(target)) {
        findings.error(
            targets.place(), "duplicate", "'" + target + "' is here twice", "remove one");
      }
    }
    if (targets.value().stream().map(URI::getScheme).distinct().count() > 1) {
      findings.error(
          targets.place(),
          "contradiction",
          "some of these targets are encrypted and some are not",
          "write all of them with https://, or all with http://");
    }
  }

  private void health(Section health) {
    var interval = health.setting(UpstreamKeys.INTERVAL);
    var timeout = health.setting(UpstreamKeys.TIMEOUT);
    if (interval.isPresent()
        && timeout.isPresent()
        && timeout.get().value().compareTo(interval.get().value()) > 0) {
      findings.error(
          health.written(UpstreamKeys.TIMEOUT).orElse(interval.get()).place(),
          "contradiction",
          "a check would still wait when the next begins",
          "a timeout of at most the interval");
    }
  }

  private void tls(Section route, Setting<Section> tls) {
    var plain =
        route
            .find(UpstreamKeys.UPSTREAM)
            .filter(targets -> targets.stream().anyMatch(target -> isPlain(target)));
    if (plain.isPresent()) {
      findings.error(
          tls.place(),
          "contradiction",
          "tls says how to meet https targets, and these are plain http",
          "write https:// in upstream, or remove tls");
    }
    var certificate = tls.value().setting(UpstreamKeys.CERTIFICATE);
    var key = tls.value().setting(UpstreamKeys.PRIVATE_KEY);
    tls.value().setting(UpstreamKeys.CA).ifPresent(this::file);
    certificate.ifPresent(this::file);
    key.ifPresent(this::file);
    if (certificate.isPresent() != key.isPresent()) {
      findings.error(
          certificate.or(() -> key).map(Setting::place).orElse(tls.place()),
          "contradiction",
          "certificate and key belong together",
          "set both");
    }
  }

  private static boolean isPlain(URI target) {
    return target.getScheme().equals("http");
  }

  private void file(Setting<Path> file) {
    if (!environment.isFile(file.value())) {
      findings.error(
          file.place(), "file-unreadable", "the file " + file.value() + " cannot be read", "");
    }
  }
}

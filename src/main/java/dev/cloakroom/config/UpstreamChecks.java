package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.crypto.TlsFiles;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must agree in the part of a route that says where its calls go.
final class UpstreamChecks {
  private final FileChecks files;
  private final Findings findings;

  UpstreamChecks(Environment environment, Findings findings) {
    this.files = new FileChecks(environment, findings);
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
    files.tls(tls);
  }

  /// Looks whether an upstream can see what the tokens that it gets are bound to.
  ///
  /// @param certificates of the providers whose tokens it gets
  void boundTokens(Section route, Map<String, TlsFiles.KeyPair> certificates) {
    var upstream = route.setting(UpstreamKeys.UPSTREAM);
    if (upstream.isEmpty() || certificates.isEmpty()) {
      return;
    }
    var own = route.find(UpstreamKeys.TLS_KEY).flatMap(TlsKeys::own);
    if (upstream.get().value().stream().anyMatch(UpstreamChecks::isPlain)) {
      findings.warning(
          upstream.get().place(),
          "bound-token",
          "its tokens are bound to a certificate, which plain http cannot show",
          "write https://; an upstream that checks them takes none of these");
    } else if (own.isEmpty() && Set.copyOf(certificates.values()).size() > 1) {
      findings.error(
          upstream.get().place(),
          "bound-token",
          "its tokens are bound to the certificates of "
              + String.join(" and ", certificates.keySet())
              + ", and a connection shows one",
          "write require: {provider: …}, or one certificate for all of them");
    } else if (own.filter(pair -> !Set.of(pair).containsAll(certificates.values())).isPresent()) {
      findings.warning(
          route.setting(UpstreamKeys.TLS_KEY).orElseThrow().place(),
          "bound-token",
          "its tokens are bound to the certificate of "
              + String.join(" and ", certificates.keySet())
              + ", and it shows another one",
          "remove certificate and key here: it shows the right one by itself");
    }
  }

  private static boolean isPlain(URI target) {
    return target.getScheme().equals("http");
  }
}

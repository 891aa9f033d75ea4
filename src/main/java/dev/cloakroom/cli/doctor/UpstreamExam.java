package dev.cloakroom.cli.doctor;

import dev.cloakroom.cli.doctor.Probe.Fetched;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.upstream.Protocol;
import dev.cloakroom.upstream.Upstream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Connects to what routes lead to, and asks for their health where there is a path for it.
final class UpstreamExam {
  private final Probe probe;
  private final List<Symptom> seen = new ArrayList<>();

  private UpstreamExam(Probe probe) {
    this.probe = probe;
  }

  static List<Symptom> of(Probe probe, List<Route> routes) throws InterruptedException {
    var exam = new UpstreamExam(probe);
    var upstreams = new LinkedHashSet<Upstream>();
    routes.forEach(route -> upstreams.add(route.upstream()));
    for (var upstream : upstreams) {
      for (var target : upstream.targets()) {
        exam.target(upstream, target);
      }
    }
    return exam.seen;
  }

  private void target(Upstream upstream, URI target) throws InterruptedException {
    var where = "upstream " + target;
    boolean secure = target.getScheme().endsWith("s");
    try {
      var authorities = upstream.tls().flatMap(TlsFiles::authorities);
      Optional<SSLContext> trust =
          authorities.isPresent() ? Optional.of(Trust.in(authorities.get())) : Optional.empty();
      probe.connect(target, secure, secure ? 443 : 80, trust).close();
      seen.add(health(upstream, target, where, trust));
    } catch (IOException | GeneralSecurityException e) {
      var trouble = Trouble.of(e);
      boolean certificate = upstream.tls().flatMap(TlsFiles::own).isPresent();
      seen.add(
          certificate && trouble.text().startsWith("TLS fails")
              ? Symptom.note(where, "it wants the client certificate, which is not shown here", "")
              : Symptom.fault(where, trouble.text(), trouble.remedy()));
    }
  }

  private Symptom health(Upstream upstream, URI target, String where, Optional<SSLContext> trust)
      throws InterruptedException {
    if (upstream.health().isEmpty()
        || upstream.protocol() == Protocol.HTTP2 // which may be all that it speaks
        || upstream.tls().flatMap(TlsFiles::own).isPresent()) {
      return Symptom.good(where, "it can be reached");
    }
    var path = upstream.health().get().path();
    return switch (probe.get(target.resolve(path), trust)) {
      case Fetched.Failed(var trouble) ->
          Symptom.fault(where, path + ": " + trouble.text(), trouble.remedy());
      case Fetched.Answer answer ->
          answer.status() / 100 == 2
              ? Symptom.good(where, "it is well (" + path + ")")
              : Symptom.fault(
                  where,
                  path + " answers " + answer.status(),
                  "health.path, or what is wrong there?");
    };
  }
}

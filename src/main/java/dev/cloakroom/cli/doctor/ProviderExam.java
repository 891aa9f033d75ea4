package dev.cloakroom.cli.doctor;

import dev.cloakroom.cli.doctor.Probe.Fetched;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.ProviderSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Talks to a provider: metadata, clock, keys, endpoints.
final class ProviderExam {
  private final Probe probe;
  private final InstantSource clock;
  private final ProviderSettings settings;
  private final String where;
  private final Optional<SSLContext> trust;
  private final List<Symptom> seen = new ArrayList<>();

  private ProviderExam(
      Probe probe, InstantSource clock, ProviderSettings settings, Optional<SSLContext> trust) {
    this.probe = probe;
    this.clock = clock;
    this.settings = settings;
    this.trust = trust;
    this.where = "provider " + settings.name();
  }

  static List<Symptom> of(Probe probe, InstantSource clock, ProviderSettings settings)
      throws InterruptedException {
    Optional<SSLContext> trust;
    try {
      trust = trust(settings);
    } catch (IOException | GeneralSecurityException e) {
      return List.of(
          Symptom.fault(
              "provider " + settings.name(),
              "the authorities to trust cannot be read",
              "is tls.ca a PEM file?"));
    }
    var exam = new ProviderExam(probe, clock, settings, trust);
    exam.seen.addAll(CertificateExam.of(exam.where, settings, clock.instant()));
    if (settings.dialect().discovery() == Dialect.Metadata.AUTO) {
      exam.discovery();
    } else {
      exam.tokenEndpoint();
    }
    return exam.seen;
  }

  private static Optional<SSLContext> trust(ProviderSettings settings)
      throws IOException, GeneralSecurityException {
    var authorities = settings.tls().flatMap(TlsFiles::authorities);
    return authorities.isPresent() ? Optional.of(Trust.in(authorities.get())) : Optional.empty();
  }

  private void discovery() throws InterruptedException {
    var location =
        settings
            .discoveryUrl()
            .orElseGet(
                () ->
                    URI.create(
                        settings.issuer().replaceFirst("/$", "")
                            + "/.well-known/openid-configuration"));
    var document = document("the metadata at " + location, location);
    if (document.isPresent()) {
      var metadata = new Metadata(document.get());
      seen.addAll(MetadataExam.of(where, settings, metadata));
      keys(metadata);
    }
  }

  /// Where there is no metadata, an answer is all that can be asked for.
  private void tokenEndpoint() throws InterruptedException {
    var endpoint = settings.endpoints().token().orElseThrow();
    switch (probe.get(endpoint, trust)) {
      case Fetched.Failed(var trouble) -> fails("the token endpoint " + endpoint, trouble);
      case Fetched.Answer answer -> {
        clock(answer);
        seen.add(Symptom.good(where, "the token endpoint answers; it publishes no metadata"));
      }
    }
  }

  private Optional<JsonObject> document(String what, URI location) throws InterruptedException {
    return switch (probe.get(location, trust)) {
      case Fetched.Failed(var trouble) -> {
        fails(what, trouble);
        yield Optional.empty();
      }
      case Fetched.Answer answer -> {
        clock(answer);
        yield read(what, answer);
      }
    };
  }

  private Optional<JsonObject> read(String what, Fetched.Answer answer) {
    if (answer.location().isPresent() && answer.status() / 100 == 3) {
      fault(
          what + ": it redirects, which is not followed",
          "write the address it leads to: " + answer.location().get());
      return Optional.empty();
    }
    if (answer.status() != 200) {
      fault(
          what + ": status " + answer.status(),
          answer.status() == 404
              ? "is issuer (realm, tenant, policy) spelled right? discovery_url, if they lie elsewhere"
              : "what does its log say?");
      return Optional.empty();
    }
    var json = StrictJson.object(answer.body().getBytes());
    if (json.isEmpty()) {
      fault(what + ": this is not JSON", "is this the provider, or a page in front of it?");
    }
    return json;
  }

  private void fails(String what, Trouble trouble) {
    boolean certificate = settings.tls().flatMap(TlsFiles::own).isPresent();
    if (certificate && trouble.text().startsWith("TLS fails")) {
      var text = what + ": it wants the client certificate, which is not shown here";
      seen.add(Symptom.note(where, text, ""));
    } else {
      fault(what + ": " + trouble.text(), trouble.remedy());
    }
  }

  private void fault(String text, String remedy) {
    seen.add(Symptom.fault(where, text, remedy));
  }

  private void clock(Fetched.Answer answer) {
    var skew = answer.date().flatMap(this::skew);
    if (skew.filter(off -> off.compareTo(allowed()) > 0).isPresent()) {
      fault(
          "its clock and this machine's are " + skew.get().toSeconds() + " s apart",
          "set this machine's clock (NTP); clock_skew allows " + allowed().toSeconds() + " s");
    }
  }

  /// The header counts whole seconds, and took a moment to arrive.
  private Duration allowed() {
    return settings.clockSkew().plusSeconds(2);
  }

  private Optional<Duration> skew(String date) {
    try {
      var there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(there, clock.instant()).abs());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private void keys(Metadata metadata) throws InterruptedException {
    if (settings.dialect().idToken() == Dialect.IdTokenUse.NONE) {
      return;
    }
    var location =
        settings.endpoints().jwks().map(URI::toString).or(() -> metadata.text("jwks_uri"));
    if (location.isEmpty()) {
      fault("the metadata have no jwks_uri", "endpoints.jwks, if it has keys");
      return;
    }
    if (!mayBeCalled(location.get())) {
      fault("jwks_uri is no https address", "the keys must come over https");
      return;
    }
    document("the keys at " + location.get(), URI.create(location.get())).ifPresent(this::keys);
  }

  private boolean mayBeCalled(String address) {
    return address.matches("https://[^\\s@]+")
        || address.matches("http://(localhost|127\\.0\\.0\\.1|\\[::1])[:/].*")
        || (settings.insecureHttp() && address.matches("http://[^\\s@]+"));
  }

  private void keys(JsonObject document) {
    var keys = document.getValue("keys") instanceof JsonArray list ? list : new JsonArray();
    long usable =
        keys.stream().filter(key -> key instanceof JsonObject one && isForSignatures(one)).count();
    if (usable == 0) {
      fault(
          "it publishes no key for " + settings.idTokenAlgs(),
          "choose a signing key there, or accept its algorithm in id_token_algs");
    } else {
      seen.add(Symptom.good(where, "metadata and keys (" + usable + ")"));
    }
  }

  private boolean isForSignatures(JsonObject key) {
    var algorithm = key.getValue("alg");
    var types =
        settings.idTokenAlgs().stream()
            .map(alg -> alg.startsWith("ES") ? "EC" : alg.equals("EdDSA") ? "OKP" : "RSA")
            .collect(Collectors.toSet());
    return !Objects.equals(key.getValue("use"), "enc")
        && types.contains(String.valueOf(key.getValue("kty")))
        && (algorithm == null || settings.idTokenAlgs().contains(algorithm.toString()));
  }
}

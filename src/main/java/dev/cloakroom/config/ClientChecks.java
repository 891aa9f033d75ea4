package dev.cloakroom.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.JwtSigner;
import dev.cloakroom.jose.SigningKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What must agree in how the gateway proves which client it is.
final class ClientChecks {
  private final FileChecks files;
  private final Findings findings;

  ClientChecks(Environment environment, Findings findings) {
    this.files = new FileChecks(environment, findings);
    this.findings = findings;
  }

  void signingKeys(Section auth) {
    var names = new HashSet<String>();
    auth.setting(ClientKeys.SIGNING_KEYS)
        .filter(keys -> !keys.value().stream().allMatch(key -> names.add(key.kid())))
        .ifPresent(
            keys ->
                findings.error(
                    keys.place(),
                    "same-key",
                    "two signing keys have the same name",
                    "a key's name is its `kid`, or its thumbprint"));
  }

  /// Looks at one provider.
  ///
  /// @param written the names of its keys, as the operator wrote them
  /// @param signingKeys those of the gateway; none where they have a finding
  void client(Section provider, Set<String> written, Optional<List<SigningKey>> signingKeys) {
    var method = provider.setting(ClientKeys.CLIENT_AUTH);
    if (method.isEmpty()) {
      return;
    }
    if (method.get().value().secret()) {
      secret(provider, written);
    } else {
      noSecret(provider, ClientKeys.CLIENT_SECRET);
      noSecret(provider, ClientKeys.PREVIOUS_CLIENT_SECRET);
    }
    if (signingKeys.filter(List::isEmpty).isPresent()) {
      needsNoKey(provider);
    }
    apple(provider, method.get());
    provider.setting(ClientKeys.TLS_KEY).ifPresent(files::tls);
    certificate(provider, method.get());
    if (method.get().value() == ClientKeys.Method.SECRET_JWT) {
      provider.setting(ClientKeys.CLIENT_SECRET).ifPresent(this::longEnough);
      provider.setting(ClientKeys.PREVIOUS_CLIENT_SECRET).ifPresent(this::longEnough);
    }
  }

  private void apple(Section provider, Setting<ClientKeys.Method> method) {
    var apple = provider.setting(ClientKeys.APPLE_KEY);
    boolean wanted = method.value() == ClientKeys.Method.APPLE_JWT;
    if (wanted && apple.isEmpty()) {
      findings.error(
          provider.place(),
          "missing-key",
          "client_auth: apple_jwt needs apple",
          "like apple: {team_id: A1B2C3D4E5, key_id: F6G7H8I9J0, private_key_file: apple.p8}");
    }
    apple
        .filter(_ -> !wanted)
        .ifPresent(
            section ->
                findings.error(
                    section.place(),
                    "contradiction",
                    "apple is not used with this client_auth",
                    "write client_auth: apple_jwt, or remove it"));
    apple
        .flatMap(section -> section.value().setting(ClientKeys.APPLE_PRIVATE_KEY))
        .filter(key -> !key.value().knows(Set.of("ES256")))
        .ifPresent(
            key ->
                findings.error(
                    key.place(), "bad-key", "Apple's keys are EC keys on P-256", "use its .p8"));
  }

  /// What needs a certificate of the gateway's own.
  private void certificate(Section provider, Setting<ClientKeys.Method> method) {
    boolean there =
        provider
            .find(ClientKeys.TLS_KEY)
            .filter(tls -> tls.setting(TlsKeys.CERTIFICATE).isPresent())
            .isPresent();
    if (method.value().certificate() && !there) {
      needsCertificate(method.place(), "this client_auth");
    }
    provider
        .setting(ClientKeys.BOUND_TOKENS)
        .filter(bound -> bound.value() && !there)
        .ifPresent(bound -> needsCertificate(bound.place(), "certificate_bound_tokens"));
  }

  private void needsCertificate(Place place, String what) {
    findings.error(
        place,
        "client-certificate",
        what + " needs a certificate to show",
        "like tls: {certificate: tls/client.crt, key: tls/client.key}");
  }

  private void needsNoKey(Section provider) {
    provider
        .setting(ClientKeys.CLIENT_AUTH)
        .filter(method -> method.value() == ClientKeys.Method.PRIVATE_KEY_JWT)
        .ifPresent(method -> needsKey(method.place(), "private_key_jwt"));
    provider
        .setting(ClientKeys.REQUEST_OBJECT)
        .filter(object -> object.value() == ClientKeys.RequestObject.SIGNED)
        .ifPresent(object -> needsKey(object.place(), "request_object: signed"));
  }

  private void needsKey(Place place, String what) {
    findings.error(
        place,
        "signing-keys",
        what + " needs auth.signing_keys",
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 makes one");
  }

  private void secret(Section provider, Set<String> written) {
    var names = List.of("client_secret", "client_secret_file");
    if (written.stream().allMatch(name -> Suggestions.nearest(name, names).isEmpty())) {
      var at = provider.place();
      findings.error(
          new Place(at.source(), at.line(), at.column(), 1, at.line()),
          "missing-key",
          "'" + provider.path(ClientKeys.CLIENT_SECRET) + "' or client_secret_file is missing",
          ClientKeys.CLIENT_SECRET.hint());
    }
  }

  private void noSecret(Section provider, Key<Secret> key) {
    provider
        .setting(key)
        .ifPresent(
            secret ->
                findings.error(
                    secret.place(),
                    "contradiction",
                    key.name() + " is not used with this client_auth",
                    "remove it"));
  }

  /// RFC 7518, 3.2: as long as the hash, at least.
  private void longEnough(Setting<Secret> secret) {
    if (secret.value().reveal().getBytes(UTF_8).length < JwtSigner.SHORTEST_SECRET) {
      findings.error(
          secret.place(),
          "short-secret",
          "client_secret_jwt needs a secret of at least 32 bytes",
          "have the provider make a longer one");
    }
  }
}

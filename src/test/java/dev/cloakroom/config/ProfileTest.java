package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.text.Finding;
import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Hardening.Dpop;
import dev.cloakroom.oidc.Hardening.Profile;
import dev.cloakroom.oidc.Hardening.PushedAuthorization;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.world.TestKeys;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A provider that is held to the FAPI 2.0 Security Profile.
class ProfileTest {
  private static final String CERTIFICATE =
      "tls: {certificate: c.crt, key: c.key}\ncertificate_bound_tokens: true\n";

  private static Loaded load(String provider, String signingKey) {
    var yaml =
        """
        version: 1
        server: {public_url: "https://app.example.com"}
        auth: {signing_keys_file: key}
        providers:
          main:
            profile: fapi2
            client_id: spa
        """
            + provider.indent(4);
    var environment =
        new PaperEnvironment()
            .file("c.yaml", yaml)
            .file("key", signingKey)
            .file("c.crt", "")
            .file("c.key", "");
    return ConfigLoader.load(List.of(Path.of("c.yaml")), environment);
  }

  private static Loaded load(String provider) {
    return load(provider, TestKeys.pem(TestKeys.made("EC", 256)));
  }

  private static ProviderSettings settings(String provider) {
    var loaded = load(provider);
    assertThat(loaded).as("%s", loaded.findings()).isInstanceOf(Loaded.Ready.class);
    return ((Loaded.Ready) loaded).config().providers().values().iterator().next();
  }

  @Test
  @Proves("FAPI-01")
  void theProfileSetsWhatIsNotWritten() {
    var settings = settings("issuer: https://id.example.com\n" + CERTIFICATE);
    assertThat(settings.clientAuth())
        .isInstanceOfSatisfying(
            ClientAuth.PrivateKeyJwt.class,
            keys -> assertThat(keys.audience()).isEqualTo(ClientAuth.Audience.ISSUER));
    assertThat(settings.hardening().profile()).isEqualTo(Profile.FAPI2);
    assertThat(settings.hardening().pushedAuthorization()).isEqualTo(PushedAuthorization.REQUIRED);
    assertThat(settings.hardening().boundTokens()).isTrue();
    assertThat(settings.hardening().dpop()).isEqualTo(Dpop.OFF);
    assertThat(settings.idTokenAlgs()).containsExactlyInAnyOrder("PS256", "ES256", "EdDSA");
  }

  /// What may be written beside the profile.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client_auth: private_key_jwt",
        "client_auth: tls_client_auth",
        "client_auth: self_signed_tls_client_auth",
        "client_assertion: {aud: issuer}",
        "pushed_authorization: required",
        "id_token_algs: [ES256]",
        "id_token_algs: EdDSA",
        "request_object: signed",
        "response_mode: form_post",
        "response_mode: query.jwt",
        "discovery_url: https://id.example.com/metadata",
        "insecure_http: false",
        "userinfo: true"
      })
  @Proves("FAPI-01")
  void whatGoesWithTheProfileLoads(String line) {
    assertThat(settings("issuer: https://id.example.com\n" + CERTIFICATE + line)).isNotNull();
  }

  /// What may not; each is one finding.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client_secret: x\nclient_auth: client_secret_basic",
        "client_secret: x\nclient_auth: client_secret_post",
        "client_secret: x123456789x123456789x123456789xyz\nclient_auth: client_secret_jwt",
        "client_auth: apple_jwt\napple: {team_id: A1B2C3D4E5, key_id: F6G7H8I9J0,"
            + " private_key: \"${file:key}\"}",
        "client_assertion: {aud: token_endpoint}",
        "pushed_authorization: auto",
        "pushed_authorization: off",
        "id_token_algs: RS256",
        "id_token_algs: [PS256, PS384]",
        "id_token_algs: [ES256, ES512]",
        "insecure_http: true",
        "discovery_url: http://127.0.0.1/metadata",
        "endpoints: {token: https://id.example.com/token}",
        "endpoints: {pushed_authorization: https://id.example.com/par}",
        "id_token: none\nclaim_sources: {sub: id}\ncallback: own"
      })
  @Proves("FAPI-01")
  void whatContradictsTheProfileIsRefused(String lines) {
    var loaded = load("issuer: https://id.example.com\n" + CERTIFICATE + lines);
    assertThat(loaded).isInstanceOf(Loaded.Faulty.class);
    assertThat(loaded.findings())
        .filteredOn(finding -> finding.severity() == Finding.Severity.ERROR)
        .extracting(Finding::code)
        .containsExactly("profile");
  }

  @Test
  @Proves("FAPI-01")
  void tokensThatAnybodyCanUseAreRefused() {
    for (var more : List.of("dpop: off", "dpop: off\ncertificate_bound_tokens: false")) {
      assertThat(load("issuer: https://id.example.com\n" + more).findings())
          .extracting(Finding::code)
          .containsExactly("profile");
    }
  }

  @Test
  @Proves("FAPI-01")
  void tokensAreBoundToAKeyUnlessToACertificate() {
    var proven = settings("issuer: https://id.example.com\n").hardening();
    assertThat(proven.dpop()).isEqualTo(Dpop.REQUIRED);
    assertThat(proven.boundTokens()).isFalse();
    var both = settings("issuer: https://id.example.com\ndpop: required\n" + CERTIFICATE);
    assertThat(both.hardening().dpop()).isEqualTo(Dpop.REQUIRED);
    assertThat(both.hardening().boundTokens()).isTrue();
  }

  @Test
  @Proves({"FAPI-01", "FAPI-02"})
  void keysThatCannotSignAsTheProfileWantsItAreRefused() {
    var usual = "issuer: https://id.example.com\n" + CERTIFICATE;
    assertThat(load(usual, TestKeys.pem(TestKeys.made("EC", 384))).findings())
        .extracting(Finding::code)
        .containsExactly("profile");
    assertThat(load(usual, TestKeys.pem(TestKeys.made("RSA", 1024))).findings())
        .extracting(Finding::code)
        .containsExactly("bad-key");
    assertThat(load(usual, TestKeys.pem(TestKeys.made("RSA", 2048))))
        .isInstanceOf(Loaded.Ready.class);
  }

  @Test
  @Proves("FAPI-01")
  void plainHttpIsRefusedOnLoopbackToo() {
    assertThat(load("issuer: http://127.0.0.1:8180\n" + CERTIFICATE).findings())
        .extracting(Finding::code)
        .containsExactly("profile");
  }
}

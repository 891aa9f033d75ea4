package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.SignedJwt;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.world.Keycloak;
import dev.cloakroom.world.Keycloak.Realm;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.Secured;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The whole flow against a Keycloak that asks for certificates, everything over https.
class KeycloakFapiIT {
  private static final PemFiles SERVER = PemFiles.made();
  private static final PemFiles AUTHORITY = PemFiles.authority();
  private static final PemFiles OWN = AUTHORITY.issues("gateway");
  private static final Secured SECURED = new Secured(SERVER, AUTHORITY);
  private static final Keycloak KEYCLOAK = Keycloak.over(SECURED);

  @TempDir Path folder;

  @RegisterExtension
  final World world =
      new World(
          config ->
              certified(config)
                  .realProvider(KEYCLOAK.forGatewayWithCertificate(Realm.FREE))
                  .provesItself(new ClientAuth.Certificate(ClientAuth.Trust.AUTHORITY))
                  .hardens(Hardening.usual().binding()));

  private static WorldConfig certified(WorldConfig config) {
    return config.tls(SERVER).secured(SECURED, OWN).idTokenAlgs("PS256").userinfo();
  }

  @BeforeAll
  static void startKeycloak() {
    KEYCLOAK.start();
  }

  @AfterAll
  static void stopKeycloak() {
    KEYCLOAK.close();
  }

  private static Optional<String> boundTo(String token) {
    return SignedJwt.unverifiedClaims(token)
        .map(claims -> claims.getJsonObject("cnf"))
        .map(cnf -> cnf.getString("x5t#S256"));
  }

  private void theWholeFlowWorks() {
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    assertThat(boundTo(world.upstream().last().bearer())).contains(OWN.thumbprint());
    assertThat(world.upstream().last().thumbprint()).contains(OWN.thumbprint());
    var cookie = alice.sessionValue();
    var _ = alice.logsOut();
    flow.staysLoggedOut(alice, cookie);
  }

  /// The gateway starts anew with these settings of the provider, as a file has them.
  private void isHeldToTheProfile(WorldConfig.RealProvider provider, String more) {
    var yaml =
        """
        version: 1
        server: {public_url: "https://localhost"}
        auth: {signing_keys_file: key}
        providers:
          main:
            profile: fapi2
            issuer: %s
            client_id: %s
            scopes: [openid, profile, email]
            id_token_algs: PS256
            userinfo: true
            tls: {ca: %s, certificate: %s, key: %s}
        """
            .formatted(
                provider.issuer(),
                provider.clientId(),
                SERVER.certificate(),
                OWN.certificate(),
                OWN.key());
    try {
      Files.writeString(folder.resolve("key"), KEYCLOAK.key());
      var file = Files.writeString(folder.resolve("fapi.yaml"), yaml + more.indent(4));
      var loaded = ConfigLoader.load(List.of(file), Environment.system());
      assertThat(loaded).as("%s", loaded.findings()).isInstanceOf(Loaded.Ready.class);
      var settings = ((Loaded.Ready) loaded).config().providers();
      world.restartsInPlace(
          config -> config.realProvider(provider).providers(_ -> {}, _ -> settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Proves({"FAPI-01", "MTLS-01", "MTLS-03", "PAR-01"})
  void theProfileHoldsWithACertificateAndTokensThatAreBoundToIt() {
    isHeldToTheProfile(
        KEYCLOAK.forGatewayWithCertificate(Realm.FAPI),
        "client_auth: tls_client_auth\ncertificate_bound_tokens: true\n");
    world.upstream().checksCertificates(KeycloakFapiIT::boundTo);
    theWholeFlowWorks();
  }

  @Test
  @Proves({"FAPI-01", "PKJ-01", "MTLS-03", "PAR-01"})
  void theProfileHoldsWithAKeyAndTokensThatAreBoundToACertificate() {
    isHeldToTheProfile(KEYCLOAK.forGatewayWithKeys(Realm.FAPI), "certificate_bound_tokens: true\n");
    world.upstream().checksCertificates(KeycloakFapiIT::boundTo);
    theWholeFlowWorks();
  }

  @Test
  @Proves({"FAPI-01", "PKJ-01", "DPOP-01", "DPOP-02", "PAR-01"})
  void theProfileHoldsWithAKeyAndTokensThatAreBoundToAnother() {
    isHeldToTheProfile(KEYCLOAK.forGatewayWithKeys(Realm.FAPI_DPOP), "");
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    flow.provesTheLastCall();
    var cookie = alice.sessionValue();
    var _ = alice.logsOut();
    flow.staysLoggedOut(alice, cookie);
  }

  @Test
  @Proves({"MTLS-01", "MTLS-02", "MTLS-03"})
  void aCertificateProvesTheGatewayAndBindsItsTokens() {
    world.upstream().checksCertificates(KeycloakFapiIT::boundTo);
    theWholeFlowWorks();
  }
}

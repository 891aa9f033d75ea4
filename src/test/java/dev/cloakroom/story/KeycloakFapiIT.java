package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole flow against a Keycloak that asks for certificates, everything over https.
class KeycloakFapiIT {
  private static final PemFiles SERVER = PemFiles.made();
  private static final PemFiles AUTHORITY = PemFiles.authority();
  private static final PemFiles OWN = AUTHORITY.issues("gateway");
  private static final Secured SECURED = new Secured(SERVER, AUTHORITY);
  private static final Keycloak KEYCLOAK = Keycloak.over(SECURED);

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

  @Test
  @Proves({"MTLS-01", "MTLS-02", "MTLS-03"})
  void aCertificateProvesTheGatewayAndBindsItsTokens() {
    world.upstream().checksCertificates(KeycloakFapiIT::boundTo);
    theWholeFlowWorks();
  }
}

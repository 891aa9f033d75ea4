package dev.cloakroom.conformance;

import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.client.ClientAuth;
import org.junit.jupiter.api.BeforeEach;

/// The variant `mtls`, `mtls`.
class Fapi2CertificateTest extends Fapi2Contract {
  Fapi2CertificateTest() {
    super(
        config -> config.provesItself(new ClientAuth.Certificate(ClientAuth.Trust.AUTHORITY)),
        Hardening.usual().binding(),
        provider -> {
          provider.takesCertificatesFor("gateway");
          provider.bindsTokens();
          provider.hasAliases();
        });
  }

  @BeforeEach
  void apiLooksAtCertificates() {
    world.upstream().checksCertificates(world.provider()::confirmationOf);
  }
}

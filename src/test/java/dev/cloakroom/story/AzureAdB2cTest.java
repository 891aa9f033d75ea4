package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.World;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What users of Azure AD B2C do beside logging in: cancel, and forget their password. One stand-in
/// plays both policies.
class AzureAdB2cTest {
  private static final String POLICY =
      """
      preset: azure-ad-b2c
      tenant: contoso
      tenant_id: 8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11
      policy: %s
      client_id: spa-gateway
      client_secret: ${SECRET}
      discovery_url: %s/.well-known/openid-configuration
      """;

  @RegisterExtension
  final World world =
      new World(config -> config.providers(Vendor.AZURE_AD_B2C::shape, AzureAdB2cTest::policies));

  private static Map<String, ProviderSettings> policies(String at) {
    return Vendor.load(
        "  main:\n"
            + Vendor.indented(POLICY.formatted("B2C_1_signin", at) + "password_reset: reset")
            + "  reset:\n"
            + Vendor.indented(POLICY.formatted("B2C_1_reset", at) + "listed: false"));
  }

  private void answers(String code, String description) {
    world
        .provider()
        .spoilsResponses(
            response -> {
              var denied = new HashMap<String, String>();
              denied.put("state", response.get("state"));
              denied.put("error", code);
              denied.put("error_description", description);
              return denied;
            });
  }

  private void issuesTokensOf(String policy) {
    world
        .provider()
        .spoilsIdTokens(
            draft -> draft.claim("iss", Vendor.AZURE_AD_B2C.issuer()).claim("tfp", policy));
  }

  private Browser asks() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/orders");
    return alice;
  }

  @Test
  @Proves("CB-02")
  void whoCancelsIsBackWhereTheLoginBegan() {
    var alice = asks();
    answers("access_denied", "AADB2C90091: The user has cancelled entering information.");
    var back = alice.tab().clicks().answers(200);
    assertThat(back.uri().getPath()).isEqualTo("/orders");
    assertThat(alice.isLoggedIn()).isFalse();
    assertThat(alice.attempts()).isEmpty();
    assertThat(world.provider().count("token")).isZero();
  }

  @Test
  @Proves("CB-02")
  void whoForgotThePasswordGoesOnWithThePolicyThatResetsIt() {
    var alice = asks();
    answers("access_denied", "AADB2C90118: The user has forgotten their password.");
    var hops = alice.tab().clicks().hops().stream().map(hop -> hop.uri().toString());
    assertThat(hops)
        .anyMatch(uri -> uri.endsWith("/auth/login?return_to=%2Forders&provider=reset"));
    Vendor.AZURE_AD_B2C.shape(world.provider());
    issuesTokensOf("B2C_1_reset");
    alice.tab().clicks().answers(200);
    assertThat(alice.tab().page().uri().getPath()).isEqualTo("/orders");
    assertThat(alice.whoAmI().getString("provider")).isEqualTo("reset");
  }

  @Test
  void aTokenOfAnotherPolicyIsNoLogin() {
    var alice = asks();
    issuesTokensOf("B2C_1_edit");
    alice.tab().clicks().shows(400, "login_rejected");
    assertThat(alice.session()).isEmpty();
  }

  @Test
  void anotherErrorIsAnError() {
    var alice = asks();
    answers("access_denied", "AADB2C99999: something else");
    alice.tab().clicks().shows(400, "login_rejected");
  }
}

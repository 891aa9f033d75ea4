package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.oidc.client.ClientAuth.Audience;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How the gateway proves which client it is, wherever it has to.
@ExtendWith(VertxExtension.class)
class ClientAuthTest {
  private static final String RSA = TestKeys.rsa("rsa-1");
  private static final String EC = TestKeys.ec("ec-1");
  private Client client;

  @BeforeEach
  void meets(Vertx vertx) {
    client = new Client(vertx);
  }

  @AfterEach
  void parts() {
    client.op.close();
  }

  private void signsWith(SigningKeys keys) {
    client.configure(
        draft -> {
          draft.clientAuth = new ClientAuth.PrivateKeyJwt(keys, Audience.ISSUER);
          return draft;
        });
    client.op.takesAssertionsUnder(keys.published());
  }

  private void sharesSecrets(String current, String previous) {
    client.configure(
        draft -> {
          draft.clientAuth =
              new ClientAuth.SecretBasic(
                  new ClientAuth.Secrets(Secret.of(current), Optional.of(Secret.of(previous))));
          return draft;
        });
  }

  @Test
  @Proves("DPOP-04")
  void theOtherSecretIsTriedWithAProofOfItsOwn() {
    client.op.bindsToKeys();
    client.op.tokenProofs().wantsNonces();
    client.op.changesTheSecret("the other one");
    client.configure(
        draft -> {
          draft.clientAuth =
              new ClientAuth.SecretBasic(
                  new ClientAuth.Secrets(
                      Secret.of("the one to come"), Optional.of(Secret.of("the other one"))));
          draft.hardening = Hardening.usual().proving();
          return draft;
        });
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    var proofs = client.op.calls("token").stream().map(call -> call.headers().get("DPoP")).toList();
    assertThat(proofs).as("secret, nonce, good").hasSize(3).doesNotHaveDuplicates();
    client.op.forgives();
  }

  /// The provider notes everything about an assertion that is not as FAPI 2.0 wants it.
  @Test
  @Proves("PKJ-01")
  void everyRequestCarriesANewAssertionForTheIssuer() {
    signsWith(TestKeys.ring(EC));
    var login = client.isLoggedIn();
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
    assertThat(Waiting.on(client.provider().revoke(login.tokens(), List.of()))).isTrue();
    assertThat(client.op.violations()).isEmpty();
    assertThat(client.op.calls("token"))
        .allSatisfy(
            call -> {
              assertThat(call.headers().contains("Authorization")).isFalse();
              assertThat(call.parameters().contains("client_secret")).isFalse();
            });
  }

  @Test
  void theAlgorithmIsOneTheProviderTakes() {
    client.op.spoilsMetadata(
        metadata ->
            metadata.put(
                "token_endpoint_auth_signing_alg_values_supported", JsonArray.of("PS256")));
    signsWith(TestKeys.ring(EC, RSA));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("PKJ-01")
  void aProviderThatTakesNoneOfTheKeysIsNotUsed() {
    client.op.spoilsMetadata(
        metadata ->
            metadata.put(
                "token_endpoint_auth_signing_alg_values_supported", JsonArray.of("RS256")));
    signsWith(TestKeys.ring(EC));
    assertThat(client.discovery())
        .isEqualTo(
            new Discovery.Unusable(
                "it takes client assertions in no algorithm that the gateway can sign with"));
    assertThat(client.op.count("token")).isZero();
  }

  @Test
  void anAssertionForTheTokenEndpointIsRefusedByAProviderThatWantsTheIssuer() {
    var keys = TestKeys.ring(EC);
    client.configure(
        draft -> {
          draft.clientAuth = new ClientAuth.PrivateKeyJwt(keys, Audience.TOKEN_ENDPOINT);
          return draft;
        });
    client.op.takesAssertionsUnder(keys.published());
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("invalid_client"));
  }

  @Test
  @Proves("PKJ-02")
  void anOldProviderGetsAssertionsForItsTokenEndpoint() {
    var keys = TestKeys.ring(EC);
    client.configure(
        draft -> {
          draft.clientAuth = new ClientAuth.PrivateKeyJwt(keys, Audience.TOKEN_ENDPOINT);
          return draft;
        });
    client.op.takesAssertionsUnder(keys.published());
    client.op.wantsTheAudience(client.op.issuer() + "/token");
    var login = client.isLoggedIn();
    assertThat(Waiting.on(client.provider().revoke(login.tokens(), List.of()))).isTrue();
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  void anAssertionUnderAnotherKeyIsRefused() {
    signsWith(TestKeys.ring(EC));
    client.op.takesAssertionsUnder(TestKeys.ring(TestKeys.ec("ec-1")).published());
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("invalid_client"));
  }

  @Test
  @Proves("PKJ-04")
  void anAssertionUnderTheSecretProvesTheClient() {
    client.configure(
        draft -> {
          draft.clientAuth =
              new ClientAuth.SecretJwt(
                  ClientAuth.Secrets.of(Secret.of(ScriptedProvider.CLIENT_SECRET)),
                  Audience.ISSUER);
          return draft;
        });
    client.op.takesAssertionsUnderTheSecret();
    assertThat(client.refreshes(client.isLoggedIn())).isInstanceOf(RefreshOutcome.Renewed.class);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  void whileTheSecretIsReplacedTheOtherOneIsTriedOnce() {
    sharesSecrets("new-secret", ScriptedProvider.CLIENT_SECRET);
    var login = client.isLoggedIn();
    assertThat(client.op.count("token")).isEqualTo(2);
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
    assertThat(client.op.count("token")).as("the one that works comes first").isEqualTo(3);
    assertThat(client.events)
        .filteredOn(Event.PreviousSecretUsed.class::isInstance)
        .containsExactly(new Event.PreviousSecretUsed("main"));
    client.op.changesTheSecret("new-secret");
    assertThat(client.refreshes(client.isLoggedIn())).isInstanceOf(RefreshOutcome.Renewed.class);
    assertThat(client.op.count("token")).isEqualTo(6);
    assertThat(client.events).filteredOn(Event.PreviousSecretUsed.class::isInstance).hasSize(1);
  }

  @Test
  void twoWrongSecretsAreTriedOnceEach() {
    sharesSecrets("wrong", "wrong-too");
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("invalid_client"));
    assertThat(client.op.count("token")).isEqualTo(2);
  }

  @Test
  void anotherRefusalIsNoReasonForTheOtherSecret() {
    sharesSecrets(ScriptedProvider.CLIENT_SECRET, "old");
    client.op.nextAt("token", Fault.error(400, "invalid_grant"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("invalid_grant"));
    assertThat(client.op.count("token")).isEqualTo(1);
  }
}

package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ID tokens that only the gateway can read.
@ExtendWith(VertxExtension.class)
class EncryptedIdTokenTest {
  private static final String RSA = TestKeys.rsa("rsa-1");
  private static final String EC = TestKeys.ec("ec-1");
  private static final RedeemOutcome NOT_FOR_US =
      new RedeemOutcome.Refused("id_token_not_encrypted_for_us");
  private Client client;

  @BeforeEach
  void meets(Vertx vertx) {
    client = new Client(vertx);
  }

  @AfterEach
  void parts() {
    client.op.close();
  }

  private static DecryptionKeys ring(String... keys) {
    return new DecryptionKeys(
        Arrays.stream(keys)
            .map(text -> ((DecryptionKeys.Parsed.Usable) DecryptionKeys.parse(text)).key())
            .toList());
  }

  private void decryptsWith(DecryptionKeys keys) {
    client.configure(
        draft -> {
          draft.hardening =
              new Hardening(
                  Hardening.PushedAuthorization.AUTO,
                  Optional.empty(),
                  Optional.of(keys),
                  false,
                  Hardening.Dpop.OFF,
                  Hardening.Profile.NONE);
          return draft;
        });
  }

  private void encrypts(DecryptionKeys keys, JWEAlgorithm algorithm) {
    client.op.encryptsIdTokensTo(keys.published(), algorithm, EncryptionMethod.A256GCM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW"})
  @Proves("IDT-14")
  void anIdTokenEncryptedToTheGatewayIsReadAtLoginAndRefresh(String algorithm) {
    var keys = ring(algorithm.startsWith("RSA") ? RSA : EC);
    decryptsWith(keys);
    encrypts(keys, JWEAlgorithm.parse(algorithm));
    var login = client.isLoggedIn();
    assertThat(login.tokens().idToken().map(Secret::reveal).orElseThrow().split("\\.", -1))
        .as("a hint for the logout must be readable (Core 2; RP-Initiated Logout 2)")
        .hasSize(3);
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
  }

  @Test
  @Proves("IDT-14")
  void anIdTokenThatIsNotEncryptedIsRefused() {
    decryptsWith(ring(RSA));
    assertThat(client.logsIn()).isEqualTo(NOT_FOR_US);
  }

  @Test
  @Proves("IDT-14")
  void anIdTokenEncryptedToSomebodyElseIsRefused() {
    decryptsWith(ring(TestKeys.rsa("rsa-1")));
    encrypts(ring(RSA), JWEAlgorithm.RSA_OAEP_256);
    assertThat(client.logsIn()).isEqualTo(NOT_FOR_US);
  }

  /// OpenID Connect Core 1.0, 12.2: none need come at all. The old refresh token is spent by then.
  @Test
  @Proves({"IDT-14", "RT-01"})
  void aRefreshThatBringsAnotherKindKeepsItsTokensAndIgnoresIt() {
    var keys = ring(RSA);
    decryptsWith(keys);
    encrypts(keys, JWEAlgorithm.RSA_OAEP_256);
    var login = client.isLoggedIn();
    client.op.encryptsIdTokensNoMore();
    var tokens = ((RefreshOutcome.Renewed) client.refreshes(login)).tokens();
    assertThat(tokens.access()).isNotEqualTo(login.tokens().access());
    assertThat(tokens.refresh()).isNotEqualTo(login.tokens().refresh());
    assertThat(tokens.idToken()).isEqualTo(login.tokens().idToken());
    assertThat(client.events).contains(new Event.IdTokenIgnored("main", "not_encrypted_for_us"));
    assertThat(Waiting.on(client.provider().refresh(tokens, login.identity())))
        .isInstanceOf(RefreshOutcome.Renewed.class);
  }

  @Test
  @SuppressWarnings("deprecation") // that is the point
  void theOldPaddingIsRefused() {
    var keys = ring(RSA);
    decryptsWith(keys);
    encrypts(keys, JWEAlgorithm.RSA1_5);
    assertThat(client.logsIn()).isEqualTo(NOT_FOR_US);
  }

  @Test
  void whileTheKeyIsReplacedBothOpen() {
    var old = ring(EC);
    decryptsWith(ring(RSA, EC));
    encrypts(old, JWEAlgorithm.ECDH_ES);
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(ring(RSA, EC).published().getString("kid")).isEqualTo("rsa-1");
    assertThat(ring(RSA, EC).published().containsKey("d")).isFalse();
  }

  @Test
  @Proves("IDT-14")
  void encryptionVouchesForNothing() {
    var keys = ring(RSA);
    decryptsWith(keys);
    encrypts(keys, JWEAlgorithm.RSA_OAEP_256);
    client.op.spoilsIdTokens(draft -> draft.claim("iss", "https://evil.test"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("id_token_issuer"));
  }

  @Test
  void withoutAKeyAnEncryptedOneIsRefused() {
    encrypts(ring(RSA), JWEAlgorithm.RSA_OAEP_256);
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("id_token_malformed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "key", "{}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"})
  void whatIsNoKeyIsRefused(String text) {
    assertThat(DecryptionKeys.parse(text)).isInstanceOf(DecryptionKeys.Parsed.Unusable.class);
  }
}

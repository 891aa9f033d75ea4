package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.world.ProofGuard;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.TestKeys;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The variant `private_key_jwt`, `dpop`.
class Fapi2KeysTest extends Fapi2Contract {
  private static final SigningKeys KEYS = TestKeys.ring(TestKeys.rsa("rsa-1"));

  private ProofGuard atTheApi;

  Fapi2KeysTest() {
    super(
        config ->
            config.provesItself(new ClientAuth.PrivateKeyJwt(KEYS, ClientAuth.Audience.ISSUER)),
        Hardening.usual().proving(),
        provider -> {
          provider.takesAssertionsUnder(KEYS.published());
          provider.bindsToKeys();
        });
  }

  @BeforeEach
  void apiWantsProofs() {
    atTheApi = world.checksProofs();
  }

  @AfterEach
  void apiHasNothingToSay() {
    assertThat(world.upstream().complaints()).isEmpty();
  }

  private static String algorithm(String assertion) {
    var head = assertion.substring(0, assertion.indexOf('.'));
    return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(head))).getString("alg");
  }

  private void asksForNonces() {
    world.provider().tokenProofs().wantsNonces();
    world.provider().userinfoProofs().wantsNonces();
    atTheApi.wantsNonces();
  }

  @Test
  @RpCase({
    "fapi2-security-profile-final-client-test-happy-path",
    "fapi2-security-profile-final-client-test-rs-dpop-auth-scheme-case-insensitivity"
  })
  void aLoginGoesWellWhereNoncesAreWanted() {
    asksForNonces();
    goesWell();
    assertThat(world.upstream().calls()).as("the scheme is spelt dpop there").hasSize(2);
  }

  /// An RSA key signs as every provider knows it, unless the profile says otherwise.
  @Test
  @Proves("FAPI-01")
  void assertionsAreSignedAsTheProfileWantsIt() {
    goesWell();
    assertThat(world.provider().calls("token"))
        .flatExtracting(call -> call.parameters().getAll("client_assertion"))
        .hasSize(1)
        .allSatisfy(assertion -> assertThat(algorithm(assertion)).isEqualTo("PS256"));
  }

  @Test
  @Proves("FAPI-01")
  void aProviderThatTakesOtherAssertionsIsNotUsed() {
    world.restartsInPlace(
        config ->
            config.meets(
                (ScriptedProvider provider) ->
                    provider.spoilsMetadataToo(
                        metadata ->
                            metadata.put(
                                "token_endpoint_auth_signing_alg_values_supported",
                                JsonArray.of("RS256", "ES384")))));
    world.alice().navigates("/auth/login").shows(503, "provider_unavailable");
    assertThat(world.provider().count("par")).isZero();
  }
}

package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The plan "Basic RP", for every way in which a provider answers. A case that goes well ends with
/// claims from UserInfo; one that goes wrong ends before UserInfo, for the very reason of its name.
abstract class BasicRpContract {
  @RegisterExtension final World world;

  BasicRpContract(UnaryOperator<WorldConfig> answers) {
    world = new World(config -> answers.apply(config.userinfo()));
  }

  private Browser logsIn() {
    var alice = world.alice().logsIn();
    assertThat(world.provider().count("userinfo")).isEqualTo(1);
    assertThat(alice.whoAmI().getJsonObject("user").getString("email"))
        .isEqualTo("alice@userinfo.test");
    return alice;
  }

  private void isRefused(String reason) {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    alice.finishesLogin(alice.tab(), alice.tab().page()).shows(400, "login_rejected");
    assertThat(world.events(Event.LoginRejected.class))
        .extracting(Event.LoginRejected::reason)
        .containsExactly(reason);
    assertThat(alice.session()).isEmpty();
  }

  private void isRefusedBeforeUserinfo(String reason, UnaryOperator<IdTokenDraft> spoiler) {
    world.provider().spoilsIdTokens(spoiler);
    isRefused(reason);
    assertThat(world.provider().count("userinfo")).isZero();
  }

  @Test
  @RpCase({
    "oidcc-client-test",
    "oidcc-client-test-idtoken-sig-rs256",
    "oidcc-client-test-nonce-unless-code-flow",
    "oidcc-client-test-userinfo-bearer-header"
  })
  void aPlainLoginEndsAtUserinfo() {
    logsIn();
    var asked = world.provider().calls("authorize").getFirst().parameters();
    assertThat(asked.get("scope")).matches("(.* )?openid( .*)?");
    assertThat(asked.get("nonce")).isNotBlank();
    var userinfo = world.provider().calls("userinfo").getFirst();
    assertThat(userinfo.headers().get("Authorization")).startsWith("Bearer ");
    assertThat(userinfo.parameters().isEmpty()).as("no token in the query").isTrue();
  }

  @Test
  @RpCase("oidcc-client-test-scope-userinfo-claims")
  void claimsAreAskedForByScope() {
    logsIn();
    var asked = world.provider().calls("authorize").getFirst().parameters();
    assertThat(asked.get("scope")).contains("profile").contains("email");
  }

  @Test
  @RpCase("oidcc-client-test-invalid-iss")
  void anotherIssuerIsRefused() {
    isRefusedBeforeUserinfo("id_token_issuer", token -> token.claim("iss", "https://evil.test"));
  }

  @Test
  @RpCase("oidcc-client-test-missing-sub")
  void nobodyIsRefused() {
    isRefusedBeforeUserinfo("id_token_subject", token -> token.without("sub"));
  }

  @Test
  @RpCase("oidcc-client-test-invalid-aud")
  void aTokenForAnotherClientIsRefused() {
    isRefusedBeforeUserinfo("id_token_audience", token -> token.claim("aud", "another"));
  }

  @Test
  @RpCase("oidcc-client-test-missing-aud")
  void aTokenForNobodyIsRefused() {
    isRefusedBeforeUserinfo("id_token_audience", token -> token.without("aud"));
  }

  @Test
  @RpCase("oidcc-client-test-missing-iat")
  void aTokenWithoutATimeIsRefused() {
    isRefusedBeforeUserinfo("id_token_issued_at", token -> token.without("iat"));
  }

  @Test
  @RpCase("oidcc-client-test-nonce-invalid")
  void anotherNonceIsRefused() {
    isRefusedBeforeUserinfo("id_token_nonce", token -> token.claim("nonce", "another"));
  }

  @Test
  @RpCase("oidcc-client-test-invalid-athash")
  void theHashOfAnotherAccessTokenIsRefused() {
    isRefusedBeforeUserinfo(
        "id_token_at_hash", token -> token.claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"));
  }

  @Test
  @RpCase("oidcc-client-test-idtoken-sig-none")
  void anUnsignedTokenIsRefused() {
    isRefusedBeforeUserinfo("id_token_malformed", token -> token.signed(Signing.NONE));
  }

  @Test
  @RpCase("oidcc-client-test-invalid-sig-rs256")
  void aBrokenSignatureIsRefused() {
    isRefusedBeforeUserinfo("id_token_signature_invalid", token -> token.signed(Signing.BROKEN));
  }

  /// With any secret: no MAC is a signature of the provider.
  @Test
  @RpCase("oidcc-client-test-invalid-sig-hs256")
  void aMacIsRefused() {
    isRefusedBeforeUserinfo(
        "id_token_algorithm_not_allowed", token -> token.signed(Signing.HS256_WITH_PUBLIC_KEY));
  }

  @Test
  @RpCase("oidcc-client-test-kid-absent-single-jwks")
  void aTokenWithoutAKeyIdFitsTheOnlyKey() {
    world.provider().spoilsIdTokens(token -> token.signed(Signing.WITHOUT_KID));
    logsIn();
  }

  @Test
  @RpCase("oidcc-client-test-kid-absent-multiple-jwks")
  void aTokenWithoutAKeyIdIsTriedWithEveryKey() {
    world.provider().publishesAnotherKeyFirst();
    world.provider().spoilsIdTokens(token -> token.signed(Signing.WITHOUT_KID));
    logsIn();
  }

  @Test
  @RpCase("oidcc-client-test-userinfo-invalid-sub")
  void userinfoOfSomebodyElseIsRefused() {
    world.provider().spoilsUserinfo(claims -> claims.put("sub", "sub-bob"));
    isRefused("userinfo_subject");
  }

  @Test
  @RpCase("oidcc-client-test-aggregated-claims")
  void claimsThatAnotherSignedAreLeftAlone() {
    foreign(new JsonObject().put("JWT", "eyJhbGciOiJub25lIn0.e30."));
    assertThat(logsIn().whoAmI().getJsonObject("user").fieldNames())
        .noneMatch(BasicRpContract::isForeign);
  }

  @Test
  @RpCase("oidcc-client-test-distributed-claims")
  void claimsThatLieElsewhereAreNotFetched() {
    foreign(new JsonObject().put("endpoint", world.upstream().url() + "/claims"));
    assertThat(logsIn().whoAmI().getJsonObject("user").fieldNames())
        .noneMatch(BasicRpContract::isForeign);
    assertThat(world.upstream().calls()).isEmpty();
  }

  private static boolean isForeign(String name) {
    return name.startsWith("_claim") || name.equals("credit_score");
  }

  private void foreign(JsonObject source) {
    var names = Map.<String, Object>of("credit_score", "bureau");
    world
        .provider()
        .spoilsUserinfo(
            claims ->
                claims
                    .put("_claim_names", new JsonObject(names))
                    .put("_claim_sources", new JsonObject().put("bureau", source)));
  }
}

package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Secured;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The client's plan for the FAPI 2.0 Security Profile, for every way in which a client proves
/// itself and in which tokens are bound. A case that goes well ends at the API; one that goes wrong
/// ends before UserInfo.
abstract class Fapi2Contract {
  static final PemFiles AUTHORITY = PemFiles.authority();
  static final PemFiles OWN = AUTHORITY.issues("gateway");
  private static final PemFiles SERVER = PemFiles.made();

  @RegisterExtension final World world;

  /// Takes what is different in each variant of the plan.
  Fapi2Contract(
      UnaryOperator<WorldConfig> variant,
      Hardening hardening,
      Consumer<ScriptedProvider> provider) {
    world =
        new World(
            config ->
                variant
                    .apply(config)
                    .secured(new Secured(SERVER, AUTHORITY), OWN)
                    .hardens(
                        hardening
                            .held(Hardening.Profile.FAPI2)
                            .pushing(Hardening.PushedAuthorization.REQUIRED))
                    .idTokenAlgs("PS256", "ES256", "EdDSA")
                    .userinfo()
                    .meets(
                        shaped -> {
                          shaped.takesPushedRequests();
                          shaped.refusesParametersInTheUrl();
                          shaped.spoilsIdTokens(token -> token.signed(Signing.ES256));
                          provider.accept(shaped);
                        }));
  }

  Browser goesWell() {
    var alice = world.alice().logsIn();
    assertThat(world.provider().count("userinfo")).isPositive();
    alice.fetches("/api/accounts").answers(200);
    return alice;
  }

  private static Answer triesToLogIn(Browser alice) {
    alice.startsLogin(alice.tab(), "/");
    return alice.finishesLogin(alice.tab(), alice.tab().page());
  }

  private void isRefused(String reason, UnaryOperator<IdTokenDraft> spoiler) {
    world.provider().spoilsIdTokens(token -> spoiler.apply(token.signed(Signing.ES256)));
    var alice = world.alice();
    triesToLogIn(alice).shows(400, "login_rejected");
    assertThat(world.events(Event.LoginRejected.class))
        .extracting(Event.LoginRejected::reason)
        .containsExactly(reason);
    assertThat(world.provider().count("token")).isEqualTo(1);
    assertThat(world.provider().count("userinfo")).isZero();
    assertThat(alice.session()).isEmpty();
  }

  private void spendsNothing(UnaryOperator<Map<String, String>> spoiler) {
    world.provider().spoilsResponses(response -> spoiler.apply(new HashMap<>(response)));
    var alice = world.alice();
    triesToLogIn(alice).answers(400);
    assertThat(world.provider().count("token")).isZero();
    assertThat(alice.session()).isEmpty();
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-happy-path-no-dpop-nonce")
  @Proves("FAPI-01")
  void aLoginGoesWell() {
    var alice = goesWell();
    var asked = world.provider().calls("authorize").getFirst().parameters();
    assertThat(asked.names()).containsExactlyInAnyOrder("client_id", "request_uri");
    var pushed = world.provider().calls("par").getFirst().parameters();
    assertThat(pushed.get("response_type")).isEqualTo("code");
    assertThat(pushed.get("code_challenge_method")).isEqualTo("S256");
    assertThat(pushed.get("nonce")).hasSizeBetween(22, 64);
    assertThat(world.provider().calls("token"))
        .allMatch(call -> !call.parameters().contains("client_secret"));
    alice.posts("/auth/session/refresh").answers(200);
    alice.fetches("/api/accounts").answers(200);
    alice.logsOut();
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-discovery-issuer-mismatch")
  void metadataOfAnotherIssuerStopTheLogin() {
    world.restartsInPlace(
        config ->
            config.meets(
                provider ->
                    provider.spoilsMetadataToo(
                        metadata -> metadata.put("issuer", "https://evil.test"))));
    world.alice().navigates("/auth/login").shows(503, "provider_unavailable");
    assertThat(world.provider().count("par")).isZero();
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-iss")
  void anotherIssuerIsRefused() {
    isRefused("id_token_issuer", token -> token.claim("iss", "https://evil.test"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-aud")
  void aTokenForAnotherClientIsRefused() {
    isRefused("id_token_audience", token -> token.claim("aud", "another"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-secondary-aud")
  void aTokenForAnotherClientAsWellIsRefused() {
    isRefused(
        "id_token_audience",
        token -> token.claim("aud", JsonArray.of(ScriptedProvider.CLIENT_ID, "another")));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-null-alg")
  void anUnsignedTokenIsRefused() {
    isRefused("id_token_malformed", token -> token.signed(Signing.NONE));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-alternate-alg")
  void aSignatureOfAnotherKindIsRefused() {
    isRefused("id_token_algorithm_not_allowed", token -> token.signed(Signing.RS256));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-expired-exp")
  void anExpiredTokenIsRefused() {
    var past = world.clock().instant().minus(Duration.ofMinutes(10)).getEpochSecond();
    isRefused("id_token_expiry", token -> token.claim("exp", past));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-missing-exp")
  void aTokenWithoutAnEndIsRefused() {
    isRefused("id_token_expiry", token -> token.without("exp"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-missing-aud")
  void aTokenForNobodyIsRefused() {
    isRefused("id_token_audience", token -> token.without("aud"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-missing-iss")
  void aTokenOfNobodyIsRefused() {
    isRefused("id_token_issuer", token -> token.without("iss"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-valid-aud-as-array")
  void anAudienceMayBeAList() {
    world
        .provider()
        .spoilsIdTokens(
            token ->
                token.signed(Signing.ES256).claim("aud", JsonArray.of(ScriptedProvider.CLIENT_ID)));
    goesWell();
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-nonce")
  void anotherNonceIsRefused() {
    isRefused("id_token_nonce", token -> token.claim("nonce", "another"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-missing-nonce")
  void aMissingNonceIsRefused() {
    isRefused("id_token_nonce", token -> token.without("nonce"));
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-invalid-authorization-response-iss")
  void anAnswerOfAnotherIssuerSpendsNothing() {
    spendsNothing(
        response -> {
          response.put("iss", "https://evil.test");
          return response;
        });
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-remove-authorization-response-iss")
  @Proves("FAPI-01")
  void anAnswerOfNobodySpendsNothing() {
    spendsNothing(
        response -> {
          response.remove("iss");
          return response;
        });
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-response-with-invalid-state")
  void anAnswerToAnotherQuestionSpendsNothing() {
    spendsNothing(
        response -> {
          response.put("state", "x".repeat(43));
          return response;
        });
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-response-with-missing-state")
  void anAnswerToNoQuestionSpendsNothing() {
    spendsNothing(
        response -> {
          response.remove("state");
          return response;
        });
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-token-endpoint-response-without-expires_in")
  void aTokenNeedNotSayHowLongItLives() {
    world
        .provider()
        .spoilsTokenAnswers(
            body -> {
              body.remove("expires_in");
              return body;
            });
    goesWell();
  }

  @Test
  @RpCase("fapi2-security-profile-final-client-test-token-type-case-insensitivity")
  void theTypeOfATokenMayBeSpeltAnyWay() {
    world
        .provider()
        .spoilsTokenAnswers(
            body -> body.put("token_type", alternating(body.getString("token_type"))));
    goesWell();
  }

  private static String alternating(String word) {
    var spelt = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      var letter = word.substring(i, i + 1);
      spelt.append(
          i % 2 == 0
              ? letter.toLowerCase(java.util.Locale.ROOT)
              : letter.toUpperCase(java.util.Locale.ROOT));
    }
    return spelt.toString();
  }

  private void isUnusable(String problem, Consumer<ScriptedProvider> spoils) {
    world.restartsInPlace(config -> config.meets(spoils));
    world.alice().navigates("/auth/login").shows(503, "provider_unavailable");
    assertThat(world.events(Event.ProviderUnusable.class).getLast().problem()).isEqualTo(problem);
    assertThat(world.provider().count("par")).isZero();
  }

  /// Not a case of the plan, where the provider always says so.
  @Test
  @Proves("FAPI-01")
  void aProviderThatDoesNotSayWhoAnswersIsNotUsed() {
    isUnusable(
        "it does not say who answers (RFC 9207), as fapi2 wants it",
        provider ->
            provider.spoilsMetadataToo(
                metadata -> metadata.put("authorization_response_iss_parameter_supported", false)));
  }

  /// Not a case of the plan either.
  @Test
  @Proves("FAPI-01")
  void aProviderThatIsSilentOnPkceIsNotUsed() {
    isUnusable(
        "it does not say that it knows PKCE with S256, as fapi2 wants it",
        provider ->
            provider.spoilsMetadataToo(
                metadata -> {
                  metadata.remove("code_challenge_methods_supported");
                  return metadata;
                }));
  }
}

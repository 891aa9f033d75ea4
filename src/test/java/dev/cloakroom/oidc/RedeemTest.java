package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Redeeming a code, against a provider that misbehaves on order. The names in comments are the
/// conformance tests of the OpenID Foundation for relying parties.
@ExtendWith(VertxExtension.class)
class RedeemTest {
  private Client client;

  @BeforeEach
  void opens(Vertx vertx) {
    client = new Client(vertx);
  }

  private void spoils(UnaryOperator<IdTokenDraft> spoiler) {
    client.op.spoilsIdTokens(spoiler);
  }

  private void answers(String member, Object value) {
    client.op.spoilsTokenAnswers(body -> body.copy().put(member, value));
  }

  private static RedeemOutcome refused(String reason) {
    return new RedeemOutcome.Refused(reason);
  }

  /// `oidcc-client-test`, `-idtoken-sig-rs256`, `-client-secret-basic`, `-discovery-openid-config`.
  @Test
  @Proves({"TOK-01", "TOK-02", "TOK-03", "TOK-07", "TOK-10", "PKCE-03"})
  void aCodeBecomesAnIdentityAndTokens() {
    var login = client.isLoggedIn();
    assertThat(login.identity().subject()).isEqualTo("sub-alice");
    assertThat(login.identity().issuer()).isEqualTo(client.op.issuer());
    assertThat(login.identity().sid()).isPresent();
    assertThat(login.claims().getString("name")).isEqualTo("alice");
    assertThat(login.authTime()).contains(client.clock.instant());
    assertThat(login.tokens().scope()).isEqualTo(Set.of("openid", "profile"));
    assertThat(login.tokens().refresh()).isPresent();
    assertThat(login.tokens().expiresAt())
        .isEqualTo(client.clock.instant().plus(Duration.ofMinutes(5)));
    var call = client.op.calls("token").getFirst();
    assertThat(call.headers().get("Authorization")).startsWith("Basic ");
    assertThat(call.parameters().names()).doesNotContain("client_secret", "client_id");
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("TOK-02")
  void thePostMethodIsTheOnlyOneWhereItIsConfigured() {
    client.configure(
        draft -> {
          draft.clientAuth = new ClientAuth.SecretPost(Secret.of(ScriptedProvider.CLIENT_SECRET));
          return draft;
        });
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Refused.class); // it wants Basic
    var call = client.op.calls("token").getFirst();
    assertThat(call.headers().contains("Authorization")).isFalse();
    assertThat(call.parameters().get("client_secret")).isEqualTo(ScriptedProvider.CLIENT_SECRET);
    assertThat(call.parameters().get("client_id")).isEqualTo(ScriptedProvider.CLIENT_ID);
  }

  static Stream<Arguments> spoiltTokens() {
    return Stream.of(
        spoilt("id_token_issuer", t -> t.claim("iss", "https://evil.example")), // -invalid-iss
        spoilt("id_token_issuer", t -> t.claim("iss", t.claims().getString("iss") + "/")),
        spoilt("id_token_issuer", t -> t.without("iss")),
        spoilt(
            "id_token_session_expiry", t -> t.claim("session_expiry", t.claims().getLong("iat"))),
        spoilt("id_token_session_expiry", t -> t.claim("session_expiry", "tomorrow")),
        spoilt("id_token_audience", t -> t.claim("aud", "other")), // -invalid-aud
        spoilt("id_token_audience", t -> t.claim("aud", ScriptedProvider.CLIENT_ID + "x")),
        spoilt("id_token_audience", t -> t.without("aud")), // -missing-aud
        spoilt("id_token_audience", t -> t.claim("aud", new JsonArray())),
        spoilt(
            "id_token_audience", // -invalid-secondary-aud
            t -> t.claim("aud", new JsonArray(List.of(ScriptedProvider.CLIENT_ID, "other")))),
        spoilt("id_token_audience", t -> t.claim("aud", new JsonArray(List.of("other")))),
        spoilt("id_token_authorized_party", t -> t.claim("azp", "other")),
        spoilt("id_token_authorized_party", t -> t.claim("azp", 7)),
        spoilt("id_token_subject", t -> t.without("sub")), // -missing-sub
        spoilt("id_token_subject", t -> t.claim("sub", "")),
        spoilt("id_token_subject", t -> t.claim("sub", 7)),
        spoilt("id_token_subject", t -> t.claim("sub", "a".repeat(256))),
        spoilt("id_token_subject", t -> t.claim("sub", "älice")),
        spoilt("id_token_expiry", t -> t.without("exp")), // -invalid-missing-exp
        spoilt("id_token_expiry", t -> t.claim("exp", 1)), // -invalid-expired-exp
        spoilt("id_token_expiry", t -> t.claim("exp", -1)),
        spoilt("id_token_expiry", t -> t.claim("exp", 1e300)),
        spoilt("id_token_expiry", t -> t.claim("exp", "4102444800")),
        spoilt("id_token_issued_at", t -> t.without("iat")), // -missing-iat
        spoilt("id_token_issued_at", t -> t.claim("iat", 4102444800L)),
        spoilt("id_token_issued_at", t -> t.claim("iat", 1)),
        spoilt("id_token_issued_at", t -> t.claim("iat", "now")),
        spoilt("id_token_not_before", t -> t.claim("nbf", 4102444800L)),
        spoilt("id_token_nonce", t -> t.claim("nonce", "another")), // -nonce-invalid
        spoilt("id_token_nonce", t -> t.without("nonce")), // -invalid-missing-nonce
        spoilt("id_token_at_hash", t -> t.claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")),
        spoilt("id_token_at_hash", t -> t.claim("at_hash", 7)),
        spoilt("id_token_malformed", t -> t.signed(Signing.NONE)), // -idtoken-sig-none
        spoilt("id_token_algorithm_not_allowed", t -> t.signed(Signing.HS256_WITH_SECRET)),
        spoilt("id_token_algorithm_not_allowed", t -> t.signed(Signing.HS256_WITH_PUBLIC_KEY)),
        spoilt("id_token_signature_invalid", t -> t.signed(Signing.BROKEN)), // -invalid-sig-rs256
        spoilt("id_token_signature_invalid", t -> t.signed(Signing.FOREIGN_KEY)),
        spoilt("id_token_key_unknown", t -> t.signed(Signing.UNKNOWN_KID)),
        spoilt("id_token_type_not_allowed", t -> t.typ("at+jwt")),
        spoilt("id_token_type_not_allowed", t -> t.typ("logout+jwt")),
        spoilt("id_token_not_an_id_token", t -> t.claim("events", new JsonObject())),
        spoilt("id_token_not_an_id_token", t -> t.claim("typ", "Bearer")),
        spoilt("id_token_not_an_id_token", t -> t.claim("token_use", "access")));
  }

  private static Arguments spoilt(String reason, UnaryOperator<IdTokenDraft> spoiler) {
    return Arguments.of(reason, spoiler);
  }

  @ParameterizedTest
  @MethodSource("spoiltTokens")
  @Proves({
    "IDT-01",
    "IDT-02",
    "IDT-03",
    "IDT-04",
    "IDT-05",
    "IDT-06",
    "IDT-07",
    "IDT-08",
    "IDT-09",
    "IDT-10",
    "IDT-11",
    "IDT-13",
    "NONCE-01",
    "NONCE-03"
  })
  void aSpoiltIdTokenIsRefusedAndNothingOfItUsed(
      String reason, UnaryOperator<IdTokenDraft> spoiler) {
    client.configure(
        draft -> {
          draft.userinfo = true;
          return draft;
        });
    spoils(spoiler);
    assertThat(client.logsIn()).isEqualTo(refused(reason));
    assertThat(client.op.count("userinfo")).isZero();
  }

  @Test
  @Proves({"IDT-10", "NONCE-02"})
  void anIdTokenOfAnEarlierLoginIsRefused() {
    var earlier = client.isLoggedIn().tokens().idToken().orElseThrow().reveal();
    answers("id_token", earlier);
    assertThat(client.logsIn()).isEqualTo(refused("id_token_nonce"));
  }

  /// `-valid-aud-as-array`, `-kid-absent-single-jwks`, and harmless oddities.
  @Test
  @Proves({"IDT-02", "IDT-03", "JWKS-03", "IDT-09"})
  void harmlessOddIdTokensAreAccepted() {
    for (UnaryOperator<IdTokenDraft> harmless :
        List.<UnaryOperator<IdTokenDraft>>of(
            t -> t.claim("aud", new JsonArray(List.of(ScriptedProvider.CLIENT_ID))),
            t -> t.claim("azp", ScriptedProvider.CLIENT_ID),
            t -> t.signed(Signing.WITHOUT_KID),
            t -> t.typ("JWT"),
            t -> t.claim("typ", "ID"),
            t -> t.without("at_hash"),
            t -> t.claim("exp", 4102444800.5),
            t -> t.claim("sub", "a".repeat(255)))) {
      spoils(harmless);
      assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"-25,true", "-35,false"})
  @Proves({"IDT-07", "OPS-09"})
  void expiryIsJudgedWithABoundedSkew(int seconds, boolean accepted) {
    var now = client.clock.instant().getEpochSecond();
    spoils(token -> token.claim("exp", now + seconds));
    assertThat(client.logsIn() instanceof RedeemOutcome.Granted).isEqualTo(accepted);
  }

  @Test
  @Proves({"IDT-07", "IDT-08", "OPS-09"})
  void noConfigurationStretchesTheSkewBeyondAMinute() {
    client.configure(
        draft -> {
          draft.clockSkew = Duration.ofHours(1);
          return draft;
        });
    var now = client.clock.instant().getEpochSecond();
    spoils(token -> token.claim("exp", now - 61));
    assertThat(client.logsIn()).isEqualTo(refused("id_token_expiry"));
    spoils(token -> token.claim("iat", now + 61));
    assertThat(client.logsIn()).isEqualTo(refused("id_token_issued_at"));
    spoils(token -> token.claim("iat", now + 59).claim("exp", now + 300));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
  }

  @Test
  @Proves("AZ-12")
  void aMaximumAgeAsksForARecentAuthTime() {
    var fiveMinutes = Optional.of(Duration.ofMinutes(5));
    var now = client.clock.instant().getEpochSecond();
    assertThat(client.logsIn(fiveMinutes, List.of())).isInstanceOf(RedeemOutcome.Granted.class);
    spoils(token -> token.claim("auth_time", now - 331));
    assertThat(client.logsIn(fiveMinutes, List.of())).isEqualTo(refused("id_token_auth_time"));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    spoils(token -> token.without("auth_time"));
    assertThat(client.logsIn(fiveMinutes, List.of())).isEqualTo(refused("id_token_auth_time"));
    spoils(token -> token.claim("auth_time", "yesterday"));
    assertThat(client.logsIn(fiveMinutes, List.of())).isEqualTo(refused("id_token_auth_time"));
  }

  @Test
  @Proves("AZ-13")
  void anAcrThatWasAskedForHasToBeThere() {
    var asked = List.of("gold", "silver");
    spoils(token -> token.claim("acr", "silver"));
    assertThat(client.logsIn(Optional.empty(), asked))
        .isInstanceOfSatisfying(
            RedeemOutcome.Granted.class, login -> assertThat(login.acr()).contains("silver"));
    spoils(token -> token.claim("acr", "bronze"));
    assertThat(client.logsIn(Optional.empty(), asked)).isEqualTo(refused("id_token_acr"));
    spoils(token -> token.without("acr"));
    assertThat(client.logsIn(Optional.empty(), asked)).isEqualTo(refused("id_token_acr"));
  }

  @Test
  @Proves({"IDT-05"})
  void theAlgorithmListIsTheProvidersOwn() {
    client.configure(
        draft -> {
          draft.algorithms = Set.of("ES256", "HS256", "none");
          return draft;
        });
    assertThat(client.logsIn()).isEqualTo(refused("id_token_algorithm_not_allowed"));
    spoils(token -> token.signed(Signing.HS256_WITH_SECRET));
    assertThat(client.logsIn()).isEqualTo(refused("id_token_algorithm_not_allowed"));
  }

  @Test
  @Proves("IDT-04")
  void anAnswerWithoutIdTokenIsRefused() {
    client.op.spoilsTokenAnswers(
        body -> {
          var rest = body.copy();
          rest.remove("id_token");
          return rest;
        });
    assertThat(client.logsIn()).isEqualTo(refused("id_token_missing"));
  }

  // -- UserInfo

  private void asksUserinfo() {
    client.configure(
        draft -> {
          draft.userinfo = true;
          return draft;
        });
  }

  /// `-scope-userinfo-claims`, and the last step of every positive conformance test.
  @Test
  @Proves({"IDT-17", "TOK-12"})
  void userinfoAddsClaimsAndGetsTheTokenInTheHeaderOnly() {
    asksUserinfo();
    client.op.spoilsUserinfo(body -> body.copy().put("acr", "forged").put("iss", "evil"));
    var login = client.isLoggedIn();
    assertThat(login.claims().getString("email")).isEqualTo("alice@userinfo.test");
    assertThat(login.claims().getString("iss")).isEqualTo(client.op.issuer());
    assertThat(login.claims().containsKey("acr")).isFalse();
    var call = client.op.calls("userinfo").getFirst();
    assertThat(call.method()).isEqualTo("GET");
    assertThat(call.parameters().isEmpty()).isTrue();
    assertThat(call.headers().get("Authorization"))
        .isEqualTo("Bearer " + login.tokens().access().reveal());
  }

  @Test
  @Proves("IDT-17")
  void userinfoIsLeftAloneByDefault() {
    assertThat(client.isLoggedIn().claims().getString("email")).isEqualTo("alice@example.test");
    assertThat(client.op.count("userinfo")).isZero();
  }

  /// `-userinfo-invalid-sub`.
  @Test
  @Proves("IDT-15")
  void userinfoOfSomebodyElseIsRefused() {
    asksUserinfo();
    client.op.spoilsUserinfo(body -> body.copy().put("sub", "sub-bob"));
    assertThat(client.logsIn()).isEqualTo(refused("userinfo_subject"));
    client.op.spoilsUserinfo(body -> new JsonObject().put("email", "x@example.test"));
    assertThat(client.logsIn()).isEqualTo(refused("userinfo_subject"));
  }

  @Test
  void userinfoThatCannotBeHadDoesNotFailTheLogin() {
    asksUserinfo();
    for (var fault : List.of(Fault.status(500), new Fault.Drop(), Fault.garbage())) {
      client.op.nextAt("userinfo", fault);
      assertThat(client.isLoggedIn().claims().getString("email")).isEqualTo("alice@example.test");
    }
  }

  @Test
  @Proves("IDT-16")
  @RpCase("oidcc-client-test-userinfo-signed")
  void signedUserinfoIsVerified() {
    asksUserinfo();
    var ours = client.isLoggedIn().tokens().idToken().orElseThrow().reveal();
    var type = Map.of("Content-Type", "application/jwt");
    client.op.nextAt("userinfo", new Fault.Answer(200, type, ours));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    var tampered = ours.substring(0, ours.length() - 8) + "AAAAAAAA";
    client.op.nextAt("userinfo", new Fault.Answer(200, type, tampered));
    assertThat(client.logsIn()).isEqualTo(refused("userinfo_subject"));
  }

  // -- the token answer

  @ParameterizedTest
  @ValueSource(strings = {"bEaReR", "bearer", "BEARER"})
  @Proves("TOK-06")
  void theTokenTypeIsComparedWithoutCase(String type) {
    answers("token_type", type);
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mac", "DPoP", "N_A", ""})
  @Proves("TOK-06")
  void anotherTokenTypeIsRefused(String type) {
    answers("token_type", type);
    assertThat(client.logsIn()).isEqualTo(refused("token_type_not_bearer"));
  }

  static Stream<Arguments> lifetimes() {
    return Stream.of(
        Arguments.of(300, Duration.ofMinutes(5)),
        Arguments.of("300", Duration.ofMinutes(5)),
        Arguments.of(0, Duration.ofMinutes(3)),
        Arguments.of(-5, Duration.ofMinutes(3)),
        Arguments.of("soon", Duration.ofMinutes(3)),
        Arguments.of(true, Duration.ofMinutes(3)),
        Arguments.of(1e300, Duration.ofDays(365)),
        Arguments.of(Long.MAX_VALUE, Duration.ofDays(365)));
  }

  @ParameterizedTest
  @MethodSource("lifetimes")
  @Proves("TOK-08")
  void oddLifetimesBecomeSaneOnes(Object stated, Duration life) {
    answers("expires_in", stated);
    assertThat(client.isLoggedIn().tokens().expiresAt())
        .isEqualTo(client.clock.instant().plus(life));
  }

  @Test
  @Proves("TOK-08")
  void aMissingLifetimeIsTheConfiguredOne() {
    client.op.spoilsTokenAnswers(
        body -> {
          var rest = body.copy();
          rest.remove("expires_in");
          return rest;
        });
    assertThat(client.isLoggedIn().tokens().expiresAt())
        .isEqualTo(client.clock.instant().plus(Duration.ofMinutes(3)));
  }

  @Test
  @Proves("TOK-09")
  void theAccessTokenIsOpaqueButCannotCarryALineBreak() {
    spoils(token -> token.without("at_hash"));
    answers("access_token", "not.a.jwt/at+all=");
    assertThat(client.isLoggedIn().tokens().access().reveal()).isEqualTo("not.a.jwt/at+all=");
    for (Object wrong : List.of("a\r\nX-Admin: 1", "a b", "ä", "", 7, "a".repeat(40_000))) {
      answers("access_token", wrong);
      assertThat(client.logsIn()).isEqualTo(refused("access_token_missing"));
    }
  }

  @Test
  @Proves("TOK-10")
  void theGrantedScopeIsRecorded() {
    answers("scope", "openid");
    assertThat(client.isLoggedIn().tokens().scope()).isEqualTo(Set.of("openid"));
  }

  // -- errors

  @Test
  void anErrorIsAnErrorWhateverItsStatus() {
    for (int status : List.of(200, 400, 401, 403)) {
      client.op.nextAt("token", Fault.error(status, "invalid_grant"));
      assertThat(client.logsIn()).isEqualTo(refused("invalid_grant"));
    }
    client.op.nextAt("token", Fault.error(400, "<script>alert(1)</script>"));
    assertThat(client.logsIn()).isEqualTo(refused("other"));
  }

  @Test
  @Proves({"TOK-04", "TOK-05"})
  void noUsableAnswerIsUnavailableAndTheCodeIsNotSentAgain() {
    var elsewhere = URI.create(client.op.issuer() + "/elsewhere");
    for (var fault :
        List.of(
            Fault.status(500),
            Fault.garbage(),
            new Fault.Drop(),
            new Fault.LoseAnswer(),
            Fault.redirect(elsewhere),
            new Fault.Flood(3 << 20))) {
      int before = client.op.count("token");
      client.op.nextAt("token", fault);
      assertThat(client.logsIn())
          .as(fault.toString())
          .isInstanceOf(RedeemOutcome.Unavailable.class);
      assertThat(client.op.count("token")).isEqualTo(before + 1);
    }
    assertThat(client.op.count("elsewhere")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"429,7,7", "503,0,1", "503,86400,60", "500,10,10"})
  void theProvidersWishToBeLeftAloneIsHonouredWithinBounds(int status, int asked, int waits) {
    client.op.nextAt("token", Fault.retryAfter(status, asked));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Unavailable(Duration.ofSeconds(waits)));
  }

  @Test
  @Proves("TOK-05")
  void aProviderThatHangsIsGivenUpAfterTheTimeout() {
    client.configure(
        draft -> {
          draft.timeout = Duration.ofMillis(300);
          return draft;
        });
    var attempt = client.attempt(Optional.empty(), List.of());
    client.op.nextAt("token", new Fault.Hang());
    assertThat(Waiting.on(client.provider().redeem(attempt.code(), attempt.redemption())))
        .isInstanceOf(RedeemOutcome.Unavailable.class);
  }

  @Test
  @Proves("TOK-11")
  void nothingSecretIsInAnyOutcomeOrEvent() {
    var login = client.isLoggedIn();
    var seen = client.events + login.tokens().toString() + login.identity();
    assertThat(client.op.secrets()).noneMatch(seen::contains);
  }

  @Test
  void everyFutureCompletesOnTheContextItWasAskedFrom() {
    var loop = client.vertx.getOrCreateContext();
    var done = Promise.<Boolean>promise();
    loop.runOnContext(
        _ ->
            client
                .provider()
                .discover()
                .onComplete(_ -> done.complete(loop.equals(Vertx.currentContext()))));
    assertThat(Waiting.on(done.future())).isTrue();
  }
}

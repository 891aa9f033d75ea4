package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Dialect.EndSession;
import dev.cloakroom.oidc.Dialect.ErrorAction;
import dev.cloakroom.oidc.Dialect.IdTokenUse;
import dev.cloakroom.oidc.Dialect.Metadata;
import dev.cloakroom.oidc.Dialect.TokenScope;
import dev.cloakroom.world.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the engine does for providers that differ from OpenID Connect.
@ExtendWith(VertxExtension.class)
class DialectTest {
  private static final String TEMPLATE = "https://login.test/{tenantid}/v2.0";
  private static final EndSession USUAL = new EndSession(EndSession.Method.RP_INITIATED, Map.of());

  private Client client;

  @BeforeEach
  void begins(Vertx vertx) {
    client = new Client(vertx);
  }

  @AfterEach
  void ends() {
    client.op.close();
  }

  private static Dialect plainOauth(Map<String, String> sources) {
    return new Dialect(
        Set.of(),
        Metadata.OFF,
        IdTokenUse.NONE,
        TokenScope.OMIT,
        sources,
        Map.of(),
        USUAL,
        Map.of());
  }

  static Dialect claims(Map<String, String> sources, Map<String, List<String>> required) {
    return new Dialect(
        Set.of(),
        Metadata.AUTO,
        IdTokenUse.REQUIRED,
        TokenScope.SAME,
        sources,
        required,
        USUAL,
        Map.of());
  }

  // -- one issuer for many tenants

  private void isMultiTenant(String tid, String iss) {
    var dialect =
        new Dialect(
            Set.of("t-1", "t-2"),
            Metadata.AUTO,
            IdTokenUse.REQUIRED,
            TokenScope.OMIT,
            Map.of(),
            Map.of(),
            USUAL,
            Map.of());
    client.op.spoilsMetadata(
        document ->
            document
                .put("issuer", TEMPLATE)
                .putNull("authorization_response_iss_parameter_supported"));
    client.op.spoilsResponses(
        response -> {
          response.remove("iss");
          return response;
        });
    client.op.spoilsIdTokens(draft -> draft.claim("iss", iss).claim("tid", tid));
    client.configure(
        draft -> {
          draft.discoveryUrl =
              Optional.of(URI.create(draft.issuer + "/.well-known/openid-configuration"));
          draft.issuer = TEMPLATE;
          draft.dialect = dialect;
          return draft;
        });
  }

  @Test
  @Proves("IDT-02")
  void aTenantThatIsLetInLogsIn() {
    isMultiTenant("t-2", "https://login.test/t-2/v2.0");
    var login = client.isLoggedIn();
    assertThat(login.identity().issuer()).isEqualTo("https://login.test/t-2/v2.0");
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
  }

  @ParameterizedTest
  @Proves("IDT-02")
  @CsvSource({
    "t-3, https://login.test/t-3/v2.0",
    "t-1, https://login.test/t-2/v2.0",
    "t-3, https://login.test/t-1/v2.0",
    "t-1, https://login.test/{tenantid}/v2.0",
    "t-1, https://evil.test/t-1/v2.0"
  })
  void anotherTenantOrAnotherIssuerDoesNot(String tid, String iss) {
    isMultiTenant(tid, iss);
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("id_token_issuer"));
  }

  @Test
  void theIssuerOfAResponseIsThatOfATenantLetIn() {
    var rule = new IssuerRule(TEMPLATE, Set.of("t-1"));
    assertThat(rule.mayBe("https://login.test/t-1/v2.0")).isTrue();
    for (var other : List.of("https://login.test/t-2/v2.0", TEMPLATE, "")) {
      assertThat(rule.mayBe(other)).as(other).isFalse();
    }
  }

  // -- no ID token

  private void isPlainOauth(Map<String, String> sources) {
    client.op.speaksPlainOauth();
    client.op.spoilsUserinfo(
        _ -> new JsonObject().put("id", 4711).put("login", "alice").put("sub", "forged"));
    client.configure(
        draft -> {
          var at = draft.issuer + "/";
          draft.endpoints =
              new ProviderSettings.EndpointOverrides(
                  Optional.of(URI.create(at + "authorize")),
                  Optional.of(URI.create(at + "token")),
                  Optional.empty(),
                  Optional.of(URI.create(at + "userinfo")),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty());
          draft.scopes = List.of("read:user");
          draft.dialect = plainOauth(sources);
          return draft;
        });
  }

  @Test
  void theUserEndpointSaysWhoItIs() {
    isPlainOauth(Map.of("sub", "id", "preferred_username", "login"));
    var login = client.isLoggedIn();
    assertThat(login.identity())
        .isEqualTo(new Identity(client.op.issuer(), "4711", Optional.empty()));
    assertThat(login.claims().getString("preferred_username")).isEqualTo("alice");
    assertThat(login.claims().getString("sub")).isEqualTo("4711");
    assertThat(login.tokens().idToken()).isEmpty();
    assertThat(client.op.count("discovery")).isZero();
    assertThat(client.op.calls("authorize").getFirst().parameters().get("scope"))
        .isEqualTo("read:user");
    assertThat(client.op.calls("userinfo").getFirst().headers().get("User-Agent"))
        .isEqualTo("Cloakroom");
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
    assertThat(client.op.violations()).isEmpty();
  }

  /// What no key vouches for says nothing, even where it looks like an ID token.
  @Test
  void anIdTokenThatNobodyAskedForIsNotKept() {
    isPlainOauth(Map.of("sub", "id"));
    client.op.spoilsTokenAnswers(body -> body.put("id_token", "a.b.c"));
    assertThat(client.isLoggedIn().tokens().idToken()).isEmpty();
  }

  @Test
  void withoutAUserNobodyIsLoggedIn() {
    isPlainOauth(Map.of("sub", "nothing"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("user_endpoint_subject"));
    client.op.nextAt("userinfo", new Fault.Answer(403, Map.of(), "{}"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("user_endpoint_refused"));
    client.op.nextAt("userinfo", new Fault.Answer(200, Map.of(), "id=4711"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("user_endpoint_not_json"));
    client.op.nextAt("userinfo", new Fault.Answer(503, Map.of(), ""));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Unavailable.class);
  }

  @Test
  void whatOnlyAnIdTokenShowsIsNotBelieved() {
    isPlainOauth(Map.of("sub", "id"));
    var refused = new RedeemOutcome.Refused("auth_time_unknown");
    assertThat(client.logsIn(Optional.of(Duration.ofMinutes(5)), List.of())).isEqualTo(refused);
    assertThat(client.logsIn(Optional.empty(), List.of("gold"))).isEqualTo(refused);
  }

  /// GitHub answers errors with 200.
  @Test
  void anErrorWithStatus200IsAnError() {
    isPlainOauth(Map.of("sub", "id"));
    client.op.nextAt(
        "token", new Fault.Answer(200, Map.of(), "{\"error\":\"bad_verification_code\"}"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("other"));
  }

  // -- claims and scopes

  @Test
  void claimsAreFoundWhereTheProviderKeepsThem() {
    client.op.spoilsIdTokens(draft -> draft.claim("emails", List.of("a@x.test", "b@x.test")));
    client.configure(
        draft -> {
          draft.dialect = claims(Map.of("email", "emails.0", "name", "nowhere.at.all"), Map.of());
          return draft;
        });
    var login = client.isLoggedIn();
    assertThat(login.claims().getString("email")).isEqualTo("a@x.test");
    assertThat(login.claims().getString("name")).isEqualTo("alice");
    var token = client.op.calls("token").getFirst().parameters();
    assertThat(token.get("scope")).isEqualTo("openid profile");
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
    assertThat(client.op.calls("token").getLast().parameters().get("scope"))
        .isEqualTo("openid profile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "x.a", "list.1", "c:d"})
  void aPathFindsItsClaim(String path) {
    var claims =
        new JsonObject("{\"a.b\":\"v\",\"x\":{\"a\":\"v\"},\"list\":[0,\"v\"],\"c:d\":\"v\"}");
    assertThat(ClaimPath.find(claims, path)).contains("v");
    assertThat(ClaimPath.find(claims, path + ".0")).isEmpty();
    assertThat(ClaimPath.find(claims, "list.99999")).isEmpty();
  }

  @Test
  void whoLacksARequiredClaimIsNotLoggedIn() {
    client.configure(
        draft -> {
          draft.dialect = claims(Map.of(), Map.of("hd", List.of("example.com", "example.org")));
          return draft;
        });
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("required_claim"));
    client.op.spoilsIdTokens(draft -> draft.claim("hd", "evil.test"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("required_claim"));
    client.op.spoilsIdTokens(draft -> draft.claim("hd", "example.org"));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
  }

  // -- error codes of its own

  @ParameterizedTest
  @CsvSource({
    "access_denied, AADB2C90091: the user cancelled, true",
    "access_denied, AADB2C90091, true",
    "AADB2C90091, '', true",
    "access_denied, AADB2C900910: something else, false",
    "access_denied, it was AADB2C90091, false",
    "access_denied, , false"
  })
  @Proves("CB-02")
  void aCodeOfTheProvidersOwnIsRecognised(String error, String description, boolean known) {
    var state = new State("state");
    var parameters = MultiMap.caseInsensitiveMultiMap().add("state", "state").add("error", error);
    if (description != null) {
      parameters.add("error_description", description);
    }
    var actions = Map.<String, ErrorAction>of("AADB2C90091", new ErrorAction.Back());
    var expected = new AuthorizationResponse.Expected(state, "x"::equals, false, actions);
    var denied = (AuthorizationResponse.Denied) AuthorizationResponse.check(parameters, expected);
    assertThat(denied.action().isPresent()).isEqualTo(known);
    assertThat(denied.error()).isIn("access_denied", "other");
  }
}

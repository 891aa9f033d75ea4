package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ProviderUrlsTest {
  private static final URI RETURN = URI.create("https://app.example.com/auth/logout/callback");

  private final Client.SettingsDraft draft = new Client.SettingsDraft("https://id.example.com");
  private URI authorization = URI.create("https://id.example.com/authorize");
  private Optional<URI> endSession = Optional.of(URI.create("https://id.example.com/logout"));

  private Vertx vertx;

  @BeforeEach
  void takes(Vertx vertx) {
    this.vertx = vertx;
  }

  private ProviderMetadata metadata() {
    return new ProviderMetadata(
        "https://id.example.com",
        authorization,
        URI.create("https://id.example.com/token"),
        Optional.of(URI.create("https://id.example.com/jwks")),
        Optional.empty(),
        endSession,
        Optional.empty(),
        false,
        Offers.none());
  }

  private String url(Map<String, String> passThrough) {
    return new ProviderUrls(vertx, draft.settings())
        .authorization(
            metadata(),
            new AuthorizationRequest(
                Client.REDIRECT,
                new State("the-state"),
                new Nonce("the-nonce"),
                new CodeVerifier("the-verifier"),
                Optional.empty(),
                passThrough));
  }

  private Map<String, List<String>> authorization(Map<String, String> passThrough) {
    return new QueryStringDecoder(url(passThrough)).parameters();
  }

  private Map<String, List<String>> logout(Optional<Secret> idToken) {
    var url =
        new ProviderUrls(vertx, draft.settings())
            .endSession(metadata(), idToken, RETURN, new State("the-state"));
    return new QueryStringDecoder(url.orElseThrow()).parameters();
  }

  private static Secret idToken(String claims) {
    var encoder = Base64.getUrlEncoder().withoutPadding();
    return Secret.of(
        "e30." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".AA");
  }

  @Test
  @Proves({"PKCE-01", "PKCE-02", "NONCE-01", "AZ-01", "AZ-03"})
  void theProtocolParametersAreAlwaysThere() {
    assertThat(authorization(Map.of()))
        .isEqualTo(
            Map.of(
                "response_type", List.of("code"),
                "client_id", List.of("gate way:1"),
                "redirect_uri", List.of(Client.REDIRECT.toString()),
                "scope", List.of("openid profile"),
                "state", List.of("the-state"),
                "nonce", List.of("the-nonce"),
                "code_challenge", List.of(new CodeVerifier("the-verifier").challenge()),
                "code_challenge_method", List.of("S256")));
  }

  private static Dialect logsOut(Dialect.EndSession.Method method, Map<String, String> params) {
    var none = Dialect.none();
    return new Dialect(
        none.tenants(),
        none.discovery(),
        none.idToken(),
        none.tokenScope(),
        none.claimSources(),
        none.requiredClaims(),
        new Dialect.EndSession(method, params),
        none.errorActions());
  }

  /// Auth0's v2/logout and Cognito's logout take parameters of their own and nothing else.
  @Test
  @Proves("RPL-05")
  void aLogoutOfAnotherKindGetsItsOwnParametersAlone() {
    draft.dialect =
        logsOut(
            Dialect.EndSession.Method.CUSTOM,
            Map.of("client_id", "{client_id}", "returnTo", "{post_logout_redirect_uri}?s={state}"));
    assertThat(logout(Optional.of(idToken("{}"))))
        .isEqualTo(
            Map.of(
                "client_id", List.of("gate way:1"), "returnTo", List.of(RETURN + "?s=the-state")));
    assertThat(draft.dialect.endSession().returnsState()).isTrue();
  }

  @Test
  void parametersBesideTheStandardOnesNeverReplaceThem() {
    draft.dialect =
        logsOut(
            Dialect.EndSession.Method.RP_INITIATED, Map.of("federated", "", "state", "another"));
    var sent = logout(Optional.empty());
    assertThat(sent.get("federated")).containsExactly("");
    assertThat(sent.get("state")).containsExactly("the-state");
  }

  @Test
  void whereThereIsNoLogoutThereIsNoAddress() {
    draft.dialect = logsOut(Dialect.EndSession.Method.NONE, Map.of());
    assertThat(
            new ProviderUrls(vertx, draft.settings())
                .endSession(metadata(), Optional.empty(), RETURN, new State("the-state")))
        .isEmpty();
  }

  @Test
  @Proves("AZ-03")
  void openidIsAskedForEvenIfItWasForgotten() {
    draft.scopes = List.of("profile");
    assertThat(authorization(Map.of()).get("scope")).containsExactly("openid profile");
  }

  @Test
  void formPostIsAskedForWhereItIsConfigured() {
    draft.responseMode = ProviderSettings.ResponseMode.FORM_POST;
    assertThat(authorization(Map.of()).get("response_mode")).containsExactly("form_post");
  }

  @Test
  @Proves({"AZ-04", "AZ-05"})
  void neitherConfigurationNorBrowserOverridesAProtocolParameter() {
    var evil =
        Map.ofEntries(
            Map.entry("redirect_uri", "https://evil.example"),
            Map.entry("client_id", "evil"),
            Map.entry("scope", "admin"),
            Map.entry("response_type", "token"),
            Map.entry("response_mode", "fragment"),
            Map.entry("state", "evil"),
            Map.entry("nonce", "evil"),
            Map.entry("code_challenge", "evil"),
            Map.entry("code_challenge_method", "plain"),
            Map.entry("request", "eyJ"),
            Map.entry("request_uri", "https://evil.example"),
            Map.entry("login_hint", "alice&state=evil"));
    draft.authorizeParams = evil;
    var parameters = authorization(evil);
    assertThat(parameters.get("login_hint")).containsExactly("alice&state=evil");
    assertThat(parameters).hasSize(9).doesNotContainKeys("request", "request_uri", "response_mode");
    assertThat(parameters.values()).allMatch(values -> values.size() == 1);
    assertThat(parameters.toString().replace("alice&state=evil", "")).doesNotContain("evil");
  }

  @Test
  @Proves("AZ-05")
  void theBrowsersChoiceReplacesTheConfiguredOne() {
    draft.authorizeParams = Map.of("prompt", "login", "audience", "api");
    var parameters = authorization(Map.of("prompt", "none"));
    assertThat(parameters.get("prompt")).containsExactly("none");
    assertThat(parameters.get("audience")).containsExactly("api");
  }

  @Test
  @Proves("AZ-05")
  void anEndpointKeepsItsOwnQueryButNotOurParameters() {
    authorization = URI.create("https://id.example.com/authorize?p=b2c_1&state=fixed");
    var parameters = authorization(Map.of());
    assertThat(parameters.get("p")).containsExactly("b2c_1");
    assertThat(parameters.get("state")).containsExactly("the-state");
    assertThat(url(Map.of())).startsWith("https://id.example.com/authorize?p=b2c_1&");
  }

  @Test
  @Proves("AZ-05")
  void aQueryOfAnyKindIsDecodedAndEncodedOnce() {
    authorization = URI.create("https://id.example.com/a?x=1%262=3&flag&e=&x=again&ü=%C3%A4+b");
    var parameters = authorization(Map.of("login_hint", "a+b c%=ä"));
    assertThat(parameters.get("x")).containsExactly("1&2=3");
    assertThat(parameters.get("flag")).containsExactly("");
    assertThat(parameters.get("e")).containsExactly("");
    assertThat(parameters.get("ü")).containsExactly("ä b");
    assertThat(parameters.get("login_hint")).containsExactly("a+b c%=ä");
    assertThat(url(Map.of()).chars().filter(c -> c == '?')).hasSize(1);
  }

  @Test
  void newEndpointsAreUsedAtOnce() {
    var urls = new ProviderUrls(vertx, draft.settings());
    var before = urls.endSession(metadata(), Optional.empty(), RETURN, new State("s"));
    endSession = Optional.of(URI.create("https://new.example.com/logout?p=b2c_1"));
    var after = urls.endSession(metadata(), Optional.empty(), RETURN, new State("s"));
    assertThat(before.orElseThrow()).startsWith("https://id.example.com/logout?client_id=");
    assertThat(after.orElseThrow()).startsWith("https://new.example.com/logout?p=b2c_1&client_id=");
  }

  @Test
  @Proves({"RPL-01", "RPL-03"})
  void theEndSessionUrlCarriesTheHint() {
    var token = idToken("{\"sub\":\"alice\"}");
    assertThat(logout(Optional.of(token)))
        .isEqualTo(
            Map.of(
                "id_token_hint", List.of(token.reveal()),
                "client_id", List.of("gate way:1"),
                "post_logout_redirect_uri", List.of(RETURN.toString()),
                "state", List.of("the-state")));
  }

  @Test
  @Proves("RPL-02")
  void withoutTheHintTheProviderIsToldWhoInstead() {
    draft.idTokenHint = ProviderSettings.IdTokenHint.NEVER;
    var parameters = logout(Optional.of(idToken("{\"sub\":\"alice\",\"login_hint\":\"a@x\"}")));
    assertThat(parameters).doesNotContainKey("id_token_hint");
    assertThat(parameters.get("logout_hint")).containsExactly("a@x");
    assertThat(logout(Optional.of(idToken("{\"sub\":\"alice\"}"))).get("logout_hint"))
        .containsExactly("alice");
  }

  @Test
  @Proves("RPL-02")
  void aHintOverThreeKibibytesIsDropped() {
    var claims = "{\"sub\":\"alice\",\"groups\":\"" + "a".repeat(3000) + "\"}";
    var parameters = logout(Optional.of(idToken(claims)));
    assertThat(parameters).doesNotContainKey("id_token_hint");
    assertThat(parameters.get("logout_hint")).containsExactly("alice");
    assertThat(logout(Optional.empty())).doesNotContainKeys("id_token_hint", "logout_hint");
  }

  @Test
  @Proves("RPL-05")
  void aProviderWithoutEndSessionHasNoUrl() {
    endSession = Optional.empty();
    assertThat(
            new ProviderUrls(vertx, draft.settings())
                .endSession(metadata(), Optional.empty(), RETURN, new State("s")))
        .isEmpty();
  }
}

package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.anything;
import static dev.cloakroom.config.shape.Words.bool;
import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.duration;
import static dev.cloakroom.config.shape.Words.text;
import static dev.cloakroom.config.shape.Words.url;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.shape.Shape.Named;
import dev.cloakroom.oidc.Hardening.Profile;
import dev.cloakroom.oidc.ProviderSettings.IdTokenHint;
import dev.cloakroom.oidc.ProviderSettings.Redirect;
import dev.cloakroom.oidc.ProviderSettings.ResponseMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The keys of a provider.
final class ProviderKeys {
  static final Key<URI> AUTHORIZATION = endpoint("authorization", "authorize");
  static final Key<URI> TOKEN = endpoint("token", "token");
  static final Key<URI> JWKS = endpoint("jwks", "keys");
  static final Key<URI> USERINFO_ENDPOINT = endpoint("userinfo", "userinfo");
  static final Key<URI> END_SESSION = endpoint("end_session", "logout");
  static final Key<URI> REVOCATION = endpoint("revocation", "revoke");
  static final Key<URI> PUSHED = endpoint("pushed_authorization", "par");
  static final List<Key<URI>> ALL_ENDPOINTS =
      List.of(AUTHORIZATION, TOKEN, JWKS, USERINFO_ENDPOINT, END_SESSION, REVOCATION, PUSHED);
  static final Group ENDPOINTS = Group.of(ALL_ENDPOINTS.toArray(Key<?>[]::new));

  static final Key<String> ISSUER =
      Key.required(
          "issuer",
          text("a URL", "https?://[^\\s?#]+", "begin with https://, no query or fragment"),
          "https://id.example.com/realms/acme",
          "The issuer, byte for byte as the provider writes it. Discovery begins here.");
  static final Key<URI> DISCOVERY_URL =
      Key.of("discovery_url", url("https", "http"), "The metadata, where it is not below `issuer`.")
          .like("https://id.example.com/realms/acme/.well-known/openid-configuration");
  static final Key<Section> ENDPOINTS_KEY =
      Key.<Section>of("endpoints", ENDPOINTS, "Endpoints by hand; each wins over discovery.")
          .or("{}");
  static final Key<String> CLIENT_ID =
      Key.required("client_id", text(), "spa-gateway", "The client's id at the provider.");
  static final Key<List<String>> SCOPES =
      Key.of("scopes", new Many<>(token(), Alone.WORDS), "What to ask for; `openid` is compulsory.")
          .or("[openid]")
          .like("[openid, profile]");
  static final Key<List<String>> RESOURCES =
      Key.of(
              "resources",
              TokenKeys.resources(),
              "The APIs the login's own access token is for (RFC 8707); empty: the provider"
                  + " decides.")
          .or("[]")
          .like("https://api.example.com/");
  static final Key<String> AUTHORIZATION_DETAILS =
      Key.of(
              "authorization_details",
              new Shape.Typed(),
              "What every login asks for in detail (RFC 9396), in the words of the API. A provider that"
                  + " does not say what it granted of it logs nobody in.")
          .or("[]")
          .like("[{type: account_information, actions: [list_accounts]}]");
  static final Key<Map<String, String>> AUTHORIZE_PARAMS =
      Key.<Map<String, String>>of(
              "authorize_params",
              new Named<>(anything(), "[A-Za-z0-9_.-]{1,64}"),
              "Further parameters of every authorization request.")
          .or("{}")
          .like("{audience: https://api.example.com}");
  static final Key<List<String>> ALLOWED_LOGIN_PARAMS =
      Key.of(
              "allowed_login_params",
              new Many<>(token(), Alone.WORDS),
              "Parameters of the login endpoint that may travel to the provider.")
          .or("[prompt, login_hint, acr_values, max_age, ui_locales]");
  static final Key<ResponseMode> RESPONSE_MODE =
      Key.of(
              "response_mode",
              choice(responseModes(), Set.of()),
              "How the provider answers at the redirect URI; with `.jwt` the answer is signed"
                  + " (JARM), and an unsigned one is refused.")
          .or("query");
  static final Key<List<String>> ID_TOKEN_ALGS =
      Key.of(
              "id_token_algs",
              new Many<>(
                  choice(
                      identity(
                          List.of(
                              "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                              "ES384", "ES512", "EdDSA")),
                      Set.of()),
                  Alone.WORDS),
              "Signature algorithms an ID token may have.")
          .or("[RS256]");
  static final Key<Boolean> USERINFO =
      Key.of("userinfo", bool(), "Ask the UserInfo endpoint for claims at login.").or("false");
  static final Key<Boolean> INTROSPECTION =
      Key.of(
              "introspection",
              bool(),
              "Ask the provider what the access token stands for now (RFC 7662), where a route requires"
                  + " claims: they must be in that answer, which serves for a minute. Else they are those of"
                  + " the login.")
          .or("false");
  static final Key<List<String>> CLAIMS =
      Key.of("claims", new Many<>(text(), Alone.WORDS), "Claims the session endpoint may show.")
          .or("[sub, name, preferred_username, email, picture]");
  static final Key<Duration> AHEAD =
      Key.of("ahead", duration(Duration.ZERO), "Refresh so long before the access token expires.")
          .orComputed("the lesser of 30s and a tenth of the token's life")
          .like("30s");
  static final Key<Duration> REUSE_GRACE =
      Key.of(
              "reuse_grace",
              duration(Duration.ZERO),
              "How long the provider accepts a refresh token again; a lost answer is asked for once"
                  + " more.")
          .or("0s");
  static final Key<Section> REFRESH_KEY =
      Key.<Section>of("refresh", Group.of(AHEAD, REUSE_GRACE), "Refreshing access tokens.")
          .or("{}");
  static final Key<Duration> DEFAULT_TOKEN_LIFE =
      Key.of(
              "default_token_life",
              duration(Duration.ofSeconds(1)),
              "Life of an access token whose answer has no `expires_in`.")
          .or("5m");
  static final Key<Duration> TIMEOUT =
      Key.of("timeout", duration(Duration.ofMillis(100)), "For one call to the provider, in all.")
          .or("10s");
  static final Key<Duration> CLOCK_SKEW =
      Key.of("clock_skew", duration(Duration.ZERO), "How far the provider's clock may be off.")
          .or("30s");
  static final Key<IdTokenHint> ID_TOKEN_HINT =
      Key.of(
              "id_token_hint",
              choice(IdTokenHint.class),
              "Whether logout shows the provider the ID token.")
          .or("auto");
  static final Key<Boolean> FRONT_CHANNEL =
      Key.of(
              "front_channel",
              bool(),
              "Let the provider end sessions through the browser, too"
                  + " (`/auth/frontchannel-logout`). Whoever knows a `sid` can; prefer back-channel"
                  + " logout.")
          .or("false");
  static final Key<Section> LOGOUT_KEY =
      Key.<Section>of(
              "logout",
              Group.of(
                  DialectKeys.LOGOUT_METHOD,
                  DialectKeys.LOGOUT_PARAMS,
                  ID_TOKEN_HINT,
                  FRONT_CHANNEL),
              "Logout at the provider.")
          .or("{}");
  static final Key<Redirect> CALLBACK =
      Key.of(
              "callback",
              choice(Redirect.class),
              "`own`: the redirect URI is `/auth/callback/<name>`, and no other is taken.")
          .or("shared");
  static final Key<String> LABEL =
      Key.of("label", text(), "What users know it by, where they choose among several.")
          .orComputed("the provider's name")
          .like("Company account");
  static final Key<Boolean> LISTED =
      Key.of("listed", bool(), "Whether users may choose it; else only who names it gets there.")
          .or("true");
  static final Key<Profile> PROFILE =
      Key.of(
              "profile",
              choice(Profile.class),
              "`fapi2`: the FAPI 2.0 Security Profile. Keys that are not written become what it"
                  + " wants, what contradicts it is refused, and so is a provider that offers"
                  + " less.")
          .or("none");
  static final Key<Boolean> INSECURE_HTTP =
      Key.of(
              "insecure_http",
              bool(),
              "Accept plain http to a provider off loopback: the secret and tokens travel"
                  + " readably.")
          .or("false");

  static final Group PROVIDER =
      Group.of(
              PROFILE,
              ISSUER,
              DISCOVERY_URL,
              ENDPOINTS_KEY,
              CLIENT_ID,
              ClientKeys.CLIENT_SECRET,
              ClientKeys.PREVIOUS_CLIENT_SECRET,
              ClientKeys.CLIENT_AUTH,
              ClientKeys.ASSERTION_KEY,
              ClientKeys.APPLE_KEY,
              ClientKeys.TLS_KEY,
              ClientKeys.BOUND_TOKENS,
              ClientKeys.PUSHED_AUTHORIZATION,
              ClientKeys.REQUEST_OBJECT,
              ClientKeys.DECRYPTION_KEYS,
              ClientKeys.DPOP,
              SCOPES,
              RESOURCES,
              AUTHORIZATION_DETAILS,
              AUTHORIZE_PARAMS,
              ALLOWED_LOGIN_PARAMS,
              RESPONSE_MODE,
              ID_TOKEN_ALGS,
              USERINFO,
              INTROSPECTION,
              CLAIMS,
              REFRESH_KEY,
              DEFAULT_TOKEN_LIFE,
              TIMEOUT,
              CLOCK_SKEW,
              LOGOUT_KEY,
              DialectKeys.ALLOWED_TENANTS,
              DialectKeys.DISCOVERY,
              DialectKeys.ID_TOKEN,
              DialectKeys.TOKEN_SCOPE,
              DialectKeys.CLAIM_SOURCES,
              DialectKeys.REQUIRED_CLAIMS,
              DialectKeys.ERROR_ACTIONS,
              CALLBACK,
              LABEL,
              LISTED,
              INSECURE_HTTP)
          .behind(PresetKeys.ALL)
          .either("issuer", "preset");

  private ProviderKeys() {}

  private static Key<URI> endpoint(String name, String last) {
    return Key.of(name, url("https", "http"), "The " + name.replace('_', ' ') + " endpoint.")
        .like("https://id.example.com/" + last);
  }

  /// A word without spaces, as scopes and parameters are.
  private static Shape.Word<String> token() {
    return text("a word", "[!#-\\[\\]-~]+", "no spaces or quotes inside");
  }

  private static Map<String, ResponseMode> responseModes() {
    var modes = new java.util.LinkedHashMap<String, ResponseMode>();
    for (var mode : ResponseMode.values()) {
      modes.put(mode.value(), mode);
    }
    return modes;
  }

  private static Map<String, String> identity(List<String> words) {
    var map = new java.util.LinkedHashMap<String, String>();
    words.forEach(word -> map.put(word, word));
    return map;
  }
}

package dev.cloakroom.world;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An OpenID provider that is strict about requests and misbehaves on order. It listens on
/// `127.0.0.1`, so that to a browser on `localhost` it is another site.
///
/// Whatever a request does wrong is refused and noted in [#violations], which a world checks at its
/// end. Every token it gives is a sentinel, listed in [#secrets].
///
/// This is the language in which tests give orders to its parts, and it is long, because a provider
/// can misbehave in many ways; the work is done in the parts.
public final class ScriptedProvider implements AutoCloseable {
  public static final String CLIENT_ID = "gate way:1"; // needs form-encoding inside Basic
  public static final String CLIENT_SECRET = "SECRET-SENTINEL:a%s +é/";

  final InstantSource clock;
  final ProviderKeys keys = new ProviderKeys();
  final Grants grants = new Grants();
  final List<String> violations = new CopyOnWriteArrayList<>();
  final Set<String> redirectUris = ConcurrentHashMap.newKeySet();

  volatile boolean needsClick = true;
  volatile boolean rotates = true;
  volatile boolean bearsReuse;
  volatile boolean givesRefreshTokens = true;
  volatile Duration exchangedTokenLife = Duration.ofMinutes(5);
  volatile boolean plainOauth;
  volatile boolean binds;
  volatile String clientId = CLIENT_ID;
  volatile Duration accessTokenLife = Duration.ofMinutes(5);
  volatile String user = "alice";
  final ClientGuard clients = new ClientGuard(this);
  volatile UnaryOperator<IdTokenDraft> idTokens = UnaryOperator.identity();
  volatile UnaryOperator<IdTokenDraft> signedResponses = UnaryOperator.identity();
  volatile UnaryOperator<String> encryption = UnaryOperator.identity();
  volatile UnaryOperator<JsonObject> tokenAnswers = UnaryOperator.identity();
  volatile UnaryOperator<JsonObject> userinfoAnswers = UnaryOperator.identity();
  volatile UnaryOperator<JsonObject> introspections = UnaryOperator.identity();
  volatile UnaryOperator<Map<String, String>> responses = UnaryOperator.identity();

  final Misbehaviour misbehaviour = new Misbehaviour();
  final Showcase showcase = new Showcase();
  private final LogoutTokens logoutTokens = new LogoutTokens(this);
  private final ProviderServer server;
  final FrontDesk frontDesk = new FrontDesk(this);
  final BackOffice backOffice = new BackOffice(this);
  final Map<String, String> keyOf = new ConcurrentHashMap<>();
  volatile boolean bindsToKeys;
  final ProofGuard tokenProofs;
  final ProofGuard userinfoProofs;

  private ScriptedProvider(Vertx vertx, InstantSource clock, Optional<Secured> tls) {
    this.clock = clock;
    grants.remember(CLIENT_SECRET);
    tokenProofs = new ProofGuard("token", clock);
    userinfoProofs = new ProofGuard("userinfo", clock);
    server = new ProviderServer(this, vertx, tls);
  }

  public static ScriptedProvider start(Vertx vertx, InstantSource clock) {
    return start(vertx, clock, Optional.empty());
  }

  /// One that speaks TLS and asks for certificates, at a second address, too.
  public static ScriptedProvider start(Vertx vertx, InstantSource clock, Optional<Secured> tls) {
    return new ScriptedProvider(vertx, clock, tls);
  }

  /// The origin, which is also the issuer.
  public String issuer() {
    return server.origin();
  }

  // -- what a test may ask of it

  /// Registers a redirect URI; no other is accepted.
  public void registers(String redirectUri) {
    redirectUris.add(redirectUri);
  }

  /// Whether a person has to press a button before the browser is sent back (default), or is known.
  public void asksForAClick(boolean asks) {
    needsClick = asks;
  }

  /// Who sits in front of the provider's login page.
  public void isVisitedBy(String name) {
    user = name;
  }

  public void rotatesRefreshTokens(boolean rotating) {
    rotates = rotating;
  }

  /// Answers a refresh token that was used before as if it had not been.
  public void bearsReuse() {
    bearsReuse = true;
  }

  public void givesRefreshTokens(boolean giving) {
    givesRefreshTokens = giving;
  }

  public void givesAccessTokensFor(Duration life) {
    accessTokenLife = life;
  }

  public void givesExchangedTokensFor(Duration life) {
    exchangedTokenLife = life;
  }

  /// Registers the client under another id.
  public void knowsTheClientAs(String id) {
    clientId = id;
  }

  /// OAuth 2.0 without OpenID Connect: no nonce, no `openid`, no ID token.
  public void speaksPlainOauth() {
    plainOauth = true;
    spoilsTokenAnswers(body -> without(body, "id_token"));
  }

  private static JsonObject without(JsonObject body, String name) {
    body.remove(name);
    return body;
  }

  public void takesTheSecretInTheBody() {
    clients.takes("client_secret_post");
  }

  /// Takes nothing but assertions under the client's secret.
  public void takesAssertionsUnderTheSecret() {
    clients.takes("client_secret_jwt");
  }

  /// Takes nothing but assertions under one of these public keys.
  public void takesAssertionsUnder(JsonObject jwks) {
    clients.takes("private_key_jwt");
    clients.knowsKeys(jwks);
  }

  /// Takes nothing but secrets that the `team` made under one of these public keys.
  public void takesSecretsMintedBy(String team, JsonObject jwks, String audience) {
    clients.takes("apple_jwt");
    clients.knowsName(team);
    clients.knowsKeys(jwks);
    clients.wantsAudience(audience);
  }

  /// Takes the parameters of a login beforehand, too.
  public void takesPushedRequests() {
    spoilsMetadata(
        document -> document.put("pushed_authorization_request_endpoint", issuer() + "/par"));
  }

  /// Takes them nowhere else, though its metadata need not say so.
  public void refusesParametersInTheUrl() {
    frontDesk.refusesParametersInTheUrl();
  }

  /// Takes request objects under one of these public keys, and nothing else.
  public void takesRequestObjectsUnder(JsonObject jwks) {
    frontDesk.takesRequestObjectsUnder(jwks);
  }

  /// Takes nothing but a certificate for that name.
  public void takesCertificatesFor(String name) {
    clients.takes("tls_client_auth");
    clients.knowsName(name);
  }

  /// Takes nothing but that certificate.
  public void takesTheCertificate(PemFiles certificate) {
    clients.takes("self_signed_tls_client_auth");
    clients.knowsThumbprint(certificate.thumbprint());
  }

  /// Binds access tokens to the certificate that is shown, and wants to be shown one.
  public void bindsTokens() {
    binds = true;
    spoilsMetadataToo(document -> document.put("tls_client_certificate_bound_access_tokens", true));
  }

  /// Where certificates are asked for is another address.
  public void hasAliases() {
    var at = server.alias() + "/";
    spoilsMetadataToo(
        document ->
            document.put(
                "mtls_endpoint_aliases",
                new JsonObject()
                    .put("token_endpoint", at + "token")
                    .put("userinfo_endpoint", at + "userinfo")
                    .put("revocation_endpoint", at + "revoke")
                    .put("introspection_endpoint", at + "introspect")
                    .put("pushed_authorization_request_endpoint", at + "par")));
  }

  /// Binds codes and tokens to the key of the client (RFC 9449), and gives none that are not.
  public void bindsToKeys() {
    bindsToKeys(true);
    spoilsMetadataToo(
        document -> document.put("dpop_signing_alg_values_supported", List.of("ES256", "PS256")));
  }

  /// Whether it binds them from now on; what it offers stays.
  public void bindsToKeys(boolean binding) {
    bindsToKeys = binding;
  }

  /// Proofs at the token endpoint.
  public ProofGuard tokenProofs() {
    return tokenProofs;
  }

  /// Proofs at the UserInfo endpoint.
  public ProofGuard userinfoProofs() {
    return userinfoProofs;
  }

  /// The thumbprint of the key that an access token is bound to.
  public @Nullable String keyOf(String accessToken) {
    return keyOf.get(accessToken);
  }

  /// Assertions are to name this audience, instead of the issuer.
  public void wantsTheAudience(String audience) {
    clients.wantsAudience(audience);
  }

  /// The client has another secret from now on.
  public void changesTheSecret(String other) {
    clients.secret(grants.remember(other));
  }

  public void rotatesKeys() {
    keys.rotate();
  }

  /// Publishes a key that signs nothing before the one that does.
  public void publishesAnotherKeyFirst() {
    keys.publishAnotherFirst();
  }

  /// Spoils every signed authorization response from now on.
  public void spoilsSignedResponses(UnaryOperator<IdTokenDraft> spoiler) {
    signedResponses = spoiler;
  }

  /// Encrypts ID tokens to this public key.
  public void encryptsIdTokensTo(JsonObject jwk, JWEAlgorithm algorithm, EncryptionMethod method) {
    encryption = token -> grants.remember(IdTokenEncryption.of(token, jwk, algorithm, method));
  }

  public void encryptsIdTokensNoMore() {
    encryption = UnaryOperator.identity();
  }

  /// Spoils every ID token from now on.
  public void spoilsIdTokens(UnaryOperator<IdTokenDraft> spoiler) {
    idTokens = spoiler;
  }

  /// Spoils every answer of the token endpoint from now on.
  public void spoilsTokenAnswers(UnaryOperator<JsonObject> spoiler) {
    tokenAnswers = spoiler;
  }

  /// Spoils what it says of access tokens from now on.
  public void spoilsIntrospections(UnaryOperator<JsonObject> spoiler) {
    introspections = spoiler;
  }

  public void spoilsUserinfo(UnaryOperator<JsonObject> spoiler) {
    userinfoAnswers = spoiler;
  }

  /// Spoils every authorization response from now on.
  public void spoilsResponses(UnaryOperator<Map<String, String>> spoiler) {
    responses = spoiler;
  }

  public void spoilsMetadata(UnaryOperator<JsonObject> spoiler) {
    showcase.spoils(spoiler);
  }

  /// The same, after what spoils them already.
  public void spoilsMetadataToo(UnaryOperator<JsonObject> spoiler) {
    showcase.spoilsToo(spoiler);
  }

  /// Misbehaves at the next call of an endpoint, once per given fault.
  public void nextAt(String endpoint, Fault... next) {
    misbehaviour.nextAt(endpoint, next);
  }

  /// Misbehaves at every call of an endpoint until [#behavesAgain].
  public void alwaysAt(String endpoint, Fault fault) {
    misbehaviour.alwaysAt(endpoint, fault);
  }

  public void behavesAgain() {
    misbehaviour.ends();
  }

  /// Makes every call of an endpoint wait until the promise is completed.
  public Promise<Void> holdsAt(String endpoint) {
    return misbehaviour.holdsAt(endpoint);
  }

  /// A logout token for this client as it should be, without `sub` and `sid`, after `spoiler`.
  public String logoutToken(UnaryOperator<IdTokenDraft> spoiler) {
    return logoutTokens.draw(spoiler);
  }

  public void endsAllSessionsOf(String name) {
    grants.endAllOf(name);
  }

  // -- what a test may know of it

  public List<ProviderCall> calls(String endpoint) {
    return server.calls(endpoint);
  }

  public int count(String endpoint) {
    return calls(endpoint).size();
  }

  /// Calls of the token endpoint with this grant.
  public int count(String endpoint, String grantType) {
    return (int)
        calls(endpoint).stream()
            .filter(call -> Objects.equals(call.parameters().get("grant_type"), grantType))
            .count();
  }

  /// What requests did wrong so far.
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /// A test that expects violations forgives them.
  public void forgives() {
    violations.clear();
  }

  /// Everything that no browser and no log may ever see.
  public Set<String> secrets() {
    return grants.issued();
  }

  /// The resources or audiences an access token was given for.
  public List<String> audiencesOf(String accessToken) {
    return grants.audiencesOf(accessToken);
  }

  /// The thumbprint of the certificate an access token is bound to, as an API would learn it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3.2 RFC 8705, 3.2
  public Optional<String> confirmationOf(String accessToken) {
    return grants.confirmationOf(accessToken);
  }

  /// The user an access token was given for, as an API would learn it.
  public @Nullable String userOf(String accessToken) {
    return grants.byAccessToken(accessToken).map(Grants.Login::user).orElse(null);
  }

  /// The provider goes away: connections are refused until [#comesBack].
  public void goesDown() {
    server.goesDown();
  }

  /// It listens again where it did before.
  public void comesBack() {
    server.comesBack();
  }

  @Override
  public void close() {
    server.close();
  }
}

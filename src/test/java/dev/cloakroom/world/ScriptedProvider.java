package dev.cloakroom.world;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An OpenID provider that is strict about requests and misbehaves on order. It listens on
/// `127.0.0.1`, so that to a browser on `localhost` it is another site.
///
/// Whatever a request does wrong is refused and noted in [#violations], which a world checks at its
/// end. Every token it gives is a sentinel, listed in [#secrets].
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
  private volatile UnaryOperator<JsonObject> metadata = UnaryOperator.identity();

  private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
  private final Map<String, Fault> lastingFaults = new ConcurrentHashMap<>();
  private final Vertx vertx;
  private final Optional<Secured> tls;
  private final int port;
  private final int aliasPort;
  private volatile HttpServer server;
  private final HttpServer alias;
  final FrontDesk frontDesk = new FrontDesk(this);
  private final BackOffice backOffice = new BackOffice(this);
  final Map<String, String> keyOf = new ConcurrentHashMap<>();
  volatile boolean bindsToKeys;
  final ProofGuard tokenProofs;
  final ProofGuard userinfoProofs;

  private ScriptedProvider(Vertx vertx, InstantSource clock, Optional<Secured> tls) {
    this.vertx = vertx;
    this.clock = clock;
    this.tls = tls;
    grants.remember(CLIENT_SECRET);
    tokenProofs = new ProofGuard("token", clock);
    userinfoProofs = new ProofGuard("userinfo", clock);
    server = server();
    port = Waiting.on(server.listen(0, "127.0.0.1")).actualPort();
    alias = server();
    aliasPort = Waiting.on(alias.listen(0, "127.0.0.1")).actualPort();
  }

  private HttpServer server() {
    return vertx
        .createHttpServer(tls.map(Secured::options).orElseGet(HttpServerOptions::new))
        .requestHandler(this::receive);
  }

  private final AtomicInteger logoutTokens = new AtomicInteger();

  public static ScriptedProvider start(Vertx vertx, InstantSource clock) {
    return start(vertx, clock, Optional.empty());
  }

  /// One that speaks TLS and asks for certificates, at a second address, too.
  public static ScriptedProvider start(Vertx vertx, InstantSource clock, Optional<Secured> tls) {
    return new ScriptedProvider(vertx, clock, tls);
  }

  /// The origin, which is also the issuer.
  public String issuer() {
    return origin(port);
  }

  private String origin(int at) {
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + at;
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
    var at = origin(aliasPort) + "/";
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
    metadata = spoiler;
  }

  /// The same, after what spoils them already.
  public void spoilsMetadataToo(UnaryOperator<JsonObject> spoiler) {
    var before = metadata;
    metadata = document -> spoiler.apply(before.apply(document));
  }

  /// Misbehaves at the next call of an endpoint, once per given fault.
  public void nextAt(String endpoint, Fault... next) {
    var queue = faults.computeIfAbsent(endpoint, _ -> new ArrayDeque<>());
    synchronized (queue) {
      queue.addAll(List.of(next));
    }
  }

  /// Misbehaves at every call of an endpoint until [#behavesAgain].
  public void alwaysAt(String endpoint, Fault fault) {
    lastingFaults.put(endpoint, fault);
  }

  public void behavesAgain() {
    faults.clear();
    lastingFaults.clear();
  }

  /// Makes every call of an endpoint wait until the promise is completed.
  public Promise<Void> holdsAt(String endpoint) {
    Promise<Void> gate = Promise.promise();
    alwaysAt(endpoint, new Fault.Wait(gate.future()));
    return gate;
  }

  /// A logout token for this client as it should be, without `sub` and `sid`, after `spoiler`.
  public String logoutToken(UnaryOperator<IdTokenDraft> spoiler) {
    var now = clock.instant().getEpochSecond();
    var event = "http://schemas.openid.net/event/backchannel-logout";
    var claims =
        new JsonObject()
            .put("iss", issuer())
            .put("aud", clientId)
            .put("iat", now)
            .put("exp", now + 120)
            .put("jti", "jti-" + logoutTokens.incrementAndGet())
            .put("events", new JsonObject().put(event, new JsonObject()));
    var draft = new IdTokenDraft(new JsonObject(), claims, ProviderKeys.Signing.RS256);
    var ready = spoiler.apply(draft.typ("logout+jwt"));
    return grants.remember(
        keys.sign(ready.header(), ready.claims(), ready.signing(), CLIENT_SECRET));
  }

  public void endsAllSessionsOf(String name) {
    grants.endAllOf(name);
  }

  // -- what a test may know of it

  public List<ProviderCall> calls(String endpoint) {
    return calls.stream().filter(call -> call.endpoint().equals(endpoint)).toList();
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

  // -- receiving

  private void receive(HttpServerRequest request) {
    request.exceptionHandler(_ -> {});
    request.response().exceptionHandler(_ -> {});
    request.setExpectMultipart(isForm(request));
    var endpoint = endpoint(Objects.requireNonNull(request.path()));
    request
        .end()
        .onSuccess(
            _ -> {
              var parameters = isForm(request) ? request.formAttributes() : request.params();
              calls.add(
                  new ProviderCall(
                      endpoint,
                      request.method().name(),
                      request.headers(),
                      parameters,
                      Secured.shown(request.connection()).map(Secured::thumbprint),
                      request.localAddress().port() == aliasPort));
              meet(request, endpoint);
            });
  }

  static boolean isForm(HttpServerRequest request) {
    var type = request.getHeader("Content-Type");
    return type != null && type.startsWith("application/x-www-form-urlencoded");
  }

  private static String endpoint(String path) {
    return switch (path) {
      case "/.well-known/openid-configuration" -> "discovery";
      default -> path.substring(1);
    };
  }

  private void meet(HttpServerRequest request, String endpoint) {
    switch (fault(endpoint)) {
      case null -> serve(request, endpoint);
      case Fault.Answer(var status, var fields, var body) -> {
        fields.forEach(request.response()::putHeader);
        send(request, status, body);
      }
      case Fault.Drop() -> drop(request);
      case Fault.LoseAnswer() -> {
        var _ = backOffice.answer(endpoint, request);
        drop(request);
      }
      case Fault.Wait(var gate) -> gate.onComplete(_ -> serve(request, endpoint));
      case Fault.Hang() -> {}
      case Fault.Flood(var bytes) -> flood(request, bytes);
    }
  }

  private @Nullable Fault fault(String endpoint) {
    var queue = faults.get(endpoint);
    if (queue != null) {
      synchronized (queue) {
        var next = queue.poll();
        if (next != null) {
          return next;
        }
      }
    }
    return lastingFaults.get(endpoint);
  }

  private static void drop(HttpServerRequest request) {
    var _ = request.connection().close();
  }

  private static void flood(HttpServerRequest request, long bytes) {
    var response = request.response().putHeader("Content-Type", "application/json");
    response.setChunked(true);
    var block = Buffer.buffer(" ".repeat(64 * 1024));
    for (long sent = 0; sent < bytes && !response.closed(); sent += block.length()) {
      var _ = response.write(block);
    }
    var _ = response.end("{}");
  }

  private void serve(HttpServerRequest request, String endpoint) {
    switch (endpoint) {
      case "discovery" -> json(request, 200, metadata.apply(document()));
      case "jwks" -> json(request, 200, keys.jwks());
      case "authorize" -> frontDesk.authorize(request);
      case "decide" -> frontDesk.decide(request);
      case "end_session" -> frontDesk.endSession(request);
      case "token", "userinfo", "revoke", "introspect", "par" -> {
        var answer = backOffice.answer(endpoint, request);
        json(request, answer.status(), answer.body());
      }
      default -> send(request, 404, "not here");
    }
  }

  private JsonObject document() {
    var at = issuer() + "/";
    return new JsonObject()
        .put("issuer", issuer())
        .put("authorization_endpoint", at + "authorize")
        .put("token_endpoint", at + "token")
        .put("jwks_uri", at + "jwks")
        .put("userinfo_endpoint", at + "userinfo")
        .put("revocation_endpoint", at + "revoke")
        .put("introspection_endpoint", at + "introspect")
        .put("end_session_endpoint", at + "end_session")
        .put("response_types_supported", List.of("code"))
        .put(
            "response_modes_supported", List.of("query", "form_post", "query.jwt", "form_post.jwt"))
        .put("subject_types_supported", List.of("public"))
        .put("id_token_signing_alg_values_supported", List.of("RS256"))
        .put("code_challenge_methods_supported", List.of("S256"))
        .put(
            "token_endpoint_auth_methods_supported",
            List.of(
                "client_secret_basic",
                "client_secret_post",
                "client_secret_jwt",
                "private_key_jwt",
                "tls_client_auth",
                "self_signed_tls_client_auth"))
        .put("authorization_response_iss_parameter_supported", true);
  }

  static void json(HttpServerRequest request, int status, JsonObject body) {
    request.response().putHeader("Content-Type", "application/json");
    request.response().putHeader("Cache-Control", "no-store");
    send(request, status, body.toString());
  }

  static void send(HttpServerRequest request, int status, String body) {
    var _ = request.response().setStatusCode(status).end(body);
  }

  /// The provider goes away: connections are refused until [#comesBack].
  public void goesDown() {
    Waiting.on(server.close());
  }

  /// It listens again where it did before.
  public void comesBack() {
    server = server();
    Waiting.on(server.listen(port, "127.0.0.1"));
  }

  @Override
  public void close() {
    goesDown();
    Waiting.on(alias.close());
  }
}

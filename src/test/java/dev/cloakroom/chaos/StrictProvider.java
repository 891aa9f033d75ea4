package dev.cloakroom.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.cloakroom.world.Waiting;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A provider whose refresh tokens work once: a second use revokes the login. It keeps the history
/// of each login, from which the cause of a loss can be told.
final class StrictProvider implements AutoCloseable {
  static final String CLIENT_ID = "gateway";
  static final String CLIENT_SECRET = "strict-secret";

  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Duration tokenLife;
  private final RSAKey key;
  private final HttpServer server;
  private final Map<String, Login> codes = new ConcurrentHashMap<>();
  private final Map<String, Spend> refreshTokens = new ConcurrentHashMap<>();
  private final Map<HttpConnection, Instant> closed = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile long stallMillis;

  /// One login of one user.
  static final class Login {
    final String sid;
    final @Nullable String nonce;
    final List<Spend> spends = new CopyOnWriteArrayList<>();
    volatile boolean revoked;

    Login(String sid, @Nullable String nonce) {
      this.sid = sid;
      this.nonce = nonce;
    }
  }

  /// A refresh token and what came of it: spent at most once, or the login is over.
  static final class Spend {
    final Login login;
    final AtomicInteger uses = new AtomicInteger();
    volatile @Nullable HttpConnection connection;
    volatile String nextAccessToken = "";

    Spend(Login login) {
      this.login = login;
    }
  }

  StrictProvider(Vertx vertx, Duration tokenLife) {
    this.vertx = vertx;
    this.tokenLife = tokenLife;
    try {
      key = new RSAKeyGenerator(2048).keyID("k").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    server = vertx.createHttpServer().requestHandler(this::receive);
    Waiting.on(server.listen(0, "127.0.0.1"));
  }

  String issuer() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /// From now on the token endpoint takes so long to answer; the work is done at once.
  void stalls(Duration delay) {
    stallMillis = delay.toMillis();
  }

  /// True when the tokens that replaced the last ones went to a process that was killed before it
  /// stored them: the connection that was to carry them broke with a kill, and no upstream ever saw
  /// the new access token. Nobody but the provider can prevent that loss.
  boolean lostInACrash(Login login, Set<String> accessTokensSeen, List<Instant> kills) {
    if (login.spends.isEmpty()) {
      return false;
    }
    var last = login.spends.getLast();
    var broke = last.connection == null ? null : closed.get(last.connection);
    return broke != null
        && kills.stream().anyMatch(kill -> between(kill, broke).compareTo(AT_ONCE) < 0)
        && !accessTokensSeen.contains(last.nextAccessToken);
  }

  private static Duration between(Instant one, Instant other) {
    return Duration.between(one, other).abs();
  }

  private void receive(HttpServerRequest request) {
    switch (Objects.requireNonNullElse(request.path(), "")) {
      case "/.well-known/openid-configuration" -> answer(request, 200, metadata());
      case "/jwks" ->
          answer(
              request,
              200,
              new JsonObject(
                  Map.of("keys", new JsonArray(List.of(key.toPublicJWK().toJSONObject())))));
      case "/authorize" -> authorize(request);
      case "/token" -> request.setExpectMultipart(true).endHandler(_ -> token(request));
      default -> answer(request, 404, new JsonObject());
    }
  }

  private JsonObject metadata() {
    return new JsonObject()
        .put("issuer", issuer())
        .put("authorization_endpoint", issuer() + "/authorize")
        .put("token_endpoint", issuer() + "/token")
        .put("jwks_uri", issuer() + "/jwks")
        .put("response_types_supported", List.of("code"))
        .put("subject_types_supported", List.of("public"))
        .put("id_token_signing_alg_values_supported", List.of("RS256"))
        .put("code_challenge_methods_supported", List.of("S256"))
        .put("authorization_response_iss_parameter_supported", true);
  }

  private void authorize(HttpServerRequest request) {
    int number = numbers.incrementAndGet();
    var code = "code-" + number;
    codes.put(code, new Login("sid-" + number, request.getParam("nonce")));
    var target =
        request.getParam("redirect_uri")
            + ("?code=" + code)
            + ("&state=" + URLEncoder.encode(request.getParam("state"), US_ASCII))
            + ("&iss=" + URLEncoder.encode(issuer(), US_ASCII));
    request.response().setStatusCode(302).putHeader("Location", target).end();
  }

  private void token(HttpServerRequest request) {
    var form = request.formAttributes();
    var basic =
        Base64.getEncoder().encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(US_ASCII));
    var expected = "Basic " + basic;
    var sent = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
    if (!sent.equals(expected)) {
      answer(request, 401, new JsonObject().put("error", "invalid_client"));
      return;
    }
    var granted = form.contains("refresh_token") ? refresh(request, form) : redeem(form);
    int status = granted == null ? 400 : 200;
    var body = granted == null ? new JsonObject().put("error", "invalid_grant") : granted;
    if (stallMillis > 0) {
      vertx.setTimer(stallMillis, _ -> answer(request, status, body));
    } else {
      answer(request, status, body);
    }
  }

  private @Nullable JsonObject redeem(MultiMap form) {
    var login = codes.remove(Objects.requireNonNullElse(form.get("code"), ""));
    return login == null ? null : tokens(login);
  }

  private @Nullable JsonObject refresh(HttpServerRequest request, MultiMap form) {
    var spend = refreshTokens.get(Objects.requireNonNullElse(form.get("refresh_token"), ""));
    if (spend == null) {
      return null;
    }
    if (spend.uses.incrementAndGet() > 1) {
      spend.login.revoked = true;
    }
    if (spend.login.revoked) {
      return null;
    }
    var connection = request.connection();
    connection.closeHandler(_ -> closed.put(connection, Instant.now()));
    var body = tokens(spend.login);
    spend.nextAccessToken = body.getString("access_token");
    spend.connection = connection;
    spend.login.spends.add(spend);
    return body;
  }

  private JsonObject tokens(Login login) {
    int number = numbers.incrementAndGet();
    var refreshToken = "rt-" + number;
    refreshTokens.put(refreshToken, new Spend(login));
    return new JsonObject()
        .put("access_token", login.sid + ".at-" + number)
        .put("token_type", "Bearer")
        .put("expires_in", tokenLife.toSeconds())
        .put("refresh_token", refreshToken)
        .put("id_token", idToken(login));
  }

  private String idToken(Login login) {
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience(CLIENT_ID)
            .subject("user-" + login.sid)
            .claim("sid", login.sid)
            .claim("nonce", login.nonce)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").type(JOSEObjectType.JWT).build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  private static void answer(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }

  /// How often refresh tokens were presented, and how many different ones.
  record Refreshes(long presented, long tokens) {}

  Refreshes refreshes() {
    long presented = 0;
    long tokens = 0;
    for (var spend : refreshTokens.values()) {
      int uses = spend.uses.get();
      presented += uses;
      tokens += uses > 0 ? 1 : 0;
    }
    return new Refreshes(presented, tokens);
  }

  /// The login of an access token, by the provider session it begins with.
  @Nullable Login loginOf(String sid) {
    return refreshTokens.values().stream()
        .map(spend -> spend.login)
        .filter(login -> login.sid.equals(sid))
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    Waiting.on(server.close());
  }
}

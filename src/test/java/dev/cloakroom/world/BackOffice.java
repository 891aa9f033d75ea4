package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The part of the scripted provider that clients talk to: strict about who asks, and how.
final class BackOffice {
  /// What an endpoint says.
  record Answer(int status, JsonObject body) {}

  private static final Set<String> MAY_REPEAT = Set.of("resource", "audience");
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  private static final Duration ID_TOKEN_LIFE = Duration.ofMinutes(5);

  private final ScriptedProvider provider;

  /// The key that the request at hand was proven with; requests come one after the other.
  private volatile String key = "";

  BackOffice(ScriptedProvider provider) {
    this.provider = provider;
  }

  Answer answer(String endpoint, HttpServerRequest request) {
    if (endpoint.equals("userinfo")) {
      return userinfo(request);
    }
    var wrong = wrongWith(endpoint, request);
    if (!wrong.isEmpty()) {
      wrong.forEach(what -> provider.violations.add(endpoint + ": " + what));
      return error(401, "invalid_client");
    }
    return switch (endpoint) {
      case "revoke" -> revoke(request);
      case "introspect" -> introspect(request);
      case "par" -> provider.frontDesk.push(request.formAttributes());
      default -> provider.bindsToKeys ? bound(request) : token(request);
    };
  }

  /// RFC 9449, 5: looks at the proof before it looks at anything else.
  private Answer bound(HttpServerRequest request) {
    var guard = provider.tokenProofs;
    var at = provider.issuer() + "/token";
    var verdict = guard.check("POST", at, request.headers().getAll("DPoP"), null);
    if (guard.givesNonces()) {
      request.response().putHeader("DPoP-Nonce", guard.nonce());
    }
    request.response().putHeader("Date", guard.date());
    return switch (verdict) {
      case ProofGuard.Verdict.Good(var thumbprint) -> {
        key = thumbprint;
        yield token(request);
      }
      case ProofGuard.Verdict.Stale() -> error(400, "use_dpop_nonce");
      case ProofGuard.Verdict.Untimely() -> error(400, "invalid_dpop_proof");
      case ProofGuard.Verdict.Wrong(var what) -> refused(what, "invalid_dpop_proof");
    };
  }

  /// A login is bound to the key that its authorization request named.
  private boolean isOfAnotherKey(Grants.Login login) {
    return provider.bindsToKeys && !Objects.equals(login.request().get("dpop_jkt"), key);
  }

  private String tokenType(String accessToken) {
    if (provider.bindsToKeys) {
      provider.keyOf.put(accessToken, key);
    }
    return provider.bindsToKeys ? "DPoP" : "Bearer";
  }

  private Answer token(HttpServerRequest request) {
    return switch (request.getFormAttribute("grant_type")) {
      case "authorization_code" -> redeem(request);
      case "refresh_token" -> refresh(request);
      case "client_credentials" -> client(request);
      case "urn:ietf:params:oauth:grant-type:token-exchange" -> exchange(request);
      case null, default -> refused("grant_type", "unsupported_grant_type");
    };
  }

  private Answer redeem(HttpServerRequest request) {
    var code = request.getFormAttribute("code");
    var login = code == null ? null : provider.grants.takeCode(code).orElse(null);
    if (login == null) {
      return refused("a code that is unknown or was used before", "invalid_grant");
    }
    var verifier = Objects.requireNonNullElse(request.getFormAttribute("code_verifier"), "");
    if (!verifier.matches("[A-Za-z0-9._~-]{43,128}")) {
      return refused("code_verifier is malformed", "invalid_grant");
    }
    provider.grants.remember(verifier);
    var challenge = ProviderKeys.base64(ProviderKeys.sha256(verifier.getBytes(UTF_8)));
    if (!challenge.equals(login.request().get("code_challenge"))) {
      return refused("code_verifier does not fit the challenge", "invalid_grant");
    }
    var redirectUri = request.getFormAttribute("redirect_uri");
    if (!Objects.equals(redirectUri, login.request().get("redirect_uri"))) {
      return refused("redirect_uri is " + redirectUri, "invalid_grant");
    }
    if (isOfAnotherKey(login)) {
      return refused("the code is bound to another key", "invalid_grant");
    }
    var resources = request.formAttributes().getAll("resource");
    return granted(request, login, provider.givesRefreshTokens, resources);
  }

  private Answer refresh(HttpServerRequest request) {
    var token = Objects.requireNonNullElse(request.getFormAttribute("refresh_token"), "");
    var resources = request.formAttributes().getAll("resource");
    if (!provider.grants.mayHave(token, resources)) {
      return error(400, "invalid_target"); // before anything is spent
    }
    return provider
        .grants
        .useRefreshToken(token, provider.rotates, provider.bearsReuse)
        .map(
            login ->
                isOfAnotherKey(login)
                    ? refused("the refresh token is bound to another key", "invalid_grant")
                    : granted(request, login, provider.rotates, resources))
        .orElseGet(() -> error(400, "invalid_grant"));
  }

  /// RFC 6749, 4.4: for being the client. It is nobody's login.
  private Answer client(HttpServerRequest request) {
    var form = request.formAttributes();
    var nobody = new Grants.Login("gateway itself", "SID-none", null, form);
    var access = accessToken(request, nobody, form.getAll("resource"));
    var body =
        new JsonObject()
            .put("access_token", access)
            .put("token_type", tokenType(access))
            .put("expires_in", provider.accessTokenLife.toSeconds());
    return new Answer(200, provider.tokenAnswers.apply(body));
  }

  /// RFC 8693: for an access token of ours, to whichever audience.
  private Answer exchange(HttpServerRequest request) {
    var form = request.formAttributes();
    var subject = Objects.requireNonNullElse(form.get("subject_token"), "");
    var login = provider.grants.byAccessToken(subject).orElse(null);
    if (login == null || provider.grants.isOver(login.sid())) {
      return error(400, "invalid_request");
    }
    if (!Objects.equals(form.get("subject_token_type"), ACCESS_TOKEN)) {
      return refused("subject_token_type", "invalid_request");
    }
    var audiences = new ArrayList<>(form.getAll("audience"));
    audiences.addAll(form.getAll("resource"));
    var access = accessToken(request, login, audiences);
    var body =
        new JsonObject()
            .put("access_token", access)
            .put("issued_token_type", form.get("requested_token_type"))
            .put("token_type", tokenType(access))
            .put("expires_in", provider.exchangedTokenLife.toSeconds());
    return new Answer(200, provider.tokenAnswers.apply(body));
  }

  private String accessToken(
      HttpServerRequest request, Grants.Login login, List<String> audiences) {
    var token = provider.grants.accessToken(login, audiences);
    if (provider.binds) {
      Secured.shown(request.connection())
          .map(Secured::thumbprint)
          .ifPresent(thumbprint -> provider.grants.bind(token, thumbprint));
    }
    return token;
  }

  private Answer granted(
      HttpServerRequest request,
      Grants.Login login,
      boolean withRefreshToken,
      List<String> resources) {
    var access = accessToken(request, login, resources);
    var body =
        new JsonObject()
            .put("access_token", access)
            .put("token_type", tokenType(access))
            .put("expires_in", provider.accessTokenLife.toSeconds())
            .put("scope", login.request().get("scope"))
            .put("something_new", "ignored")
            .put("id_token", idToken(login, access));
    var details = login.request().get("authorization_details");
    if (details != null) {
      body.put("authorization_details", new JsonArray(details));
    }
    if (withRefreshToken) {
      body.put("refresh_token", provider.grants.refreshToken(login));
    }
    return new Answer(200, provider.tokenAnswers.apply(body));
  }

  private String idToken(Grants.Login login, String accessToken) {
    var now = provider.clock.instant();
    var claims =
        new JsonObject()
            .put("iss", provider.issuer())
            .put("aud", provider.clientId)
            .put("sub", "sub-" + login.user())
            .put("sid", login.sid())
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(ID_TOKEN_LIFE).getEpochSecond())
            .put("auth_time", now.getEpochSecond())
            .put("nonce", login.nonce())
            .put("at_hash", ProviderKeys.atHash(accessToken))
            .put("name", login.user())
            .put("preferred_username", login.user())
            .put("email", login.user() + "@example.test")
            .put("groups", List.of("staff"))
            .put("internal_note", "not for the browser");
    var draft =
        provider.idTokens.apply(
            new IdTokenDraft(new JsonObject(), claims, ProviderKeys.Signing.RS256));
    var signed =
        provider.grants.remember(
            provider.keys.sign(
                draft.header(), draft.claims(), draft.signing(), ScriptedProvider.CLIENT_SECRET));
    return provider.encryption.apply(signed);
  }

  private Answer revoke(HttpServerRequest request) {
    provider.grants.revoke(Objects.requireNonNullElse(request.getFormAttribute("token"), ""));
    return new Answer(200, new JsonObject());
  }

  /// RFC 7662: of an access token it gave.
  private Answer introspect(HttpServerRequest request) {
    var token = Objects.requireNonNullElse(request.getFormAttribute("token"), "");
    var body =
        provider
            .grants
            .byAccessToken(token)
            .filter(login -> !provider.grants.isOver(login.sid()))
            .map(
                login ->
                    new JsonObject()
                        .put("active", true)
                        .put("sub", "sub-" + login.user())
                        .put("client_id", provider.clientId)
                        .put("groups", List.of("staff")))
            .orElseGet(() -> new JsonObject().put("active", false));
    return new Answer(200, provider.introspections.apply(body));
  }

  private Answer userinfo(HttpServerRequest request) {
    var field = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
    var token = field.replaceFirst(provider.bindsToKeys ? "^DPoP " : "^Bearer ", "");
    var bound = provider.grants.confirmationOf(token);
    var shown = Secured.shown(request.connection()).map(Secured::thumbprint);
    if (bound.isPresent() && !bound.equals(shown)) {
      return refused("a token that is bound to another certificate", "invalid_token");
    }
    var unproven = unproven(request, token);
    if (unproven.isPresent()) {
      request.response().putHeader("WWW-Authenticate", "DPoP error=\"" + unproven.get() + "\"");
      return error(401, unproven.get());
    }
    return provider
        .grants
        .byAccessToken(token)
        .filter(login -> !provider.grants.isOver(login.sid()))
        .map(
            login ->
                new Answer(
                    200,
                    provider.userinfoAnswers.apply(
                        new JsonObject()
                            .put("sub", "sub-" + login.user())
                            .put("email", login.user() + "@userinfo.test"))))
        .orElseGet(() -> error(401, "invalid_token"));
  }

  /// RFC 9449, 7.1: why a proof is not good enough for a token.
  private Optional<String> unproven(HttpServerRequest request, String token) {
    var guard = provider.userinfoProofs;
    if (!provider.bindsToKeys) {
      return Optional.empty();
    }
    if (guard.givesNonces()) {
      request.response().putHeader("DPoP-Nonce", guard.nonce());
    }
    var at = provider.issuer() + "/userinfo";
    return switch (guard.check("GET", at, request.headers().getAll("DPoP"), token)) {
      case ProofGuard.Verdict.Good(var thumbprint)
          when thumbprint.equals(provider.keyOf.get(token)) ->
          Optional.empty();
      case ProofGuard.Verdict.Stale() -> Optional.of("use_dpop_nonce");
      case ProofGuard.Verdict.Good _, ProofGuard.Verdict.Untimely _, ProofGuard.Verdict.Wrong _ -> {
        provider.violations.add("userinfo: proof");
        yield Optional.of("invalid_dpop_proof");
      }
    };
  }

  /// RFC 6749, 2.3: one method of client authentication, and no parameter twice (3.2).
  private List<String> wrongWith(String endpoint, HttpServerRequest request) {
    var wrong = new ArrayList<String>();
    var form = request.formAttributes();
    if (!request.method().name().equals("POST") || !ProviderServer.isForm(request)) {
      wrong.add("not a form post");
    }
    if (request.query() != null) {
      wrong.add("parameters in the query");
    }
    for (var name : form.names()) {
      if (form.getAll(name).size() > 1 && !MAY_REPEAT.contains(name)) {
        wrong.add(name + " is repeated");
      }
    }
    if (endpoint.equals("revoke") && form.get("token_type_hint") == null) {
      wrong.add("no token_type_hint");
    }
    wrong.addAll(provider.clients.wrongWith(request));
    if (provider.binds && Secured.shown(request.connection()).isEmpty()) {
      wrong.add("no certificate to bind to");
    }
    return wrong;
  }

  private Answer refused(String what, String code) {
    provider.violations.add("token: " + what);
    return error(400, code);
  }

  private static Answer error(int status, String code) {
    return new Answer(status, new JsonObject().put("error", code));
  }
}

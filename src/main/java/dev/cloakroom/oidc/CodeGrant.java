package dev.cloakroom.oidc;

import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.Form;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// From a code to an identity. Nothing of the answer is used before the ID token has passed every
/// check; what does not pass is given back.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 RFC 6749, 4.1.3
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint OpenID Connect Core
///   1.0, 3.1.3
final class CodeGrant {
  private final ProviderSettings settings;
  private final TokenEndpoint tokenEndpoint;
  private final IdTokenVerifier verifier;
  private final UserClaims userClaims;
  private final Revocation revocation;

  CodeGrant(
      ProviderSettings settings,
      TokenEndpoint tokenEndpoint,
      IdTokenVerifier verifier,
      UserClaims userClaims,
      Revocation revocation) {
    this.settings = settings;
    this.tokenEndpoint = tokenEndpoint;
    this.verifier = verifier;
    this.userClaims = userClaims;
    this.revocation = revocation;
  }

  Future<RedeemOutcome> redeem(
      ProviderMetadata metadata, AuthorizationResponse.Code code, Provider.Redemption redemption) {
    var grant =
        new Form()
            .put("grant_type", "authorization_code")
            .put("code", code.value())
            .put("redirect_uri", redemption.redirectUri().toString())
            .put("code_verifier", redemption.verifier().value())
            .putAll("resource", settings.resources().own());
    if (settings.dialect().tokenScope() == Dialect.TokenScope.SAME) {
      grant = grant.scope(settings.scopes());
    }
    return tokenEndpoint
        .ask(metadata, grant, redemption.proofKey())
        .compose(
            answer ->
                check(metadata, redemption, answer)
                    .onComplete(outcome -> dropped(metadata, answer, outcome.result())));
  }

  /// The provider has logged the user in, and we have not: what it gave is nobody's.
  private void dropped(
      ProviderMetadata metadata, TokenAnswer answer, @Nullable RedeemOutcome outcome) {
    if (!(outcome instanceof RedeemOutcome.Granted)) {
      answer.brought().ifPresent(tokens -> revocation.discard(metadata, tokens));
    }
  }

  private Future<RedeemOutcome> check(
      ProviderMetadata metadata, Provider.Redemption redemption, TokenAnswer answer) {
    return switch (answer) {
      case TokenAnswer.Issued issued when issued.idTokenUnreadable() ->
          refused("id_token_not_encrypted_for_us");
      case TokenAnswer.Issued issued
          when settings.resources().details().isPresent() && !issued.detailed() ->
          refused("authorization_details_missing");
      case TokenAnswer.Issued issued when !settings.hasIdTokens() ->
          userClaims
              .tell(metadata, issued.tokens().own())
              .map(said -> told(issued.withoutIdToken(), redemption, said));
      case TokenAnswer.Issued issued when issued.idToken().isPresent() ->
          verifier
              .verify(
                  issued.idToken().get(),
                  metadata.jwks(),
                  IdToken.Expected.atLogin(settings, redemption, issued.access()))
              .compose(verified -> complete(metadata, issued, verified));
      case TokenAnswer.Issued _ -> refused("id_token_missing");
      case TokenAnswer.Unfit(var reason, _) -> refused(reason);
      case TokenAnswer.Denied(var error) -> refused(error);
      case TokenAnswer.Unavailable(var after) ->
          Future.succeededFuture(new RedeemOutcome.Unavailable(after));
    };
  }

  private Future<RedeemOutcome> complete(
      ProviderMetadata metadata, TokenAnswer.Issued issued, IdTokenVerifier.Outcome verified) {
    return switch (verified) {
      case IdTokenVerifier.Outcome.Accepted(var token, var claims) ->
          userClaims
              .add(metadata, issued.tokens().own(), token.identity(), claims)
              .map(all -> grant(issued, token, all));
      case IdTokenVerifier.Outcome.Refused(var reason) -> refused(reason);
      case IdTokenVerifier.Outcome.KeysUnavailable() ->
          Future.succeededFuture(new RedeemOutcome.Unavailable(Answer.Failed.RETRY));
    };
  }

  /// Without an ID token nothing shows when or how the user logged in.
  private RedeemOutcome told(
      TokenAnswer.Issued issued, Provider.Redemption redemption, UserClaims.UserAnswer said) {
    if (redemption.maxAge().isPresent() || !redemption.acrValues().isEmpty()) {
      return new RedeemOutcome.Refused("auth_time_unknown");
    }
    return switch (said) {
      case UserClaims.UserAnswer.Unusable(var reason) -> new RedeemOutcome.Refused(reason);
      case UserClaims.UserAnswer.Unavailable() ->
          new RedeemOutcome.Unavailable(Answer.Failed.RETRY);
      case UserClaims.UserAnswer.Told(var claims) -> {
        var all = ClaimPath.renamed(claims, settings.dialect().claimSources());
        var source = settings.dialect().claimSources().getOrDefault("sub", "sub");
        yield ClaimPath.find(claims, source)
            .flatMap(CodeGrant::subject)
            .map(sub -> new Identity(settings.issuer(), sub, Optional.empty()))
            .map(
                identity ->
                    granted(
                        issued,
                        new IdToken.Checked.Accepted(
                            identity, Optional.empty(), Optional.empty(), Optional.empty()),
                        all.put("sub", identity.subject())))
            .orElseGet(() -> new RedeemOutcome.Refused("user_endpoint_subject"));
      }
    };
  }

  /// Many a provider counts its users.
  private static Optional<String> subject(Object value) {
    return switch (value) {
      case String text when IdToken.isSubject(text) -> Optional.of(text);
      case Integer number -> Optional.of(number.toString());
      case Long number -> Optional.of(number.toString());
      default -> Optional.empty();
    };
  }

  private RedeemOutcome grant(
      TokenAnswer.Issued issued, IdToken.Checked.Accepted token, UserClaims.Outcome claims) {
    return switch (claims) {
      case UserClaims.Outcome.Refused(var reason) -> new RedeemOutcome.Refused(reason);
      case UserClaims.Outcome.Added(var all) ->
          granted(issued, token, ClaimPath.renamed(all, settings.dialect().claimSources()));
    };
  }

  private RedeemOutcome granted(
      TokenAnswer.Issued issued, IdToken.Checked.Accepted token, JsonObject claims) {
    boolean fits =
        settings.dialect().requiredClaims().entrySet().stream()
            .allMatch(rule -> ClaimPath.isOneOf(claims.getValue(rule.getKey()), rule.getValue()));
    return fits
        ? new RedeemOutcome.Granted(
            issued.tokens(),
            token.identity(),
            claims,
            token.authTime(),
            token.acr(),
            token.sessionExpiry())
        : new RedeemOutcome.Refused("required_claim");
  }

  private static Future<RedeemOutcome> refused(String reason) {
    return Future.succeededFuture(new RedeemOutcome.Refused(reason));
  }
}

package dev.cloakroom.oidc;

import io.vertx.core.Future;

/// From a code to an identity. Nothing of the answer is used before the ID token has passed every
/// check.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 RFC 6749, 4.1.3
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint OpenID Connect Core
///   1.0, 3.1.3
final class CodeGrant {
  private final ProviderSettings settings;
  private final TokenEndpoint tokenEndpoint;
  private final IdTokenVerifier verifier;
  private final UserClaims userClaims;

  CodeGrant(
      ProviderSettings settings,
      TokenEndpoint tokenEndpoint,
      IdTokenVerifier verifier,
      UserClaims userClaims) {
    this.settings = settings;
    this.tokenEndpoint = tokenEndpoint;
    this.verifier = verifier;
    this.userClaims = userClaims;
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
    return tokenEndpoint
        .ask(metadata.token(), grant)
        .compose(answer -> check(metadata, redemption, answer));
  }

  private Future<RedeemOutcome> check(
      ProviderMetadata metadata, Provider.Redemption redemption, TokenAnswer answer) {
    return switch (answer) {
      case TokenAnswer.Issued issued when issued.idToken().isPresent() ->
          verifier
              .verify(
                  issued.idToken().get(),
                  metadata.jwks(),
                  IdToken.Expected.atLogin(settings, redemption, issued.access()))
              .compose(verified -> complete(metadata, issued, verified));
      case TokenAnswer.Issued _ -> refused("id_token_missing");
      case TokenAnswer.Unfit(var reason) -> refused(reason);
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
              .add(metadata, issued.access(), token.identity(), claims)
              .map(all -> grant(issued, token, all));
      case IdTokenVerifier.Outcome.Refused(var reason) -> refused(reason);
      case IdTokenVerifier.Outcome.KeysUnavailable() ->
          Future.succeededFuture(new RedeemOutcome.Unavailable(Answer.Failed.RETRY));
    };
  }

  private static RedeemOutcome grant(
      TokenAnswer.Issued issued, IdToken.Checked.Accepted token, UserClaims.Outcome claims) {
    return switch (claims) {
      case UserClaims.Outcome.Refused(var reason) -> new RedeemOutcome.Refused(reason);
      case UserClaims.Outcome.Added(var all) ->
          new RedeemOutcome.Granted(
              issued.tokens(),
              token.identity(),
              all,
              token.authTime(),
              token.acr(),
              token.sessionExpiry());
    };
  }

  private static Future<RedeemOutcome> refused(String reason) {
    return Future.succeededFuture(new RedeemOutcome.Refused(reason));
  }
}

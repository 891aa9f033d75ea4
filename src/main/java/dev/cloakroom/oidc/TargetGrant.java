package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.oidc.client.Form;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/// From the tokens of a session to one for another target: a resource, for the refresh token, or
/// whatever the provider exchanges the access token for. Without a user, for being the client.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8707#section-2.2 RFC 8707, 2.2
/// @spec https://www.rfc-editor.org/rfc/rfc8693#section-2 RFC 8693, 2
final class TargetGrant {
  private final RefreshGrant refreshGrant;
  private final TokenEndpoint tokenEndpoint;
  private final Optional<ProofKey> proofKey;

  /// Takes the key of the gateway's own tokens, where they are bound to one.
  TargetGrant(RefreshGrant refreshGrant, TokenEndpoint tokenEndpoint, Optional<ProofKey> proofKey) {
    this.refreshGrant = refreshGrant;
    this.tokenEndpoint = tokenEndpoint;
    this.proofKey = proofKey;
  }

  Future<ObtainOutcome> obtain(
      ProviderMetadata metadata, Tokens own, Identity identity, TokenTarget target) {
    return switch (target) {
      case TokenTarget.Resource(var resources, var scopes) ->
          refreshGrant
              .refresh(metadata, own, identity, resources, scopes)
              .map(outcome -> obtained(own, outcome));
      case TokenTarget.Exchange exchange ->
          tokenEndpoint
              .exchange(metadata, form(exchange, own.access()), exchange.type(), own.proofKey())
              .map(answer -> exchanged(own, answer));
    };
  }

  /// A token of the gateway itself.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.4 RFC 6749, 4.4
  Future<ClientOutcome> client(ProviderMetadata metadata, ClientTarget target) {
    var form =
        new Form()
            .put("grant_type", "client_credentials")
            .putAll("resource", target.resources())
            .scope(target.scopes());
    return tokenEndpoint.ask(metadata, form, proofKey).map(TargetGrant::granted);
  }

  private static ClientOutcome granted(TokenAnswer answer) {
    return switch (answer) {
      case TokenAnswer.Issued(var fresh, _, _) ->
          new ClientOutcome.Granted(token(fresh, fresh.expiresAt()));
      case TokenAnswer.Unfit(var reason, _) -> new ClientOutcome.Rejected(reason);
      case TokenAnswer.Denied(var error) -> new ClientOutcome.Rejected(error);
      case TokenAnswer.Unavailable(var after) -> new ClientOutcome.Unavailable(after);
    };
  }

  /// The login's own access token stays as it is; all else is the latest.
  private static ObtainOutcome obtained(Tokens own, RefreshOutcome outcome) {
    return switch (outcome) {
      case RefreshOutcome.Renewed(var fresh) ->
          new ObtainOutcome.Obtained(
              token(fresh, fresh.expiresAt()),
              new Tokens(
                  own.access(),
                  fresh.refresh(),
                  fresh.idToken(),
                  own.scope(),
                  own.issuedAt(),
                  own.expiresAt(),
                  own.proofKey()));
      case RefreshOutcome.Revoked(var reason) -> new ObtainOutcome.Revoked(reason);
      case RefreshOutcome.Rejected(var reason) -> new ObtainOutcome.Rejected(reason);
      case RefreshOutcome.Unavailable(var after) -> new ObtainOutcome.Unavailable(after);
    };
  }

  private static Form form(TokenTarget.Exchange exchange, Secret subject) {
    return new Form()
        .put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
        .put("subject_token", subject.reveal())
        .put("subject_token_type", TokenTarget.ACCESS_TOKEN)
        .put("requested_token_type", exchange.type())
        .putAll("audience", exchange.audiences())
        .putAll("resource", exchange.resources())
        .scope(exchange.scopes());
  }

  /// It must not outlive the token it was got for. A refusal says nothing about the login.
  private static ObtainOutcome exchanged(Tokens own, TokenAnswer answer) {
    return switch (answer) {
      case TokenAnswer.Issued(var fresh, _, _) -> {
        var until =
            fresh.expiresAt().isBefore(own.expiresAt()) ? fresh.expiresAt() : own.expiresAt();
        yield new ObtainOutcome.Obtained(token(fresh, until), own);
      }
      case TokenAnswer.Unfit(var reason, _) -> new ObtainOutcome.Rejected(reason);
      case TokenAnswer.Denied(var error) -> new ObtainOutcome.Rejected(error);
      case TokenAnswer.Unavailable(var after) -> new ObtainOutcome.Unavailable(after);
    };
  }

  private static AccessToken token(Tokens fresh, Instant until) {
    return new AccessToken(
        fresh.access(), fresh.scope(), fresh.issuedAt(), until, fresh.proofKey());
  }
}

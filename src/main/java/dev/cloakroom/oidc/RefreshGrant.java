package dev.cloakroom.oidc;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.client.Form;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// From a refresh token to new tokens of the same user. Unless a route asks for less, or the
/// provider wants to hear it again, no scope is sent, so that it can never be wider than what was
/// granted. Tokens that are bound to a key stay bound to it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749, 6
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse OpenID Connect
///   Core 1.0, 12.2
final class RefreshGrant {
  /// The refresh token is spent by then, so the new one must be stored soon: whoever refreshes
  /// reserves the time of the call to the token endpoint and little more.
  private static final Duration KEYS = Duration.ofSeconds(2);

  private final ProviderSettings settings;
  private final TokenEndpoint tokenEndpoint;
  private final IdTokenVerifier verifier;
  private final Revocation revocation;
  private final Observer observer;

  RefreshGrant(
      ProviderSettings settings,
      TokenEndpoint tokenEndpoint,
      IdTokenVerifier verifier,
      Revocation revocation,
      Observer observer) {
    this.settings = settings;
    this.revocation = revocation;
    this.observer = observer;
    this.tokenEndpoint = tokenEndpoint;
    this.verifier = verifier;
  }

  /// New tokens like those of the login.
  Future<RefreshOutcome> refresh(ProviderMetadata metadata, Tokens old, Identity identity) {
    boolean again = settings.dialect().tokenScope() == Dialect.TokenScope.SAME;
    return refresh(
        metadata, old, identity, settings.resources().own(), again ? settings.scopes() : List.of());
  }

  /// New tokens, the access token for these resources and with these scopes.
  Future<RefreshOutcome> refresh(
      ProviderMetadata metadata,
      Tokens old,
      Identity identity,
      List<String> resources,
      List<String> scopes) {
    if (old.refresh().isEmpty()) {
      return Future.succeededFuture(new RefreshOutcome.Revoked("no_refresh_token"));
    }
    if (settings.hardening().provesPossession() && old.proofKey().isEmpty()) {
      return Future.succeededFuture(new RefreshOutcome.Revoked("no_dpop_key"));
    }
    var grant =
        new Form()
            .put("grant_type", "refresh_token")
            .put("refresh_token", old.refresh().get().reveal())
            .putAll("resource", resources)
            .scope(scopes);
    return tokenEndpoint
        .ask(metadata, grant, old.proofKey(), settings.reuseGrace())
        .compose(
            answer ->
                check(metadata, old, identity, answer)
                    .onSuccess(outcome -> dropped(metadata, answer, outcome)));
  }

  /// The session ends, and knows nothing of these.
  private void dropped(ProviderMetadata metadata, TokenAnswer answer, RefreshOutcome outcome) {
    if (outcome instanceof RefreshOutcome.Revoked) {
      answer.brought().ifPresent(tokens -> revocation.discard(metadata, tokens));
    }
  }

  private static Future<IdTokenVerifier.Outcome> withoutKeys(Throwable failure) {
    return failure instanceof TimeoutException
        ? Future.succeededFuture(new IdTokenVerifier.Outcome.KeysUnavailable())
        : Future.failedFuture(failure);
  }

  private Future<RefreshOutcome> check(
      ProviderMetadata metadata, Tokens old, Identity identity, TokenAnswer answer) {
    return switch (answer) {
      case TokenAnswer.Issued issued when !settings.hasIdTokens() ->
          Future.succeededFuture(renewed(issued.withoutIdToken(), old));
      case TokenAnswer.Issued issued when issued.idTokenUnreadable() ->
          Future.succeededFuture(unreadable(issued, old));
      case TokenAnswer.Issued issued when issued.idToken().isPresent() ->
          verifier
              .verify(
                  issued.idToken().get(),
                  metadata.jwks(),
                  IdToken.Expected.atRefresh(settings, issued.access()))
              .timeout(KEYS.toMillis(), TimeUnit.MILLISECONDS)
              .recover(RefreshGrant::withoutKeys)
              .map(verified -> renew(issued, old, identity, verified));
      case TokenAnswer.Issued issued -> Future.succeededFuture(renewed(issued, old));
      case TokenAnswer.Unfit(var reason, _) ->
          Future.succeededFuture(new RefreshOutcome.Rejected(reason));
      case TokenAnswer.Denied(var error) when error.equals("invalid_grant") ->
          Future.succeededFuture(new RefreshOutcome.Revoked(error));
      case TokenAnswer.Denied(var error) ->
          Future.succeededFuture(new RefreshOutcome.Rejected(error));
      case TokenAnswer.Unavailable(var after) ->
          Future.succeededFuture(new RefreshOutcome.Unavailable(after));
    };
  }

  /// Nobody has to send an ID token here (Core, 12.2), so one that is not as configured is as good
  /// as none. The refresh token beside it is the only one that is left.
  private RefreshOutcome unreadable(TokenAnswer.Issued issued, Tokens old) {
    observer.on(new Event.IdTokenIgnored(settings.name(), "not_encrypted_for_us"));
    return renewed(issued.withoutIdToken(), old);
  }

  /// Without keys the new ID token is dropped unread: the provider has rotated the refresh token by
  /// now, and losing the new one would end the session for an outage.
  private static RefreshOutcome renew(
      TokenAnswer.Issued issued, Tokens old, Identity identity, IdTokenVerifier.Outcome verified) {
    return switch (verified) {
      case IdTokenVerifier.Outcome.Accepted(var token, _)
          when token.identity().issuer().equals(identity.issuer())
              && token.identity().subject().equals(identity.subject()) ->
          renewed(issued, old);
      case IdTokenVerifier.Outcome.Accepted _ ->
          new RefreshOutcome.Revoked("id_token_of_somebody_else");
      case IdTokenVerifier.Outcome.Refused(var reason) -> new RefreshOutcome.Revoked(reason);
      case IdTokenVerifier.Outcome.KeysUnavailable() -> renewed(issued.withoutIdToken(), old);
    };
  }

  /// New tokens, with the old refresh and ID token and scope where the provider did not repeat
  /// them.
  private static RefreshOutcome renewed(TokenAnswer.Issued issued, Tokens old) {
    var fresh = issued.tokens();
    return new RefreshOutcome.Renewed(
        new Tokens(
            fresh.access(),
            fresh.refresh().or(old::refresh),
            fresh.idToken().or(old::idToken),
            fresh.scope().isEmpty() ? old.scope() : fresh.scope(),
            fresh.issuedAt(),
            fresh.expiresAt(),
            fresh.proofKey()));
  }
}

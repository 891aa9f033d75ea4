package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// One OpenID provider, as this gateway uses it. Safe to call from every event loop. Every call has
/// one total timeout ([ProviderSettings#timeout]), follows no redirect and reads at most 1 MiB.
public interface Provider {
  ProviderSettings settings();

  /// The metadata from the cache, or from the provider when there is none yet.
  Future<Discovery> discover();

  /// The URL to send the browser to; the provider is asked beforehand where that is configured.
  Future<AuthorizationStart> authorize(ProviderMetadata metadata, AuthorizationRequest request);

  /// The parameters that arrived at the redirect URI, out of their signature where the provider is
  /// to sign.
  Future<SignedResponse.Outcome> open(ProviderMetadata metadata, MultiMap parameters);

  /// Exchanges the code, once, and checks the ID token (and UserInfo, when configured).
  Future<RedeemOutcome> redeem(AuthorizationResponse.Code code, Redemption redemption);

  /// Exchanges the refresh token of `tokens` for new tokens of the same `identity`.
  Future<RefreshOutcome> refresh(Tokens tokens, Identity identity);

  /// Gets a further access token for a session: with its refresh token, which a provider may rotate
  /// over it, or for its access token.
  Future<ObtainOutcome> obtain(Tokens tokens, Identity identity, TokenTarget target);

  /// Gets a token of the gateway itself.
  Future<ClientOutcome> clientToken(ClientTarget target);

  /// Asks what an access token stands for now.
  Future<Introspection.Outcome> introspect(Secret accessToken);

  /// Asks the provider to forget the refresh token, then the access token, then those of `others`
  /// that have not expired. Best effort: true when the provider confirmed or has no revocation
  /// endpoint.
  Future<Boolean> revoke(Tokens tokens, Collection<AccessToken> others);

  /// Checks a token by which the provider orders a logout: signature, then every claim.
  ///
  /// @spec https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation OpenID Connect
  ///   Back-Channel Logout 1.0, 2.6
  Future<LogoutOrder> checkLogout(String logoutToken);

  /// The end-session URL, where the provider has one.
  ///
  /// @spec https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout OpenID Connect
  ///   RP-Initiated Logout 1.0, 2
  Optional<String> endSessionUrl(
      ProviderMetadata metadata, Optional<Secret> idToken, URI returnUri, State state);

  /// What a code must be redeemed with.
  ///
  /// @param proofKey what the code is bound to, and the tokens are to be
  /// @param maxAge what the login asked for: the ID token's `auth_time` must not be older
  /// @param acrValues what the login asked for: the ID token's `acr` must be one of them
  record Redemption(
      URI redirectUri,
      CodeVerifier verifier,
      Nonce nonce,
      Optional<ProofKey> proofKey,
      Optional<Duration> maxAge,
      List<String> acrValues) {
    public Redemption {
      acrValues = List.copyOf(acrValues);
    }
  }
}

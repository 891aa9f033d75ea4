package dev.cloakroom.oidc;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.oidc.client.ClientAuth;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One provider as the configuration describes it (`providers.<name>`).
///
/// @param issuer compared byte for byte with the metadata and every token; with `{tenantid}` a
///   template, which the metadata have literally
/// @param discoveryUrl where the metadata lies when it is not below the issuer
/// @param endpoints overrides of what discovery says; with `authorization`, `token` and `jwks` set
///   and no discovery URL reachable they stand alone
/// @param allowedLoginParams which parameters of `/auth/login` may travel to the provider
/// @param introspection whether it is asked what its access tokens stand for
/// @param claims the claims that `/auth/session` may show
/// @param refreshAhead how long before its expiry a token is refreshed; empty: the lesser of 30 s
///   and a tenth of its life
/// @param reuseGrace how long after its use the provider bears to see a refresh token again; zero:
///   not at all
/// @param frontChannelLogout whether it may end sessions through the browser, which proves nothing
/// @param redirect which redirect URI it sends browsers back to
/// @param display how it appears where users choose among several
/// @param dialect where it differs from OpenID Connect
/// @param tls own authorities and certificate for connections to it; empty: none
/// @param insecureHttp plain http to a provider that is not on loopback
public record ProviderSettings(
    String name,
    String issuer,
    Optional<URI> discoveryUrl,
    EndpointOverrides endpoints,
    String clientId,
    ClientAuth clientAuth,
    Hardening hardening,
    List<String> scopes,
    Resources resources,
    Map<String, String> authorizeParams,
    Set<String> allowedLoginParams,
    ResponseMode responseMode,
    Set<String> idTokenAlgs,
    boolean userinfo,
    boolean introspection,
    List<String> claims,
    Optional<Duration> refreshAhead,
    Duration reuseGrace,
    Duration defaultTokenLife,
    Duration timeout,
    Duration clockSkew,
    IdTokenHint idTokenHint,
    boolean frontChannelLogout,
    Redirect redirect,
    Display display,
    Dialect dialect,
    Optional<TlsFiles> tls,
    boolean insecureHttp) {

  public ProviderSettings {
    scopes = List.copyOf(scopes);
    authorizeParams = Map.copyOf(authorizeParams);
    allowedLoginParams = Set.copyOf(allowedLoginParams);
    idTokenAlgs = Set.copyOf(idTokenAlgs);
    claims = List.copyOf(claims);
  }

  /// Whether `iss`, as a provider says it outside a token, names this provider.
  public boolean isNamedBy(String iss) {
    return issuerRule().mayBe(iss);
  }

  IssuerRule issuerRule() {
    return new IssuerRule(issuer, dialect.tenants());
  }

  /// Whether the gateway is to show its certificate wherever it asks the provider for something.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8705#section-5 RFC 8705, 5
  boolean showsCertificate() {
    return clientAuth instanceof ClientAuth.Certificate || hardening.boundTokens();
  }

  boolean hasIdTokens() {
    return dialect.idToken() == Dialect.IdTokenUse.REQUIRED;
  }

  /// How the provider answers at the redirect URI.
  ///
  /// @spec https://openid.net/specs/oauth-v2-jarm-final.html#section-2.3 JARM, 2.3
  public enum ResponseMode {
    QUERY("query"),
    FORM_POST("form_post"),
    /// As one signed token.
    QUERY_JWT("query.jwt"),
    FORM_POST_JWT("form_post.jwt");

    private final String value;

    ResponseMode(String value) {
      this.value = value;
    }

    /// As in the `response_mode` parameter.
    public String value() {
      return value;
    }

    /// Whether the browser posts the answer across sites.
    public boolean isPosted() {
      return this == FORM_POST || this == FORM_POST_JWT;
    }

    boolean isSigned() {
      return this == QUERY_JWT || this == FORM_POST_JWT;
    }
  }

  /// Which redirect URI a provider has (`callback`).
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2 RFC 9700, 4.4.2.2
  public enum Redirect {
    /// The one that all providers share.
    SHARED,
    /// One of its own, so that no answer of another passes for its answer.
    OWN
  }

  /// How a provider appears where users choose among several.
  ///
  /// @param label what users know it by
  /// @param listed false: only who names it gets there
  public record Display(String label, boolean listed) {}

  /// Whether the end-session URL carries the ID token (`logout.id_token_hint`).
  public enum IdTokenHint {
    AUTO,
    NEVER
  }

  /// Endpoints set by hand (`endpoints.*`). Each one wins over discovery.
  public record EndpointOverrides(
      Optional<URI> authorization,
      Optional<URI> token,
      Optional<URI> jwks,
      Optional<URI> userinfo,
      Optional<URI> endSession,
      Optional<URI> revocation,
      Optional<URI> pushedAuthorization) {
    public static EndpointOverrides none() {
      return new EndpointOverrides(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }
}

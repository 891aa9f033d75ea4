package dev.cloakroom.oidc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a provider speaks another language than OpenID Connect's: what the one engine does
/// differently for it. Everything in it is ordinary configuration.
///
/// @param tenants the values of `tid` that the `{tenantid}` of an issuer template may stand for
/// @param discovery whether the provider publishes metadata
/// @param idToken whether the token endpoint answers with an ID token
/// @param tokenScope whether the scopes are said again to the token endpoint
/// @param claimSources where a claim is taken from: a name, or a path with dots
/// @param requiredClaims claims and the values one of which each must have, or nobody is logged in
/// @param errorActions what to do when the provider answers with one of its own error codes
public record Dialect(
    Set<String> tenants,
    Metadata discovery,
    IdTokenUse idToken,
    TokenScope tokenScope,
    Map<String, String> claimSources,
    Map<String, List<String>> requiredClaims,
    EndSession endSession,
    Map<String, ErrorAction> errorActions) {

  /// What stands for the tenant in an issuer template.
  public static final String TENANT = "{tenantid}";

  public Dialect {
    tenants = Set.copyOf(tenants);
    claimSources = Map.copyOf(claimSources);
    requiredClaims = Map.copyOf(requiredClaims);
    errorActions = Map.copyOf(errorActions);
  }

  /// Plain OpenID Connect.
  public static Dialect none() {
    return new Dialect(
        Set.of(),
        Metadata.AUTO,
        IdTokenUse.REQUIRED,
        TokenScope.OMIT,
        Map.of(),
        Map.of(),
        new EndSession(EndSession.Method.RP_INITIATED, Map.of()),
        Map.of());
  }

  /// Whether metadata is asked for.
  public enum Metadata {
    AUTO,
    /// The endpoints are those of the configuration.
    OFF
  }

  /// Who the user is told by.
  public enum IdTokenUse {
    REQUIRED,
    /// Plain OAuth 2.0: by the user endpoint alone.
    NONE
  }

  /// Whether `scope` goes to the token endpoint.
  public enum TokenScope {
    OMIT,
    SAME
  }

  /// How a browser is logged out at the provider.
  ///
  /// @param params with `{client_id}`, `{post_logout_redirect_uri}` and `{state}` filled in
  public record EndSession(Method method, Map<String, String> params) {
    public EndSession {
      params = Map.copyOf(new LinkedHashMap<>(params));
    }

    /// Which parameters the end-session endpoint takes.
    public enum Method {
      /// Those of the standard, and `params` beside them.
      RP_INITIATED,
      /// `params` alone.
      CUSTOM,
      /// Not at all.
      NONE
    }

    /// True when the provider brings `state` back.
    public boolean returnsState() {
      return method == Method.RP_INITIATED
          || params.values().stream().anyMatch(value -> value.contains("{state}"));
    }
  }

  /// What an error code of the provider's own means for the user.
  public sealed interface ErrorAction {
    /// Back to where the login began, without a word: the user did not want to.
    record Back() implements ErrorAction {}

    /// On with a login at another provider: the user took another way.
    record LoginAt(String provider) implements ErrorAction {}
  }
}

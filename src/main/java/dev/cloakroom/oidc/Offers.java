package dev.cloakroom.oidc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a provider can do beyond what every provider can. A list of algorithms is empty where it
/// does not say.
///
/// @param clientAuthentication how it lets clients prove themselves; empty where it does not say
/// @param boundTokens it binds access tokens to certificates, or publishes nothing at all
/// @param assertionAlgorithms in which it takes client assertions
/// @param pushedAuthorization where it takes the parameters of a login
/// @param pushedAuthorizationRequired it takes them nowhere else
/// @param requestObjectAlgorithms in which it takes signed request objects
/// @param requestObjectRequired it takes nothing else
/// @param responseModes how it answers at the redirect URI
/// @param detailTypes which authorization details it knows
/// @param introspection where it tells what an access token stands for
/// @param dpopAlgorithms in which it takes proofs of possession
/// @spec https://www.rfc-editor.org/rfc/rfc8414#section-2 RFC 8414, 2
/// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3.3 RFC 8705, 3.3
/// @spec https://www.rfc-editor.org/rfc/rfc9126#section-5 RFC 9126, 5
/// @spec https://www.rfc-editor.org/rfc/rfc9101#section-9.2 RFC 9101, 9.2
/// @spec https://www.rfc-editor.org/rfc/rfc9396#section-10 RFC 9396, 10
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-5.1 RFC 9449, 5.1
public record Offers(
    Set<String> clientAuthentication,
    boolean boundTokens,
    Set<String> assertionAlgorithms,
    Optional<URI> pushedAuthorization,
    boolean pushedAuthorizationRequired,
    Set<String> requestObjectAlgorithms,
    boolean requestObjectRequired,
    Set<String> responseModes,
    Set<String> detailTypes,
    Optional<URI> introspection,
    Set<String> dpopAlgorithms) {
  public Offers {
    clientAuthentication = Set.copyOf(clientAuthentication);
    responseModes = Set.copyOf(responseModes);
    detailTypes = Set.copyOf(detailTypes);
    dpopAlgorithms = Set.copyOf(dpopAlgorithms);
    assertionAlgorithms = Set.copyOf(assertionAlgorithms);
    requestObjectAlgorithms = Set.copyOf(requestObjectAlgorithms);
  }

  public static Offers none() {
    return of(new JsonObject(), Optional.empty(), Optional.empty());
  }

  static Offers of(
      JsonObject document, Optional<URI> pushedAuthorization, Optional<URI> introspection) {
    return new Offers(
        words(document, "token_endpoint_auth_methods_supported"),
        document.isEmpty() || flag(document, "tls_client_certificate_bound_access_tokens"),
        words(document, "token_endpoint_auth_signing_alg_values_supported"),
        pushedAuthorization,
        flag(document, "require_pushed_authorization_requests"),
        words(document, "request_object_signing_alg_values_supported"),
        flag(document, "require_signed_request_object"),
        words(document, "response_modes_supported"),
        words(document, "authorization_details_types_supported"),
        introspection,
        words(document, "dpop_signing_alg_values_supported"));
  }

  /// The same, less the algorithms that a profile does not allow. Where the provider does not say,
  /// it is thought to know those.
  Offers within(Set<String> algorithms) {
    return new Offers(
        clientAuthentication,
        boundTokens,
        within(assertionAlgorithms, algorithms),
        pushedAuthorization,
        pushedAuthorizationRequired,
        within(requestObjectAlgorithms, algorithms),
        requestObjectRequired,
        responseModes,
        detailTypes,
        introspection,
        dpopAlgorithms);
  }

  private static Set<String> within(Set<String> said, Set<String> allowed) {
    return said.isEmpty()
        ? allowed
        : said.stream().filter(allowed::contains).collect(Collectors.toSet());
  }

  /// What every provider does need not be said.
  boolean answersAs(ProviderSettings.ResponseMode mode) {
    return !mode.isSigned() || responseModes.isEmpty() || responseModes.contains(mode.value());
  }

  private static boolean flag(JsonObject document, String name) {
    return document.getValue(name) instanceof Boolean set && set;
  }

  private static Set<String> words(JsonObject document, String name) {
    return document.getValue(name) instanceof JsonArray list
        ? list.stream()
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .collect(Collectors.toSet())
        : Set.of();
  }
}

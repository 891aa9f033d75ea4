package dev.cloakroom.oidc;

import dev.cloakroom.oidc.client.AddressRule;
import dev.cloakroom.oidc.client.ClientAuth;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a provider's metadata and the overrides of the configuration into what may be used.
///
/// @spec https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
///   OpenID Connect Discovery 1.0, 4.3
final class MetadataDocument {
  private static final String CHALLENGE_METHODS = "code_challenge_methods_supported";

  private final ProviderSettings settings;
  private final AddressRule rule;

  MetadataDocument(ProviderSettings settings) {
    this.settings = settings;
    this.rule = new AddressRule(settings.insecureHttp());
  }

  /// Where the metadata lies.
  URI location() {
    return settings
        .discoveryUrl()
        .orElseGet(
            () ->
                URI.create(
                    settings.issuer().replaceFirst("/$", "")
                        + "/.well-known/openid-configuration"));
  }

  /// True when the configuration names every endpoint a login needs.
  boolean canDoWithout() {
    var set = settings.endpoints();
    boolean verifiable = set.jwks().isPresent() || !settings.hasIdTokens();
    return set.authorization().isPresent() && set.token().isPresent() && verifiable;
  }

  /// False when there is nothing to ask for.
  boolean isPublished() {
    return settings.dialect().discovery() == Dialect.Metadata.AUTO;
  }

  /// What the configuration alone says.
  Discovery withoutDocument() {
    return merge(new JsonObject());
  }

  Discovery read(JsonObject document) {
    if (!settings.issuer().equals(document.getValue("issuer"))) {
      return new Discovery.Unusable("its issuer is not the configured one");
    }
    if (document.getValue(CHALLENGE_METHODS) instanceof JsonArray methods
        && !methods.contains("S256")) {
      return new Discovery.Unusable("it does not offer PKCE with S256");
    }
    return merge(document);
  }

  /// What the configuration asks for and the provider does not offer. Nothing weaker takes its
  /// place.
  private Optional<String> missing(Offers offers) {
    if (!canAssert(offers.assertionAlgorithms())) {
      return Optional.of(
          "it takes client assertions in no algorithm that the gateway can sign with");
    }
    var hardening = settings.hardening();
    if (hardening.pushes(offers) && offers.pushedAuthorization().isEmpty()) {
      return Optional.of("it offers no pushed authorization requests");
    }
    if (offers.requestObjectRequired() && hardening.requestObjects().isEmpty()) {
      return Optional.of("it requires signed request objects");
    }
    if (!offers.answersAs(settings.responseMode())) {
      return Optional.of("it does not answer as " + settings.responseMode().value());
    }
    var algorithms = offers.requestObjectAlgorithms();
    boolean signs =
        algorithms.isEmpty()
            || hardening.requestObjects().stream()
                .allMatch(keys -> keys.signer(algorithms).isPresent());
    return signs
        ? Optional.empty()
        : Optional.of("it takes request objects in no algorithm that the gateway can sign with");
  }

  private boolean canAssert(Set<String> algorithms) {
    return algorithms.isEmpty()
        || switch (settings.clientAuth()) {
          case ClientAuth.PrivateKeyJwt(var keys, _) -> keys.signer(algorithms).isPresent();
          case ClientAuth.SecretJwt _ -> algorithms.contains("HS256");
          case ClientAuth.SecretBasic _, ClientAuth.SecretPost _ -> true;
        };
  }

  /// Whether the document leaves open how it treats PKCE.
  static boolean isSilentOnPkce(JsonObject document) {
    return !(document.getValue(CHALLENGE_METHODS) instanceof JsonArray);
  }

  private Discovery merge(JsonObject document) {
    var set = settings.endpoints();
    try {
      return judge(
          new ProviderMetadata(
              settings.issuer(),
              required(set.authorization(), document, "authorization_endpoint"),
              required(set.token(), document, "token_endpoint"),
              jwks(document),
              userinfo(document),
              optional(set.endSession(), document, "end_session_endpoint"),
              optional(set.revocation(), document, "revocation_endpoint"),
              document.getValue("authorization_response_iss_parameter_supported")
                      instanceof Boolean sent
                  && sent,
              Offers.of(
                  document,
                  optional(
                      set.pushedAuthorization(),
                      document,
                      "pushed_authorization_request_endpoint"))));
    } catch (UnsafeEndpoint e) {
      return new Discovery.Unusable(e.reason);
    }
  }

  private Optional<URI> jwks(JsonObject document) throws UnsafeEndpoint {
    var jwks = settings.endpoints().jwks();
    return settings.hasIdTokens()
        ? Optional.of(required(jwks, document, "jwks_uri"))
        : optional(jwks, document, "jwks_uri");
  }

  private Optional<URI> userinfo(JsonObject document) throws UnsafeEndpoint {
    var userinfo = settings.endpoints().userinfo();
    return settings.hasIdTokens()
        ? optional(userinfo, document, "userinfo_endpoint")
        : Optional.of(required(userinfo, document, "userinfo_endpoint"));
  }

  private Discovery judge(ProviderMetadata metadata) {
    return missing(metadata.offers())
        .<Discovery>map(Discovery.Unusable::new)
        .orElseGet(() -> new Discovery.Found(metadata));
  }

  private URI required(Optional<URI> override, JsonObject document, String name)
      throws UnsafeEndpoint {
    return optional(override, document, name)
        .orElseThrow(() -> new UnsafeEndpoint(name + " is missing"));
  }

  private Optional<URI> optional(Optional<URI> override, JsonObject document, String name)
      throws UnsafeEndpoint {
    var uri = override.isPresent() ? override : stated(document.getValue(name), name);
    var problem = uri.flatMap(rule::problem);
    if (problem.isPresent()) {
      throw new UnsafeEndpoint(name + " is " + problem.get());
    }
    return uri;
  }

  private static Optional<URI> stated(@Nullable Object value, String name) throws UnsafeEndpoint {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new URI((String) value));
    } catch (URISyntaxException | ClassCastException _) {
      throw new UnsafeEndpoint(name + " is not a URL");
    }
  }

  /// Ends the reading of a document at its first endpoint that must not be used.
  private static final class UnsafeEndpoint extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    UnsafeEndpoint(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }
}

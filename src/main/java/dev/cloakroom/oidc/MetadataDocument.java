package dev.cloakroom.oidc;

import dev.cloakroom.oidc.client.AddressRule;
import dev.cloakroom.oidc.client.ClientAuth;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a provider's metadata and the overrides of the configuration into what may be used.
///
/// @spec https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
///   OpenID Connect Discovery 1.0, 4.3
final class MetadataDocument {
  private static final String CHALLENGE_METHODS = "code_challenge_methods_supported";

  /// What only the gateway calls, and for which there may be another address where certificates are
  /// asked for.
  private static final List<String> ALIASED =
      List.of(
          "token_endpoint",
          "userinfo_endpoint",
          "revocation_endpoint",
          "pushed_authorization_request_endpoint",
          "introspection_endpoint");

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
    if (settings.hardening().provesPossession()
        && !Offers.of(document, Optional.empty(), Optional.empty())
            .dpopAlgorithms()
            .contains("ES256")) {
      return new Discovery.Unusable("it does not offer DPoP with ES256");
    }
    return ProfileDemands.missing(settings, document)
        .<Discovery>map(Discovery.Unusable::new)
        .orElseGet(() -> merge(document));
  }

  /// What the configuration asks for and the provider does not offer. Nothing weaker takes its
  /// place.
  private Optional<String> missing(Offers offers) {
    if (!takesCertificate(offers)) {
      return Optional.of("it does not take " + settings.clientAuth().method());
    }
    if (settings.hardening().boundTokens() && !offers.boundTokens()) {
      return Optional.of("it does not bind access tokens to certificates");
    }
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
    if (settings.introspection() && offers.introspection().isEmpty()) {
      return Optional.of("it offers no introspection");
    }
    var details = offers.detailTypes();
    if (!details.isEmpty() && !details.containsAll(settings.resources().detailTypes())) {
      return Optional.of("it does not know all of the authorization_details");
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
          case ClientAuth.SecretBasic _,
              ClientAuth.SecretPost _,
              ClientAuth.MintedSecret _,
              ClientAuth.Certificate _ ->
              true;
        };
  }

  /// Of the other methods a provider says so itself, when it is asked.
  private boolean takesCertificate(Offers offers) {
    var method = settings.clientAuth().method();
    return !(settings.clientAuth() instanceof ClientAuth.Certificate)
        || offers.clientAuthentication().isEmpty()
        || offers.clientAuthentication().contains(method);
  }

  /// Whether the document leaves open how it treats PKCE.
  static boolean isSilentOnPkce(JsonObject document) {
    return !(document.getValue(CHALLENGE_METHODS) instanceof JsonArray);
  }

  private Discovery merge(JsonObject document) {
    var set = settings.endpoints();
    try {
      var called = called(document);
      return judge(
          new ProviderMetadata(
              settings.issuer(),
              required(set.authorization(), document, "authorization_endpoint"),
              required(set.token(), called, "token_endpoint"),
              jwks(document),
              userinfo(called),
              optional(set.endSession(), document, "end_session_endpoint"),
              optional(set.revocation(), called, "revocation_endpoint"),
              document.getValue("authorization_response_iss_parameter_supported")
                      instanceof Boolean sent
                  && sent,
              offers(document, called)));
    } catch (UnsafeEndpoint e) {
      return new Discovery.Unusable(e.reason);
    }
  }

  /// The document as it is for whoever shows a certificate: an endpoint without an alias stays.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8705#section-5 RFC 8705, 5
  private JsonObject called(JsonObject document) throws UnsafeEndpoint {
    var stated = document.getValue("mtls_endpoint_aliases");
    if (!settings.showsCertificate() || stated == null) {
      return document;
    }
    if (!(stated instanceof JsonObject aliases)) {
      throw new UnsafeEndpoint("mtls_endpoint_aliases is not an object");
    }
    var called = document.copy();
    ALIASED.stream()
        .filter(aliases::containsKey)
        .forEach(name -> called.put(name, aliases.getValue(name)));
    return called;
  }

  private Offers offers(JsonObject document, JsonObject called) throws UnsafeEndpoint {
    var pushed = settings.endpoints().pushedAuthorization();
    var offers =
        Offers.of(
            document,
            optional(pushed, called, "pushed_authorization_request_endpoint"),
            settings.introspection() // what is never called may be written as it likes
                ? optional(Optional.empty(), called, "introspection_endpoint")
                : Optional.empty());
    var allowed = settings.hardening().profile().algorithms();
    return allowed.isEmpty() ? offers : offers.within(allowed);
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
    if (settings.showsCertificate()
        && ALIASED.contains(name)
        && uri.filter(plain -> !plain.getScheme().equalsIgnoreCase("https")).isPresent()) {
      throw new UnsafeEndpoint(name + " is plain http, where no certificate can be shown");
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

package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.bool;
import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.secret;
import static dev.cloakroom.config.shape.Words.text;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.shape.Words;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.Hardening.PushedAuthorization;
import dev.cloakroom.oidc.client.ClientAuth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The keys about how the gateway proves to a provider which client it is.
final class ClientKeys {
  /// `client_auth`.
  enum Method {
    BASIC(true),
    POST(true),
    SECRET_JWT(true),
    PRIVATE_KEY_JWT(false),
    APPLE_JWT(false),
    TLS(false),
    SELF_SIGNED_TLS(false);

    private final boolean secret;

    Method(boolean secret) {
      this.secret = secret;
    }

    /// Whether it needs the client's secret.
    boolean secret() {
      return secret;
    }

    /// Whether it needs a certificate.
    boolean certificate() {
      return this == TLS || this == SELF_SIGNED_TLS;
    }
  }

  static final Key<Secret> CLIENT_SECRET =
      Key.of("client_secret", secret(), "The client's secret.")
          .orComputed("required, but where keys or a certificate do")
          .like("${file:/run/secrets/client_secret}");
  static final Key<Secret> PREVIOUS_CLIENT_SECRET =
      Key.of(
              "previous_client_secret",
              secret(),
              "While the secret is being replaced: the other one, tried once when the provider does"
                  + " not know the gateway by the first.")
          .like("${file:/run/secrets/client_secret}");
  static final Key<Method> CLIENT_AUTH =
      Key.of(
              "client_auth",
              choice(methods(), Set.of()),
              "How the gateway proves to the provider which client it is. `private_key_jwt` signs"
                  + " with `auth.signing_keys`; `tls_client_auth` and `self_signed_tls_client_auth`"
                  + " show `tls.certificate` (RFC 8705); `apple_jwt` makes Apple's secret with"
                  + " `apple`.")
          .or("client_secret_basic");
  static final Key<String> TEAM_ID =
      Key.required("team_id", tenCharacters(), "A1B2C3D4E5", "The team, as Apple numbers it.");
  static final Key<String> KEY_ID =
      Key.required("key_id", tenCharacters(), "F6G7H8I9J0", "The key, as Apple numbers it.");
  static final Key<SigningKey> APPLE_PRIVATE_KEY =
      Key.required(
          "private_key",
          Words.signingKey(),
          "${file:/run/secrets/apple.p8}",
          "The key itself: what Apple's `.p8` file holds.");
  static final Key<Section> APPLE_KEY =
      Key.of(
          "apple",
          Group.of(TEAM_ID, KEY_ID, APPLE_PRIVATE_KEY),
          "For `client_auth: apple_jwt`: what the client secret is made with, for each request"
              + " anew.");
  static final Key<ClientAuth.Audience> AUDIENCE =
      Key.of(
              "aud",
              choice(ClientAuth.Audience.class),
              "Whom an assertion is meant for: the issuer, or its token endpoint where a provider"
                  + " knows nothing newer.")
          .or("issuer");
  static final Key<Section> TLS_KEY =
      Key.of(
          "tls",
          TlsKeys.GROUP,
          "For connections to the provider; the files are read again when they change.");
  static final Key<Boolean> BOUND_TOKENS =
      Key.of(
              "certificate_bound_tokens",
              bool(),
              "The provider binds access tokens to `tls.certificate` (RFC 8705, 3), whatever"
                  + " `client_auth` is. Routes that send such a token show the certificate to their"
                  + " https upstreams, unless they have one of their own.")
          .or("false");
  static final Key<Section> ASSERTION_KEY =
      Key.<Section>of(
              "client_assertion",
              Group.of(AUDIENCE),
              "The assertions of private_key_jwt and client_secret_jwt.")
          .or("{}");
  static final Key<List<SigningKey>> SIGNING_KEYS =
      Key.<List<SigningKey>>of(
              "signing_keys",
              new Many<>(Words.signingKey(), Alone.ONE_ITEM),
              "Private keys, PEM (PKCS#8) or JWK: the first signs, `/auth/jwks.json` publishes all."
                  + " Rotation: add the new one last everywhere, then move it first, then remove"
                  + " the old one.")
          .or("[]")
          .like("[\"${file:/run/secrets/signing_key.pem}\"]");

  static final Key<PushedAuthorization> PUSHED_AUTHORIZATION =
      Key.of(
              "pushed_authorization",
              choice(PushedAuthorization.class),
              "Push the parameters of a login to the provider beforehand (RFC 9126), so that no"
                  + " browser carries them. `auto`: where the provider offers it; `off`: only where"
                  + " it demands it.")
          .or("auto");
  static final Key<RequestObject> REQUEST_OBJECT =
      Key.of(
              "request_object",
              choice(RequestObject.class),
              "Sign the parameters of a login with `auth.signing_keys` (RFC 9101).")
          .or("off");

  static final Key<Hardening.Dpop> DPOP =
      Key.of(
              "dpop",
              choice(Hardening.Dpop.class),
              "`required`: tokens are bound to a key of the login (RFC 9449), and worth nothing"
                  + " without it. The upstreams must take `Authorization: DPoP`.")
          .or("off");

  static final Key<List<DecryptionKeys.Key>> DECRYPTION_KEYS =
      Key.<List<DecryptionKeys.Key>>of(
              "id_token_decryption_keys",
              new Many<>(Words.decryptionKey(), Alone.ONE_ITEM),
              "Private keys, PEM (PKCS#8) or JWK, for ID tokens that the provider encrypts: any"
                  + " opens, `/auth/jwks.json` publishes the first. With a key, an ID token that"
                  + " is not encrypted is refused.")
          .or("[]")
          .like("[\"${file:/run/secrets/decryption_key.pem}\"]");

  /// `request_object`.
  enum RequestObject {
    OFF,
    SIGNED
  }

  private ClientKeys() {}

  static Hardening hardening(Section provider, List<SigningKey> signingKeys) {
    return new Hardening(
        provider.get(PUSHED_AUTHORIZATION),
        provider.get(REQUEST_OBJECT) == RequestObject.SIGNED
            ? Optional.of(new SigningKeys(signingKeys))
            : Optional.empty(),
        Optional.of(provider.get(DECRYPTION_KEYS))
            .filter(keys -> !keys.isEmpty())
            .map(DecryptionKeys::new),
        provider.get(BOUND_TOKENS),
        provider.get(DPOP),
        provider.get(ProviderKeys.PROFILE));
  }

  /// The files for connections to a provider, where it has any.
  static Optional<TlsFiles> files(Section provider) {
    return provider.find(TLS_KEY).flatMap(TlsKeys::files);
  }

  /// The gateway's certificate for a provider; empty where one of its two files is missing.
  static Optional<TlsFiles.KeyPair> own(Section provider) {
    return provider.find(TLS_KEY).flatMap(TlsKeys::own);
  }

  /// Of a section whose checks have passed.
  static ClientAuth settings(Section provider, List<SigningKey> signingKeys) {
    var audience = provider.get(ASSERTION_KEY).get(AUDIENCE);
    return switch (provider.get(CLIENT_AUTH)) {
      case BASIC -> new ClientAuth.SecretBasic(secrets(provider));
      case POST -> new ClientAuth.SecretPost(secrets(provider));
      case SECRET_JWT -> new ClientAuth.SecretJwt(secrets(provider), audience);
      case PRIVATE_KEY_JWT -> new ClientAuth.PrivateKeyJwt(new SigningKeys(signingKeys), audience);
      case APPLE_JWT -> minted(provider.get(APPLE_KEY));
      case TLS -> new ClientAuth.Certificate(ClientAuth.Trust.AUTHORITY);
      case SELF_SIGNED_TLS -> new ClientAuth.Certificate(ClientAuth.Trust.REGISTRATION);
    };
  }

  private static ClientAuth minted(Section apple) {
    return new ClientAuth.MintedSecret(
        apple.get(TEAM_ID), apple.get(APPLE_PRIVATE_KEY).named(apple.get(KEY_ID)));
  }

  private static Shape.Word<String> tenCharacters() {
    return text("an id of Apple's", "[A-Z0-9]{10}", "ten capital letters and digits");
  }

  private static ClientAuth.Secrets secrets(Section provider) {
    return new ClientAuth.Secrets(
        provider.get(CLIENT_SECRET), provider.find(PREVIOUS_CLIENT_SECRET));
  }

  private static Map<String, Method> methods() {
    var methods = new LinkedHashMap<String, Method>();
    methods.put("client_secret_basic", Method.BASIC);
    methods.put("client_secret_post", Method.POST);
    methods.put("client_secret_jwt", Method.SECRET_JWT);
    methods.put("private_key_jwt", Method.PRIVATE_KEY_JWT);
    methods.put("apple_jwt", Method.APPLE_JWT);
    methods.put("tls_client_auth", Method.TLS);
    methods.put("self_signed_tls_client_auth", Method.SELF_SIGNED_TLS);
    return methods;
  }
}

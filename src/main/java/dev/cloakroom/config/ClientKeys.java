package dev.cloakroom.config;

import static dev.cloakroom.config.Words.choice;
import static dev.cloakroom.config.Words.secret;

import dev.cloakroom.config.Shape.Group;
import dev.cloakroom.config.Shape.Many;
import dev.cloakroom.config.Shape.Many.Alone;
import dev.cloakroom.crypto.Secret;
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
    PRIVATE_KEY_JWT(false);

    private final boolean secret;

    Method(boolean secret) {
      this.secret = secret;
    }

    /// Whether it needs the client's secret.
    boolean secret() {
      return secret;
    }
  }

  static final Key<Secret> CLIENT_SECRET =
      Key.of("client_secret", secret(), "The client's secret.")
          .orComputed("required, but with private_key_jwt")
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
              choice(methods(), Set.of("tls_client_auth", "self_signed_tls_client_auth")),
              "How the gateway proves to the provider which client it is. `private_key_jwt` signs"
                  + " with `auth.signing_keys`.")
          .or("client_secret_basic");
  static final Key<ClientAuth.Audience> AUDIENCE =
      Key.of(
              "aud",
              choice(ClientAuth.Audience.class),
              "Whom an assertion is meant for: the issuer, or its token endpoint where a provider"
                  + " knows nothing newer.")
          .or("issuer");
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
            .map(DecryptionKeys::new));
  }

  /// Of a section whose checks have passed.
  static ClientAuth settings(Section provider, List<SigningKey> signingKeys) {
    var audience = provider.get(ASSERTION_KEY).get(AUDIENCE);
    return switch (provider.get(CLIENT_AUTH)) {
      case BASIC -> new ClientAuth.SecretBasic(secrets(provider));
      case POST -> new ClientAuth.SecretPost(secrets(provider));
      case SECRET_JWT -> new ClientAuth.SecretJwt(secrets(provider), audience);
      case PRIVATE_KEY_JWT -> new ClientAuth.PrivateKeyJwt(new SigningKeys(signingKeys), audience);
    };
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
    return methods;
  }
}

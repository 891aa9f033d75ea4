package dev.cloakroom.oidc.client;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.jose.SigningKeys;
import java.util.Optional;
import java.util.Set;

/// How the gateway proves to a provider which client it is.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749, 2.3.1
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication OpenID Connect
///   Core 1.0, 9
/// @spec https://www.rfc-editor.org/rfc/rfc8705#section-2 RFC 8705, 2
public sealed interface ClientAuth {
  /// Its name in a provider's metadata.
  String method();

  /// `client_secret_basic`: id and secret form-encoded, then Basic.
  record SecretBasic(Secrets secrets) implements ClientAuth {
    public SecretBasic(Secret secret) {
      this(Secrets.of(secret));
    }

    @Override
    public String method() {
      return "client_secret_basic";
    }
  }

  /// `client_secret_post`: id and secret in the form body.
  record SecretPost(Secrets secrets) implements ClientAuth {
    public SecretPost(Secret secret) {
      this(Secrets.of(secret));
    }

    @Override
    public String method() {
      return "client_secret_post";
    }
  }

  /// `client_secret_jwt`: an assertion under the secret, HS256.
  record SecretJwt(Secrets secrets, Audience audience) implements ClientAuth {
    @Override
    public String method() {
      return "client_secret_jwt";
    }
  }

  /// `private_key_jwt`: an assertion under a key of the gateway's own.
  record PrivateKeyJwt(SigningKeys keys, Audience audience) implements ClientAuth {
    public PrivateKeyJwt {
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("private_key_jwt needs a signing key");
      }
    }

    @Override
    public String method() {
      return "private_key_jwt";
    }
  }

  /// `client_secret_post` with a secret made for each request: a statement under a key that the
  /// operator's team has at the provider.
  ///
  /// @param key on P-256, by the name the provider gave it
  record MintedSecret(String team, SigningKey key) implements ClientAuth {
    static final Set<String> ALGORITHMS = Set.of("ES256");

    public MintedSecret {
      if (!key.knows(ALGORITHMS)) {
        throw new IllegalArgumentException("a minted secret needs an EC key on P-256");
      }
    }

    @Override
    public String method() {
      return "client_secret_post";
    }
  }

  /// The certificate of the connection, with the id in the form body.
  record Certificate(Trust trust) implements ClientAuth {
    @Override
    public String method() {
      return trust.method;
    }
  }

  /// Why a provider believes in a certificate.
  enum Trust {
    /// `tls_client_auth`: somebody it trusts has signed it for the name that is registered.
    AUTHORITY("tls_client_auth"),
    /// `self_signed_tls_client_auth`: it is registered itself.
    REGISTRATION("self_signed_tls_client_auth");

    private final String method;

    Trust(String method) {
      this.method = method;
    }
  }

  /// A client secret and, while it is being replaced, the other one that may still be the
  /// provider's.
  record Secrets(Secret current, Optional<Secret> previous) {
    public static Secrets of(Secret only) {
      return new Secrets(only, Optional.empty());
    }
  }

  /// Whom an assertion is meant for.
  enum Audience {
    /// The issuer: no other server can use the assertion.
    ISSUER,
    /// The URL of the token endpoint, for servers that know nothing newer.
    TOKEN_ENDPOINT
  }
}

package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;

/// How the gateway proves to a provider which client it is.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749, 2.3.1
public sealed interface ClientAuth {
  /// `client_secret_basic`: id and secret form-encoded, then Basic.
  record SecretBasic(Secret secret) implements ClientAuth {}

  /// `client_secret_post`: id and secret in the form body.
  record SecretPost(Secret secret) implements ClientAuth {}
}

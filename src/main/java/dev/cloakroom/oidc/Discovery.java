package dev.cloakroom.oidc;

import java.time.Duration;

/// Whether a provider can be used right now.
public sealed interface Discovery {
  record Found(ProviderMetadata metadata) implements Discovery {}

  /// It did not answer. Asked again with backoff, in the background.
  record Unreachable(Duration retryAfter) implements Discovery {}

  /// It answered, and the answer cannot be used: another issuer, no S256, an unsafe endpoint.
  record Unusable(String reason) implements Discovery {}
}

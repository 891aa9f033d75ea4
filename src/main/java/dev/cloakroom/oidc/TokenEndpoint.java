package dev.cloakroom.oidc;

import io.vertx.core.Future;
import java.net.URI;
import java.util.Map;

/// Asks the token endpoint, once: neither a code nor a refresh token is ever sent twice by itself,
/// because a provider that did answer takes the second time for theft.
final class TokenEndpoint {
  private final BackChannel backChannel;
  private final TokenResponse response;

  TokenEndpoint(BackChannel backChannel, TokenResponse response) {
    this.backChannel = backChannel;
    this.response = response;
  }

  Future<TokenAnswer> ask(URI endpoint, Map<String, String> grant) {
    return backChannel.post(endpoint, grant).map(response::read);
  }
}

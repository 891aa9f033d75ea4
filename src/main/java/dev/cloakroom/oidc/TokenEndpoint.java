package dev.cloakroom.oidc;

import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.BackChannel;
import dev.cloakroom.oidc.client.Form;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Asks the token endpoint, once: neither a code nor a refresh token is ever sent twice by itself,
/// because a provider that did answer takes the second time for theft. The exception is a provider
/// that is known to bear it for a while, and one that refuses a proof before it looks at either.
final class TokenEndpoint {
  private final BackChannel backChannel;
  private final TokenResponse response;
  private final InstantSource clock;

  TokenEndpoint(BackChannel backChannel, TokenResponse response, InstantSource clock) {
    this.backChannel = backChannel;
    this.response = response;
    this.clock = clock;
  }

  /// Asks for tokens that are bound to `key`, where there is one.
  Future<TokenAnswer> ask(ProviderMetadata provider, Form grant, Optional<ProofKey> key) {
    return post(provider, grant, key).map(answer -> response.read(answer, key));
  }

  /// Asks, and when the answer was lost and less than `grace` has gone by, once more at once.
  Future<TokenAnswer> ask(
      ProviderMetadata provider, Form grant, Optional<ProofKey> key, Duration grace) {
    var over = clock.instant().plus(grace);
    return post(provider, grant, key)
        .compose(
            answer ->
                isLost(answer) && clock.instant().isBefore(over)
                    ? post(provider, grant, key)
                    : Future.succeededFuture(answer))
        .map(answer -> response.read(answer, key));
  }

  /// Exchanges a token for one of that type.
  Future<TokenAnswer> exchange(
      ProviderMetadata provider, Form grant, String type, Optional<ProofKey> key) {
    return post(provider, grant, key).map(answer -> response.readExchange(answer, type, key));
  }

  private Future<Answer> post(ProviderMetadata provider, Form grant, Optional<ProofKey> key) {
    return backChannel.post(provider.server(), provider.token(), grant, key);
  }

  private static boolean isLost(Answer answer) {
    return answer instanceof Answer.Failed(var problem)
        && (problem == Answer.Problem.TIMEOUT || problem == Answer.Problem.UNREACHABLE);
  }
}

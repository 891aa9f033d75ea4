package dev.cloakroom.oidc;

import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.BackChannel;
import dev.cloakroom.oidc.client.Form;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/// Asks the token endpoint, once: neither a code nor a refresh token is ever sent twice by itself,
/// because a provider that did answer takes the second time for theft. The exception is a provider
/// that is known to bear it for a while.
final class TokenEndpoint {
  private final BackChannel backChannel;
  private final TokenResponse response;
  private final InstantSource clock;

  TokenEndpoint(BackChannel backChannel, TokenResponse response, InstantSource clock) {
    this.backChannel = backChannel;
    this.response = response;
    this.clock = clock;
  }

  Future<TokenAnswer> ask(ProviderMetadata provider, Form grant) {
    return post(provider, grant).map(response::read);
  }

  /// Asks, and when the answer was lost and less than `grace` has gone by, once more at once.
  Future<TokenAnswer> ask(ProviderMetadata provider, Form grant, Duration grace) {
    var over = clock.instant().plus(grace);
    return post(provider, grant)
        .compose(
            answer ->
                isLost(answer) && clock.instant().isBefore(over)
                    ? post(provider, grant)
                    : Future.succeededFuture(answer))
        .map(response::read);
  }

  /// Exchanges a token for one of that type.
  Future<TokenAnswer> exchange(ProviderMetadata provider, Form grant, String type) {
    return post(provider, grant).map(answer -> response.readExchange(answer, type));
  }

  private Future<Answer> post(ProviderMetadata provider, Form grant) {
    return backChannel.post(provider.server(), provider.token(), grant);
  }

  private static boolean isLost(Answer answer) {
    return answer instanceof Answer.Failed(var problem)
        && (problem == Answer.Problem.TIMEOUT || problem == Answer.Problem.UNREACHABLE);
  }
}

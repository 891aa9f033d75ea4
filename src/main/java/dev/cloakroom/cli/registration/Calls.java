package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.ClientTls;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.client.AddressRule;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.ProviderHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/// The calls of a command, which waits for each of them: made as the gateway makes its own, so that
/// the connection goes to the very address that was checked.
final class Calls {
  private final ProviderHttp http;

  /// @param patience how long one call may take, to the last byte of its answer
  Calls(Vertx vertx, AddressRule rule, Duration patience) {
    var verifying = ClientTls.verifying();
    this.http = new ProviderHttp(vertx, () -> verifying, rule, patience);
  }

  /// One call, never repeated.
  Answer call(HttpMethod method, URI uri, Optional<Secret> bearer, Optional<JsonObject> body)
      throws InterruptedException {
    var headers =
        bearer.map(token -> Map.of("Authorization", "Bearer " + token.reveal())).orElseGet(Map::of);
    try {
      return http.json(method, uri, headers, body).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}

package dev.cloakroom.oidc.client;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.jose.StrictJson;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Calls of one kind of endpoint that carry a proof, made anew for each try. There are two tries at
/// most: the second where the first was refused for its proof alone, and another one may do. A
/// request refused so has had no effect: a code or a refresh token in it is not spent.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-8 RFC 9449, 8
public final class ProvenCalls {
  private final Proofs proofs;

  public ProvenCalls(Proofs proofs) {
    this.proofs = proofs;
  }

  /// The fields of one try.
  ///
  /// @param token the access token that goes with it; null where none does
  public Map<String, String> fields(ProofKey key, String method, URI url, @Nullable Secret token) {
    var path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return Map.of(Proofs.FIELD, proofs.make(key, method, Proofs.origin(url), path, token));
  }

  /// Tries, and where that makes sense once more.
  public Future<Answer> call(URI url, Supplier<Future<Answer>> tries) {
    return tries
        .get()
        .compose(
            answer ->
                mayRepeat(url, answer)
                    ? tries.get().onSuccess(second -> hear(url, second))
                    : Future.succeededFuture(answer));
  }

  private boolean mayRepeat(URI url, Answer answer) {
    hear(url, answer);
    return answer instanceof Answer.Received received
        && trouble(received)
            .filter(
                error ->
                    proofs.mayRepeat(
                        Proofs.origin(url),
                        error,
                        received.header(Proofs.NONCE_FIELD),
                        received.header("Date")))
            .isPresent();
  }

  private void hear(URI url, Answer answer) {
    if (answer instanceof Answer.Received received) {
      proofs.hear(Proofs.origin(url), received.header(Proofs.NONCE_FIELD));
    }
  }

  /// An authorization server says it in the body, a resource server in its challenge.
  private static Optional<String> trouble(Answer.Received received) {
    if (received.status() != 400 && received.status() != 401) {
      return Optional.empty();
    }
    var error = StrictJson.object(received.body()).map(body -> body.getValue("error")).orElse(null);
    var challenge = Optional.ofNullable(received.header("WWW-Authenticate")).orElse("");
    return Stream.of(Proofs.WANTS_NONCE, Proofs.REFUSED)
        .filter(trouble -> trouble.equals(error) || challenge.contains(trouble))
        .findFirst();
  }
}

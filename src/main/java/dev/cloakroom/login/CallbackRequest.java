package dev.cloakroom.login;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/// What arrived at the redirect URI.
///
/// @param pathProvider the provider named by `/auth/callback/<provider>`
/// @param parameters of the query, or of the form for a POST
public record CallbackRequest(
    Optional<String> pathProvider, MultiMap parameters, List<AttemptCookie> attempts) {
  public CallbackRequest {
    attempts = List.copyOf(attempts);
  }
}

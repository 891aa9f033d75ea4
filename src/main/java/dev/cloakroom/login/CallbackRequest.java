package dev.cloakroom.login;

import dev.cloakroom.session.SessionKey;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/// What arrived at the redirect URI.
///
/// @param pathProvider the provider named by `/auth/callback/<provider>`
/// @param current the session whose cookie came along. After a click on the provider's page none
///   does; after a redirect without a page in between, one may: of a login in another tab
/// @param userAgent as the browser sent it, for the label of the session
/// @param parameters of the query, or of the form for a POST
public record CallbackRequest(
    Optional<String> pathProvider,
    Optional<SessionKey> current,
    Optional<String> userAgent,
    MultiMap parameters,
    List<AttemptCookie> attempts) {
  public CallbackRequest {
    attempts = List.copyOf(attempts);
  }
}

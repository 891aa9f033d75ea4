package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.StrictJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/// A client as a provider registered it.
///
/// @param secretExpiresAt when the secret ends; empty: never
/// @param management where and with which token it can be changed or deleted
/// @spec https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1 RFC 7591, 3.2.1
public record Client(
    String id, Secret secret, Optional<Instant> secretExpiresAt, Optional<Management> management) {

  /// Where and with which token the client can be changed or deleted.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7592#section-3 RFC 7592, 3
  public record Management(String uri, Secret token) {}

  /// What an answer turned out to be.
  sealed interface Read {
    record Registered(Client client) implements Read {}

    /// There is a client now, but none that can be used as it is.
    record Unfit(String problem) implements Read {}
  }

  /// Reads the answer to a registration. A client that is less than what was asked for is none.
  static Read of(byte[] answer, Installation asked) {
    var json = StrictJson.object(answer);
    var id = json.flatMap(body -> visible(body, "client_id"));
    var secret = json.flatMap(body -> visible(body, "client_secret"));
    if (id.isEmpty() || secret.isEmpty()) {
      return new Read.Unfit("the answer holds no client_id, or no client_secret");
    }
    var body = json.get();
    return difference(body, asked)
        .<Read>map(Read.Unfit::new)
        .orElseGet(
            () ->
                new Read.Registered(
                    new Client(id.get(), Secret.of(secret.get()), expiry(body), management(body))));
  }

  /// What is less, or something else, than was asked for.
  static Optional<String> difference(JsonObject body, Installation asked) {
    if (!asked(body, "token_endpoint_auth_method", Installation.CLIENT_AUTH)) {
      return Optional.of("it was given another token_endpoint_auth_method");
    }
    return asked(body, "redirect_uris", JsonArray.of(asked.redirectUri()))
        ? Optional.empty()
        : Optional.of("it was given other redirect_uris");
  }

  /// The same client after an answer about it: what the answer does not bring stays.
  Client with(JsonObject body) {
    return new Client(
        id,
        visible(body, "client_secret").map(Secret::of).orElse(secret),
        body.containsKey("client_secret_expires_at") ? expiry(body) : secretExpiresAt,
        management.map(
            old ->
                new Management(
                    visible(body, "registration_client_uri")
                        .filter(Client::isUrl)
                        .orElse(old.uri()),
                    visible(body, "registration_access_token")
                        .map(Secret::of)
                        .orElse(old.token()))));
  }

  private static boolean asked(JsonObject body, String name, Object wanted) {
    return !body.containsKey(name) || wanted.equals(body.getValue(name));
  }

  private static Optional<Instant> expiry(JsonObject body) {
    return body.getValue("client_secret_expires_at") instanceof Number seconds
            && seconds.longValue() > 0
        ? Optional.of(Instant.ofEpochSecond(Math.min(seconds.longValue(), 253402300799L)))
        : Optional.empty();
  }

  private static Optional<Management> management(JsonObject body) {
    var uri = visible(body, "registration_client_uri");
    var token = visible(body, "registration_access_token");
    return uri.filter(Client::isUrl).isPresent() && token.isPresent()
        ? Optional.of(new Management(uri.get(), Secret.of(token.get())))
        : Optional.empty();
  }

  private static boolean isUrl(String text) {
    try {
      return URI.create(text).isAbsolute();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<String> visible(JsonObject body, String name) {
    return body.getValue(name) instanceof String text && text.matches("[!-~]{1,4096}")
        ? Optional.of(text)
        : Optional.empty();
  }
}

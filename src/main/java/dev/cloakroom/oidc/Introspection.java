package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.AuthorizationServer;
import dev.cloakroom.oidc.client.BackChannel;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Asks a provider what an access token stands for now.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7662#section-2 RFC 7662, 2
public final class Introspection {
  private static final int LONGEST = 16 << 10; // many are kept

  private final BackChannel backChannel;
  private final InstantSource clock;

  Introspection(BackChannel backChannel, InstantSource clock) {
    this.backChannel = backChannel;
    this.clock = clock;
  }

  /// What the provider says.
  public sealed interface Outcome {
    /// The token is good, and stands for these claims.
    record Active(JsonObject claims) implements Outcome {
      @Override
      public String toString() {
        return "Active";
      }
    }

    /// It is not, or the gateway is not to know.
    record Inactive() implements Outcome {}

    /// The provider does not answer this question; `reason` is for the log.
    record Rejected(String reason) implements Outcome {}

    record Unavailable(Duration retryAfter) implements Outcome {}
  }

  Future<Outcome> ask(AuthorizationServer server, URI endpoint, Secret accessToken) {
    return backChannel
        .post(
            server,
            endpoint,
            Map.of("token", accessToken.reveal(), "token_type_hint", "access_token"))
        .map(this::read);
  }

  private Outcome read(Answer answer) {
    return switch (answer) {
      case Answer.Failed _ -> new Outcome.Unavailable(Answer.Failed.RETRY);
      case Answer.Received received when received.status() == 200 && isShort(received) ->
          StrictJson.object(received.body())
              .map(Introspection::said)
              .orElseGet(() -> new Outcome.Rejected("introspection_malformed"));
      case Answer.Received received when received.status() == 200 ->
          new Outcome.Rejected("introspection_too_long");
      case Answer.Received received when received.isTransient() ->
          new Outcome.Unavailable(received.retryAfter(clock));
      case Answer.Received _ -> new Outcome.Rejected("introspection_refused");
    };
  }

  private static boolean isShort(Answer.Received received) {
    return received.body().length <= LONGEST;
  }

  private static Outcome said(JsonObject body) {
    return switch (body.getValue("active")) {
      case Boolean active when active -> new Outcome.Active(body);
      case Boolean _ -> new Outcome.Inactive();
      case null, default -> new Outcome.Rejected("introspection_malformed");
    };
  }
}

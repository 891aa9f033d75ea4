package dev.cloakroom.cli.registration;

import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.client.AddressRule;
import dev.cloakroom.oidc.client.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Reads, changes and deletes what a provider has registered, at the address and with the token it
/// gave for that. Any answer may bring another token, and another secret: whoever asks keeps what
/// an answer brought before asking again.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7592#section-2 RFC 7592, 2
public final class Registration {
  /// What an answer tells and no request repeats.
  private static final List<String> ONLY_TOLD =
      List.of(
          "registration_access_token",
          "registration_client_uri",
          "client_secret_expires_at",
          "client_id_issued_at");

  private final Calls calls;

  /// Plain http off loopback only where `insecureHttp` says so.
  ///
  /// @param patience how long one call may take as a whole
  public Registration(Vertx vertx, boolean insecureHttp, Duration patience) {
    this.calls = new Calls(vertx, new AddressRule(insecureHttp), patience);
  }

  /// How it went.
  public sealed interface Outcome {
    /// It is registered like this.
    ///
    /// @param client with what the answer brought
    record Stands(Client client, JsonObject metadata) implements Outcome {}

    /// It is registered otherwise than was asked for.
    record Unfit(Client client, String problem) implements Outcome {}

    /// The provider does not know it any more.
    record Deleted() implements Outcome {}

    /// Nothing was changed.
    record Refused(String problem) implements Outcome {}

    /// Nobody knows whether anything was changed.
    record Doubtful(String problem) implements Outcome {}
  }

  /// What the provider has registered.
  public Outcome read(Client client) throws InterruptedException {
    return ask(HttpMethod.GET, client, Optional.empty());
  }

  /// Registers the installation as it is now; what the provider has beside that stays.
  ///
  /// @param known what it has registered
  public Outcome update(Client client, JsonObject known, Installation installation)
      throws InterruptedException {
    var wanted = known.copy().mergeIn(installation.metadata()).put("client_id", client.id());
    ONLY_TOLD.forEach(wanted::remove);
    if (wanted.containsKey("client_secret")) {
      wanted.put("client_secret", client.secret().reveal());
    }
    var outcome = ask(HttpMethod.PUT, client, Optional.of(wanted));
    return outcome instanceof Outcome.Stands(var now, var metadata)
        ? Client.difference(metadata, installation)
            .<Outcome>map(problem -> new Outcome.Unfit(now, problem))
            .orElse(outcome)
        : outcome;
  }

  /// Has the provider forget the client.
  public Outcome delete(Client client) throws InterruptedException {
    return ask(HttpMethod.DELETE, client, Optional.empty());
  }

  private Outcome ask(HttpMethod method, Client client, Optional<JsonObject> body)
      throws InterruptedException {
    if (client.management().isEmpty()) {
      return new Outcome.Refused("the provider gave no address and token for that");
    }
    var management = client.management().get();
    var token = Optional.of(management.token());
    return switch (calls.call(method, URI.create(management.uri()), token, body)) {
      case Answer.Received received -> read(method, received, client);
      case Answer.Failed(var why) when why == Answer.Problem.ADDRESS_REFUSED ->
          new Outcome.Refused("its address must not be called");
      case Answer.Failed _ -> new Outcome.Doubtful("no complete answer came");
    };
  }

  private static Outcome read(HttpMethod method, Answer.Received answer, Client client) {
    int status = answer.status();
    if (status >= 500) {
      return new Outcome.Doubtful(Registrar.said(answer));
    }
    if (method.equals(HttpMethod.DELETE)) {
      return status == 204 || status == 200
          ? new Outcome.Deleted()
          : new Outcome.Refused(Registrar.said(answer));
    }
    if (status != 200) {
      return new Outcome.Refused(Registrar.said(answer));
    }
    return StrictJson.object(answer.body())
        .filter(body -> client.id().equals(body.getValue("client_id")))
        .<Outcome>map(body -> new Outcome.Stands(client.with(body), body))
        .orElseGet(() -> new Outcome.Doubtful("the answer is not about this client"));
  }
}

package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.client.AddressRule;
import dev.cloakroom.oidc.client.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Asks a provider to register a client: its metadata, then one request, which is never repeated.
/// Every step has a time limit, to the last byte of its answer, no redirect is followed, an answer
/// has at most 1 MiB. A name is resolved once, and no request is made to an address that is
/// forbidden.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7591#section-3 RFC 7591, 3
public final class Registrar {
  /// How long one step may take as a whole.
  public static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String FORBIDDEN =
      " has a link-local or metadata address, or is plain http off loopback";

  private final AddressRule rule;
  private final Calls calls;

  /// Plain http off loopback only where `insecureHttp` says so.
  ///
  /// @param patience how long one step may take as a whole
  public Registrar(Vertx vertx, boolean insecureHttp, Duration patience) {
    this.rule = new AddressRule(insecureHttp);
    this.calls = new Calls(vertx, rule, patience);
  }

  /// How it went.
  public sealed interface Outcome {
    record Registered(Client client) implements Outcome {}

    /// Nothing was registered.
    record Refused(String problem) implements Outcome {}

    /// Nobody knows whether there is a client now, or there is one that is of no use.
    record Doubtful(String problem) implements Outcome {}
  }

  /// Where a provider registers clients, or why it does not.
  public sealed interface Desk {
    record At(URI endpoint) implements Desk {}

    record None(String problem) implements Desk {}
  }

  /// Looks for the endpoint in the metadata of `issuer`.
  public Desk find(URI issuer) throws InterruptedException {
    var location =
        URI.create(issuer.toString().replaceFirst("/$", "") + "/.well-known/openid-configuration");
    var problem = rule.problem(location);
    if (problem.isPresent()) {
      return new Desk.None("the issuer is " + problem.get());
    }
    return switch (calls.call(HttpMethod.GET, location, Optional.empty(), Optional.empty())) {
      case Answer.Received received when received.status() == 200 ->
          StrictJson.object(received.body())
              .map(document -> desk(issuer, document))
              .orElseGet(() -> new Desk.None(location + " answers no metadata"));
      case Answer.Received _ -> new Desk.None(location + " answers no metadata");
      case Answer.Failed(var why) ->
          new Desk.None(
              why == Answer.Problem.ADDRESS_REFUSED
                  ? "the issuer" + FORBIDDEN
                  : location + " cannot be reached");
    };
  }

  private Desk desk(URI issuer, JsonObject document) {
    if (!issuer.toString().equals(document.getValue("issuer"))) {
      return new Desk.None("the metadata are those of another issuer");
    }
    if (!(document.getValue("registration_endpoint") instanceof String stated)) {
      return new Desk.None("the provider registers no clients by itself");
    }
    try {
      var endpoint = URI.create(stated);
      return rule.problem(endpoint)
          .<Desk>map(wrong -> new Desk.None("its registration_endpoint is " + wrong))
          .orElseGet(() -> new Desk.At(endpoint));
    } catch (IllegalArgumentException e) {
      return new Desk.None("its registration_endpoint is no URL");
    }
  }

  /// Asks, once.
  public Outcome register(Desk.At desk, Installation installation, Optional<Secret> initialToken)
      throws InterruptedException {
    var wanted = Optional.of(installation.metadata());
    return switch (calls.call(HttpMethod.POST, desk.endpoint(), initialToken, wanted)) {
      case Answer.Received received -> read(received, installation);
      case Answer.Failed(var why) when why == Answer.Problem.ADDRESS_REFUSED ->
          new Outcome.Refused("its registration_endpoint" + FORBIDDEN);
      case Answer.Failed _ -> new Outcome.Doubtful("no complete answer came");
    };
  }

  private static Outcome read(Answer.Received answer, Installation installation) {
    int status = answer.status();
    if (status == 201 || status == 200) {
      return switch (Client.of(answer.body(), installation)) {
        case Client.Read.Registered(var client) -> new Outcome.Registered(client);
        case Client.Read.Unfit(var problem) -> new Outcome.Doubtful(problem);
      };
    }
    return status >= 500
        ? new Outcome.Doubtful("the provider answered " + status)
        : new Outcome.Refused(said(answer));
  }

  /// The status, and the error code where there is one.
  static String said(Answer.Received answer) {
    return "the provider answered "
        + answer.status()
        + StrictJson.object(answer.body())
            .map(body -> body.getValue("error"))
            .filter(code -> code instanceof String text && text.matches("[a-z_]{1,64}"))
            .map(code -> " " + code)
            .orElse("");
  }
}

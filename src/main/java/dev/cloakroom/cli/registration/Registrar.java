package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.client.AddressRule;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks a provider to register a client: its metadata, then one request, which is never repeated.
/// Every step has a time limit, to the last byte of its answer, no redirect is followed, an answer
/// has at most 1 MiB. A name is resolved first, and no request is made when one of its addresses is
/// forbidden; the JDK keeps that answer of the DNS for longer than a step takes, so that the
/// connection is made with the same.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7591#section-3 RFC 7591, 3
public final class Registrar {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long LONGEST_BODY = 1 << 20;
  private static final String FORBIDDEN =
      " has a link-local or metadata address, or is plain http off loopback";

  private final AddressRule rule;
  private final Duration patience;
  private final Resolver resolver;

  /// Plain http off loopback only where `insecureHttp` says so.
  public Registrar(boolean insecureHttp) {
    this(insecureHttp, PATIENCE, host -> List.of(InetAddress.getAllByName(host)));
  }

  /// @param patience how long one step may take as a whole
  public Registrar(boolean insecureHttp, Duration patience, Resolver resolver) {
    this.rule = new AddressRule(insecureHttp);
    this.patience = patience;
    this.resolver = resolver;
  }

  /// Which addresses a name has.
  @FunctionalInterface
  public interface Resolver {
    /// All of them.
    ///
    /// @throws IOException when it has none, or nobody says
    List<InetAddress> addresses(String host) throws IOException;
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
    try {
      if (isForbidden(location)) {
        return new Desk.None("the issuer" + FORBIDDEN);
      }
      var answer = send(HttpRequest.newBuilder(location).GET());
      var document = StrictJson.object(answer.body());
      if (answer.statusCode() != 200 || document.isEmpty()) {
        return new Desk.None(location + " answers no metadata");
      }
      return desk(issuer, document.get());
    } catch (IOException e) {
      return new Desk.None(location + " cannot be reached");
    }
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
    var request =
        HttpRequest.newBuilder(desk.endpoint())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(installation.metadata().encode()));
    initialToken.ifPresent(t -> request.header("Authorization", "Bearer " + t.reveal()));
    try {
      if (isForbidden(desk.endpoint())) {
        return new Outcome.Refused("its registration_endpoint" + FORBIDDEN);
      }
    } catch (IOException e) {
      return new Outcome.Refused("the name of its registration_endpoint has no address");
    }
    try {
      return read(send(request), installation);
    } catch (IOException e) {
      return new Outcome.Doubtful("no complete answer came");
    }
  }

  private static Outcome read(HttpResponse<byte[]> answer, Installation installation) {
    int status = answer.statusCode();
    if (status == 201 || status == 200) {
      return switch (Client.of(answer.body(), installation)) {
        case Client.Read.Registered(var client) -> new Outcome.Registered(client);
        case Client.Read.Unfit(var problem) -> new Outcome.Doubtful(problem);
      };
    }
    if (status >= 500) {
      return new Outcome.Doubtful("the provider answered " + status);
    }
    var error =
        StrictJson.object(answer.body())
            .map(body -> body.getValue("error"))
            .filter(code -> code instanceof String text && text.matches("[a-z_]{1,64}"))
            .map(code -> " " + code)
            .orElse("");
    return new Outcome.Refused("the provider answered " + status + error);
  }

  private boolean isForbidden(URI uri) throws IOException, InterruptedException {
    return !within(() -> resolver.addresses(uri.getHost())).stream()
        .allMatch(address -> rule.allows(uri, address));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var whole =
        request.header("Accept", "application/json").header("User-Agent", "Cloakroom").build();
    return within(
        () -> {
          var client = HttpClient.newBuilder().followRedirects(Redirect.NEVER).build();
          try {
            return client.send(
                whole, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
          } finally {
            client.shutdownNow();
          }
        });
  }

  /// The limits that a request of the JDK can have end where its answer begins, and a look-up has
  /// none: so each step runs beside the command, which waits no longer than its patience.
  private <T> T within(Callable<T> step) throws IOException, InterruptedException {
    var task = new FutureTask<T>(step);
    var _ = Thread.ofVirtual().start(task);
    try {
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no complete answer in time", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      task.cancel(true);
    }
  }
}

package dev.cloakroom.edge;

import dev.cloakroom.edge.arrival.Connections;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.proxy.Downstream;
import dev.cloakroom.proxy.Route;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Where every request of a front end arrives: filters it, finds its endpoint, asks the handler,
/// has the reply written. One per event loop.
final class Front implements Reception {
  private static final Set<String> KNOWN_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final String CLOSE = HttpHeaders.CLOSE.toString();

  /// What is still on its way would make the client's system throw the answer away.
  private static final long BROKEN_LINGER_MILLIS = 250;

  private final Rules rules;
  private final Desk desk;
  private final Wire wire;
  private final Connections connections;
  private final Tools tools;

  /// What decides about a request before a handler sees it.
  record Rules(
      Admission admission,
      ClientAddress addresses,
      Endpoints endpoints,
      Cors cors,
      SecurityHeaders security) {}

  /// What a front needs of the world around it.
  record Tools(Vertx vertx, InstantSource clock, Observer observer, Trace.Source traces) {}

  Front(Rules rules, Desk desk, Wire wire, Connections connections, Tools tools) {
    this.rules = rules;
    this.desk = desk;
    this.wire = wire;
    this.connections = connections;
    this.tools = tools;
  }

  @Override
  public void handle(HttpServerRequest http) {
    http.pause();
    if (!begins(http)) {
      return;
    }
    var visit = arrives(http);
    decide(visit).onComplete(decided -> decided(visit, decided));
  }

  private void decided(Visit visit, AsyncResult<Reply> decided) {
    if (decided.failed()) {
      answer(visit, fault(visit, decided.cause()));
    } else if (decided.result() instanceof Reply.Relayed(var status)) {
      leaves(visit, status); // of most calls, at once: it has gone out
    } else {
      answer(visit, decided.result());
    }
  }

  private void answer(Visit visit, Reply reply) {
    Future<Integer> written;
    try {
      written = write(visit, reply);
    } catch (RuntimeException e) {
      written = Future.failedFuture(e);
    }
    written
        .otherwise(
            fault -> {
              var _ = fault(visit, fault);
              return 0;
            })
        .onSuccess(status -> leaves(visit, status));
  }

  /// What the HTTP server below could not read. Its connection cannot be used any further.
  @Override
  public void invalid(HttpServerRequest http, ProblemCode code) {
    if (!begins(http)) {
      return;
    }
    var visit = arrives(http);
    answer(visit, new Reply.Failure(Problem.of(code).closing()));
  }

  /// False for what comes after the last request of a connection. Whether the gateway is leaving is
  /// asked when the answer's head is written, so that an answer under way at that time says so,
  /// too.
  private boolean begins(HttpServerRequest http) {
    var connection = http.connection();
    if (!connections.requestBegins(connection)) {
      connection.close();
      return false;
    }
    if (Connections.isLast(http.version(), http.headers())) {
      connections.endsWithAnswer(connection);
    }
    if (!Downstream.isShared(http)) {
      http.response().headersEndHandler(_ -> answers(connection, http.response()));
    }
    return true;
  }

  private void answers(HttpConnection connection, HttpServerResponse response) {
    if (response.getStatusCode() == SWITCHING_PROTOCOLS) {
      return;
    }
    if (connections.isEnding(connection)) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    if (Objects.equals(response.headers().get(HttpHeaders.CONNECTION), CLOSE)) {
      connections.endsWithAnswer(connection);
    }
  }

  private Visit arrives(HttpServerRequest http) {
    var peer = http.remoteAddress().hostAddress();
    var client = rules.addresses().of(peer == null ? "-" : peer, http.headers());
    return new Visit(http, tools.traces().draw(), client, tools.clock().instant());
  }

  private Future<Reply> decide(Visit visit) {
    var http = visit.http();
    var method = http.method().name();
    try {
      return switch (rules.admission().admit(method, http.uri(), http.headers())) {
        case Admission.Refused(var problem) -> Future.succeededFuture(new Reply.Failure(problem));
        case Admission.ServerWide _ -> Future.succeededFuture(new Reply.Empty(204, Map.of()));
        case Admission.Admitted admitted -> dispatch(visit, method, admitted);
      };
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Reply> dispatch(Visit visit, String method, Admission.Admitted admitted) {
    var headers = visit.http().headers();
    if (Cors.isPreflight(method, headers)) {
      return Future.succeededFuture(rules.cors().preflight(headers));
    }
    var endpoint = rules.endpoints().find(method, admitted.path());
    visit.route = Desk.name(endpoint);
    var answer = visit.http().response().headers();
    rules.cors().fields(headers).forEach(answer::set);
    if (endpoint instanceof Endpoint.Call(var route)) {
      if (route.access() == Route.Access.ANONYMOUS) {
        rules.security().transport(answer);
      } else {
        rules.security().relayed(answer);
      }
    }
    var context = tools.vertx().getOrCreateContext();
    return desk.handle(
        new Request(visit.http(), context, admitted, visit.client(), visit.trace()), endpoint);
  }

  private Future<Integer> write(Visit visit, Reply reply) {
    if (reply instanceof Reply.Failure(var problem, _)) {
      tools
          .observer()
          .on(
              new Event.RequestRefused(
                  problem.code().code(), problem.reason(), visit.route, visit.trace().id()));
    }
    return wire.write(visit.http(), visit.trace(), reply);
  }

  private Reply fault(Visit visit, Throwable fault) {
    tools.observer().on(new Event.Fault(Optional.of(visit.trace().id()), fault));
    return new Reply.Failure(Problem.of(ProblemCode.INTERNAL_ERROR));
  }

  private void leaves(Visit visit, int status) {
    ends(visit.http());
    var method = visit.http().method().name();
    var took = Duration.between(visit.arrived(), tools.clock().instant());
    tools
        .observer()
        .on(
            new Event.RequestServed(
                KNOWN_METHODS.contains(method) ? method : "_OTHER",
                visit.route,
                status,
                took,
                visit.client(),
                visit.trace().id()));
  }

  /// While a body that nobody read is still coming, whoever answered keeps the connection for a
  /// moment.
  private void ends(HttpServerRequest http) {
    var connection = http.connection();
    switch (connections.requestEnds(connection)) {
      case GOES_ON -> {}
      case ENDS_BROKEN -> tools.vertx().setTimer(BROKEN_LINGER_MILLIS, _ -> connection.close());
      case ENDS -> {
        if (http.isEnded() || !Connections.hasBody(http.headers())) {
          connection.close();
        }
      }
    }
  }

  /// One request from its arrival to its end, as the access log will tell it. Used on the event
  /// loop of its connection only.
  private static final class Visit {
    private final HttpServerRequest http;
    private final Trace trace;
    private final String client;
    private final Instant arrived;

    /// The template that it matched.
    String route = "none";

    Visit(HttpServerRequest http, Trace trace, String client, Instant arrived) {
      this.http = http;
      this.trace = trace;
      this.client = client;
      this.arrived = arrived;
    }

    HttpServerRequest http() {
      return http;
    }

    Trace trace() {
      return trace;
    }

    String client() {
      return client;
    }

    Instant arrived() {
      return arrived;
    }
  }
}

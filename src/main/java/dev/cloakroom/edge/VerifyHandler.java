package dev.cloakroom.edge;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.identity.Identities;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Forwarding;
import dev.cloakroom.proxy.Route;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `GET /auth/verify`: another proxy asks whether a request may go out, and with which fields. It
/// passes the same filter and the same handler as if it had come here; only the last stop is
/// another one.
///
/// A proxy that lets browsers reach this address, too, would hand them tokens. So its address is
/// not enough: it shows a secret, which no browser knows.
final class VerifyHandler {
  private static final String SECRET = "X-Cloakroom-Verify";
  private static final String LOGIN = "X-Cloakroom-Login";
  private static final String METHOD = "X-Forwarded-Method";
  private static final String URI = "X-Forwarded-Uri";
  private static final String HOST = "X-Forwarded-Host";

  /// What somebody behind the proxy might believe rather than the request line: the gateway drops
  /// these, but cannot have another proxy drop them.
  private static final Set<String> OTHER_REQUEST_LINES =
      Set.of(
          "x-http-method",
          "x-http-method-override",
          "x-method-override",
          "x-original-method",
          "x-original-uri",
          "x-original-url",
          "x-rewrite-url");

  private final Gate gate;
  private final Admission admission;
  private final Endpoints endpoints;
  private final Logins logins;
  private final ApiHandler api;

  VerifyHandler(
      Gate gate, Admission admission, Endpoints endpoints, Logins logins, ApiHandler api) {
    this.gate = gate;
    this.admission = admission;
    this.endpoints = endpoints;
    this.logins = logins;
    this.api = api;
  }

  /// Who may ask.
  ///
  /// @param secret without one, nobody
  record Gate(ClientAddress addresses, Optional<Secret> secret) {
    private boolean admits(Request request) {
      var peer = request.http().remoteAddress().hostAddress();
      var shown = only(request.headers(), SECRET);
      return peer != null
          && addresses.isTrusted(peer)
          && shown != null
          && !shown.isEmpty()
          && secret.filter(Secret.of(shown)::equals).isPresent();
    }
  }

  /// Where to log in, and where logins may end.
  record Logins(Surface surface, Landings landings) {
    /// Where a person returns to; a script returns nowhere.
    private Optional<String> returnTo(Request original, String target) {
      return original.method().equals("GET") && Navigation.wantsPage(original.headers())
          ? landings.check(target).map(Landings.Landing::address)
          : Optional.empty();
    }

    private String address(Problem problem, Optional<String> returnTo) {
      var login = problem.loginUrl().orElse(surface.loginUrl());
      return returnTo
          .map(to -> login + (login.contains("?") ? "&" : "?") + "return_to=" + Request.encode(to))
          .orElse(login);
    }
  }

  Future<Reply> handle(Request request) {
    if (gate.secret().isEmpty()) {
      return refused(Problem.of(ProblemCode.NO_SUCH_ROUTE));
    }
    if (!gate.admits(request)) {
      return forbidden("verify: not a trusted proxy with the secret");
    }
    if (logins.surface().apps() && request.headers().contains(Cookies.HANDLE)) {
      return forbidden("verify: an app's handle, which the proxy would pass on");
    }
    var fields = original(request.headers());
    var method = only(fields, METHOD);
    var target = only(fields, URI);
    if (method == null || target == null) {
      return forbidden("verify: x-forwarded-method or x-forwarded-uri missing or repeated");
    }
    if (namesAnotherRequest(fields)) {
      return forbidden("verify: another method or path beside the request's own");
    }
    return switch (admission.admit(method, target, fields)) {
      case Admission.Admitted admitted -> decide(request.instead(method, fields, admitted), target);
      case Admission.ServerWide _ -> forbidden("verify: no path");
      case Admission.Refused(var problem) -> refused(verdict(problem, Optional.empty()));
    };
  }

  private Future<Reply> decide(Request original, String target) {
    var found = endpoints.find(original.method(), original.target().path());
    return found instanceof Endpoint.Call(var route)
        ? api.handle(original, route)
            .map(reply -> verdict(reply, logins.returnTo(original, target)))
        : forbidden("verify: no route");
  }

  /// The fields as the original request had them. Proxies drop `Upgrade` on the way to here, but
  /// not what comes with it.
  private static MultiMap original(MultiMap headers) {
    var fields = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    if (fields.contains(HOST)) {
      fields.set("Host", fields.getAll(HOST));
    }
    if (fields.contains("Sec-WebSocket-Key") || fields.contains("Sec-WebSocket-Version")) {
      fields.set(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
    }
    return fields;
  }

  private static boolean namesAnotherRequest(MultiMap fields) {
    return fields.names().stream()
        .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
        .anyMatch(OTHER_REQUEST_LINES::contains);
  }

  private static @Nullable String only(MultiMap fields, String name) {
    var values = fields.getAll(name);
    return values.size() == 1 ? values.getFirst() : null;
  }

  private Reply verdict(Reply reply, Optional<String> returnTo) {
    return reply instanceof Reply.Failure(var problem, _)
        ? new Reply.Failure(verdict(problem, returnTo))
        : reply;
  }

  /// Proxies know two refusals. What is no refusal, but cannot be decided now, stays what it is.
  private Problem verdict(Problem problem, Optional<String> returnTo) {
    int status = problem.code().status();
    if (status == 401) {
      var login = logins.address(problem, returnTo);
      return problem.withLoginUrl(login).withHeader(LOGIN, login);
    }
    return status == 403 || status == 429 || status >= 500
        ? problem
        : Problem.of(ProblemCode.FORBIDDEN, "verify: " + problem.reason())
            .withDetail(problem.sentence());
  }

  private static Future<Reply> forbidden(String reason) {
    return refused(Problem.of(ProblemCode.FORBIDDEN, reason));
  }

  private static Future<Reply> refused(Problem problem) {
    return Future.succeededFuture(new Reply.Failure(problem));
  }

  /// Where the handler of calls ends here: instead of the upstream, the proxy gets what the
  /// upstream would have got.
  record Answer(Forwarding.OwnCookies ownCookies, Identities identities, Fronts.Around around)
      implements ApiHandler.LastStop {
    @Override
    public Future<Reply> forward(Request request, Route route, Relay.@Nullable Holder holder) {
      if (Request.isUpgrade(request.headers()) && !route.websocket().enabled()) {
        return forbidden("verify: no sockets on this route");
      }
      var told = new HashMap<String, String>();
      var cookies =
          request.headers().getAll(HttpHeaders.COOKIE).stream()
              .flatMap(field -> Optional.ofNullable(ownCookies.without(field)).stream())
              .collect(Collectors.joining("; "));
      if (!cookies.isEmpty()) {
        told.put("Cookie", cookies);
      }
      var session = holder == null ? null : holder.session();
      if (session != null) {
        identities
            .of(session, route)
            .forEach(said -> told.put(said.name().toString(), said.value()));
      }
      var credential = holder == null ? null : holder.credential();
      if (credential != null) {
        told.put("Authorization", credential.authorization().toString());
      }
      return Future.succeededFuture(new Reply.Empty(204, told));
    }

    @Override
    public void report(Request request, Route route, String reason) {
      around.observer().on(new Event.RequestReported(reason, route.path(), request.trace().id()));
    }
  }
}

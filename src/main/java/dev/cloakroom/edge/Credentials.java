package dev.cloakroom.edge;

import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.token.ClientTokens;
import dev.cloakroom.token.RouteTokens.OfClient;
import dev.cloakroom.token.TokenKeeper;
import dev.cloakroom.token.TokenOutcome;
import io.vertx.core.Future;
import java.util.Optional;

/// The access tokens of a session, and those of the gateway itself, as the forwarder sees them:
/// without the session.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750, 2.1
final class Credentials {
  private final TokenKeeper keeper;
  private final ClientTokens clients;

  Credentials(TokenKeeper keeper, ClientTokens clients) {
    this.keeper = keeper;
    this.clients = clients;
  }

  /// The login's own.
  Credential own(Request request, SessionId id, Session session) {
    return new Own(keeper, request, id, session);
  }

  /// The one `session` has for `target`.
  Credential targeted(
      Request request, SessionId id, Session session, TokenTarget target, AccessToken token) {
    return new Targeted(keeper, request, id, session, target, token);
  }

  /// One of the gateway itself.
  Credential client(Request request, OfClient client, AccessToken token) {
    return new Client(clients, request, client, token);
  }

  private static final class Own implements Credential {
    private final TokenKeeper keeper;
    private final Request request;
    private final SessionId id;
    private final Session session;

    Own(TokenKeeper keeper, Request request, SessionId id, Session session) {
      this.keeper = keeper;
      this.request = request;
      this.id = id;
      this.session = session;
    }

    @Override
    public String authorization() {
      return "Bearer " + session.tokens().access().reveal();
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(keeper.refreshNow(id, session)).map(this::renewed);
    }

    private Optional<Credential> renewed(TokenOutcome outcome) {
      return outcome instanceof TokenOutcome.Ready(var next)
              && !next.tokens().access().equals(session.tokens().access())
          ? Optional.of(new Own(keeper, request, id, next))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "Own[hidden]";
    }
  }

  private static final class Targeted implements Credential {
    private final TokenKeeper keeper;
    private final Request request;
    private final SessionId id;
    private final Session session;
    private final TokenTarget target;
    private final AccessToken token;

    Targeted(
        TokenKeeper keeper,
        Request request,
        SessionId id,
        Session session,
        TokenTarget target,
        AccessToken token) {
      this.keeper = keeper;
      this.request = request;
      this.id = id;
      this.session = session;
      this.target = target;
      this.token = token;
    }

    @Override
    public String authorization() {
      return "Bearer " + token.value().reveal();
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(keeper.refreshNow(id, session, target)).map(this::renewed);
    }

    private Optional<Credential> renewed(TokenOutcome outcome) {
      if (!(outcome instanceof TokenOutcome.Ready(var next))) {
        return Optional.empty();
      }
      return Optional.ofNullable(next.others().get(target))
          .filter(other -> !other.value().equals(token.value()))
          .map(other -> new Targeted(keeper, request, id, next, target, other));
    }

    @Override
    public String toString() {
      return "Targeted[hidden]";
    }
  }

  private record Client(ClientTokens tokens, Request request, OfClient client, AccessToken token)
      implements Credential {
    @Override
    public String authorization() {
      return "Bearer " + token.value().reveal();
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(tokens.renew(client, token)).map(this::renewed);
    }

    private Optional<Credential> renewed(ClientTokens.Outcome outcome) {
      return outcome instanceof ClientTokens.Outcome.Ready(var next)
              && !next.value().equals(token.value())
          ? Optional.of(new Client(tokens, request, client, next))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "Client[hidden]";
    }
  }
}

package dev.cloakroom.edge;

import dev.cloakroom.proxy.Credential;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.token.TokenKeeper;
import dev.cloakroom.token.TokenOutcome;
import io.vertx.core.Future;
import java.util.Optional;

/// The access token of a session, as the forwarder sees it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750, 2.1
final class SessionCredential implements Credential {
  private final TokenKeeper keeper;
  private final Request request;
  private final SessionId id;
  private final Session session;

  SessionCredential(TokenKeeper keeper, Request request, SessionId id, Session session) {
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
        ? Optional.of(new SessionCredential(keeper, request, id, next))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "SessionCredential[hidden]";
  }
}

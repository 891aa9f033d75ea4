package dev.cloakroom.token;

import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import io.vertx.core.Future;

/// Keeps the access token of a session fresh. However many calls of a session arrive at once, one
/// refresh goes out and all of them share its outcome.
public interface TokenKeeper {
  /// True when the access token can be used as it is and nothing needs to happen: the hot path.
  boolean isFresh(Session session);

  /// A session with a usable access token, or what to do instead. Inside the refresh-ahead window
  /// the old token is answered at once and the refresh runs beside it.
  Future<TokenOutcome> keepFresh(SessionId id, Session session);

  /// Refreshes although the access token looks fresh, because the upstream refused the token of
  /// `session` or the user asked; shares a refresh under way, and does nothing when the stored
  /// token is already another one.
  Future<TokenOutcome> refreshNow(SessionId id, Session session);
}

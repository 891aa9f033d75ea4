package dev.cloakroom.session;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.Provider;
import java.util.Map;
import java.util.Optional;

/// Asks providers to forget the tokens of sessions that are over. Best effort, in the background:
/// nobody waits for it and nothing fails with it. Asking again, and giving up, is the [Provider]'s.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7009#section-2.1 RFC 7009, 2.1
public final class Revoker {
  private final Map<String, Provider> providers;
  private final Observer observer;

  /// Takes the providers of all front ends, by their qualified names.
  public Revoker(Map<String, Provider> providers, Observer observer) {
    this.providers = Map.copyOf(providers);
    this.observer = observer;
  }

  /// Revokes the tokens of a session that ended. Those with offline access outlive the session at
  /// the provider: where the provider ordered the end, they are not the gateway's to revoke. An
  /// order through the browser proves nothing, and costs nobody his tokens.
  ///
  /// @spec https://openid.net/specs/openid-connect-backchannel-1_0.html#BCActions OpenID Connect
  ///   Back-Channel Logout 1.0, 2.7
  public void ended(Session session, EndCause cause) {
    boolean revokes =
        switch (cause) {
          case FRONT_CHANNEL, REDEEMED -> false;
          case BACK_CHANNEL -> !session.tokens().scope().contains("offline_access");
          case LOGOUT,
              ENDED_BY_USER,
              REPLACED,
              ADMIN,
              REFRESH_REFUSED,
              CODE_REPLAYED,
              IDLE,
              ABSOLUTE,
              EVICTED ->
              true;
        };
    if (revokes) {
      revoke(session);
    }
  }

  /// Revokes tokens that nobody may use any more.
  public void revoke(Session session) {
    var provider = providers.get(name(session));
    if (provider == null) {
      return; // the configuration no longer names it
    }
    provider
        .revoke(session.tokens(), session.others().values())
        .onSuccess(confirmed -> heard(session, confirmed))
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
  }

  private void heard(Session session, boolean confirmed) {
    if (confirmed) {
      observer.on(new Event.TokensRevoked(name(session), session.handle()));
    }
  }

  private static String name(Session session) {
    return session.frontEnd().qualified(session.provider());
  }
}

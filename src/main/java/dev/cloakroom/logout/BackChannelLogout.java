package dev.cloakroom.logout;

import dev.cloakroom.oidc.LogoutOrder;
import dev.cloakroom.oidc.LogoutToken;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/// A logout that the provider orders, server to server. A token that comes again, as after a lost
/// answer, is confirmed and changes nothing: a login since then is not its business.
///
/// @spec https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest OpenID Connect
///   Back-Channel Logout 1.0, 2.5 to 2.8
public final class BackChannelLogout {
  private final SessionStore sessions;
  private final List<Provider> providers;
  private final Revoker revoker;

  public BackChannelLogout(
      SessionStore sessions, Map<String, Provider> providers, Revoker revoker) {
    this.sessions = sessions;
    this.providers = List.copyOf(providers.values());
    this.revoker = revoker;
  }

  /// Checks the token with the provider it names and ends what it orders to end.
  public Future<BackChannelOutcome> accept(String logoutToken) {
    return providers.stream()
        .filter(provider -> LogoutToken.isFor(provider.settings(), logoutToken))
        .findFirst()
        .map(provider -> provider.checkLogout(logoutToken).compose(this::obey))
        .orElseGet(() -> answer(new BackChannelOutcome.Rejected("logout_token_not_for_us")));
  }

  private Future<BackChannelOutcome> obey(LogoutOrder order) {
    return switch (order) {
      case LogoutOrder.Genuine genuine ->
          sessions
              .claim("logout " + genuine.issuer() + " " + genuine.jti(), genuine.forgetAt())
              .compose(
                  claim ->
                      switch (claim) {
                        // a store that is away remembers whom to end when it is back
                        case CLAIMED, UNAVAILABLE -> end(genuine);
                        case ALREADY_CLAIMED -> answer(new BackChannelOutcome.LoggedOut());
                      });
      case LogoutOrder.Refused(var reason) -> answer(new BackChannelOutcome.Rejected(reason));
      case LogoutOrder.Unavailable(var after) ->
          answer(new BackChannelOutcome.ProviderUnavailable(after));
    };
  }

  /// A token that names both a session and a subject means that session.
  private Future<BackChannelOutcome> end(LogoutOrder.Genuine order) {
    SessionSelector whom =
        order
            .sid()
            .<SessionSelector>map(sid -> new SessionSelector.BySid(order.issuer(), sid))
            .orElseGet(
                () -> new SessionSelector.BySubject(order.issuer(), order.subject().orElseThrow()));
    return sessions.endAll(whom, EndCause.BACK_CHANNEL).map(this::ended);
  }

  private BackChannelOutcome ended(SessionStore.Ended ended) {
    return switch (ended) {
      case SessionStore.Ended.Done(var over) -> {
        over.forEach(session -> revoker.ended(session, EndCause.BACK_CHANNEL));
        yield new BackChannelOutcome.LoggedOut();
      }
      case SessionStore.Ended.Unavailable() -> new BackChannelOutcome.StoreUnavailable();
    };
  }

  private static Future<BackChannelOutcome> answer(BackChannelOutcome outcome) {
    return Future.succeededFuture(outcome);
  }
}

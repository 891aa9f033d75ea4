package dev.cloakroom.logout;

import dev.cloakroom.oidc.LogoutOrder;
import dev.cloakroom.oidc.LogoutToken;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/// A logout that the provider orders, server to server. A token that comes again, as after a lost
/// answer, is confirmed and changes nothing: a login since then is not its business. One that could
/// not be obeyed is, when it comes again.
///
/// @spec https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest OpenID Connect
///   Back-Channel Logout 1.0, 2.5 to 2.8
public final class BackChannelLogout {
  private final SessionStore sessions;
  private final List<Provider> providers;
  private final Revoker revoker;
  private final Reach reach;

  /// Takes the providers of a front end, and how far their orders reach beyond it.
  public BackChannelLogout(
      SessionStore sessions, Map<String, Provider> providers, Revoker revoker, Reach reach) {
    this.reach = reach;
    this.sessions = sessions;
    this.providers = List.copyOf(providers.values());
    this.revoker = revoker;
  }

  /// Checks the token with the provider it names and ends what it orders to end.
  public Future<BackChannelOutcome> accept(String logoutToken) {
    return providers.stream()
        .filter(provider -> LogoutToken.isFor(provider.settings(), logoutToken))
        .findFirst()
        .map(provider -> obey(provider, logoutToken))
        .orElseGet(() -> answer(new BackChannelOutcome.Rejected("logout_token_not_for_us")));
  }

  private Future<BackChannelOutcome> obey(Provider provider, String logoutToken) {
    var frontEnds = reach.of(provider.settings());
    return provider.checkLogout(logoutToken).compose(order -> obey(order, frontEnds));
  }

  private Future<BackChannelOutcome> obey(LogoutOrder order, List<FrontEnd> frontEnds) {
    return switch (order) {
      case LogoutOrder.Genuine genuine ->
          sessions
              .claimed(name(genuine))
              .compose(
                  claimed ->
                      switch (claimed) {
                        // a store that is away remembers whom to end when it is back
                        case NO, UNAVAILABLE -> end(genuine, frontEnds);
                        case YES -> answer(new BackChannelOutcome.LoggedOut());
                      });
      case LogoutOrder.Refused(var reason) -> answer(new BackChannelOutcome.Rejected(reason));
      case LogoutOrder.Unavailable(var after) ->
          answer(new BackChannelOutcome.ProviderUnavailable(after));
    };
  }

  /// A token that names both a session and a subject means that session.
  private Future<BackChannelOutcome> end(LogoutOrder.Genuine order, List<FrontEnd> frontEnds) {
    return Future.all(
            frontEnds.stream()
                .map(at -> sessions.endAll(whom(order, at), EndCause.BACK_CHANNEL))
                .toList())
        .compose(all -> ended(order, all.<SessionStore.Ended>list()));
  }

  private static SessionSelector whom(LogoutOrder.Genuine order, FrontEnd at) {
    return order
        .sid()
        .<SessionSelector>map(sid -> new SessionSelector.BySid(at, order.issuer(), sid))
        .orElseGet(
            () -> new SessionSelector.BySubject(at, order.issuer(), order.subject().orElseThrow()));
  }

  /// Claimed only now, so that a token that was not obeyed is not taken for a replay. Of two that
  /// come at once both end, and the second finds nothing.
  private Future<BackChannelOutcome> ended(
      LogoutOrder.Genuine order, List<SessionStore.Ended> everywhere) {
    boolean away = false;
    for (var ended : everywhere) {
      switch (ended) {
        case SessionStore.Ended.Done(var over) ->
            over.forEach(session -> revoker.ended(session, EndCause.BACK_CHANNEL));
        case SessionStore.Ended.Unavailable() -> away = true;
      }
    }
    return away
        ? answer(new BackChannelOutcome.StoreUnavailable())
        : sessions.claim(name(order), order.forgetAt()).map(new BackChannelOutcome.LoggedOut());
  }

  private static String name(LogoutOrder.Genuine order) {
    return "logout " + order.issuer() + " " + order.jti();
  }

  private static Future<BackChannelOutcome> answer(BackChannelOutcome outcome) {
    return Future.succeededFuture(outcome);
  }
}

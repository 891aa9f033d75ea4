package dev.cloakroom.logout;

import dev.cloakroom.oidc.Provider;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A logout that the provider orders through a frame in the user's browser. The session cookie does
/// not come along, and nobody proves who asks: so it acts on the provider's name of the session
/// alone, revokes no token, and leaves nothing behind where there is no such session.
///
/// @spec https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout OpenID Connect
///   Front-Channel Logout 1.0, 2
public final class FrontChannelLogout {
  private final SessionStore sessions;
  private final List<Provider> providers;

  /// Takes all providers; acts for those whose `logout.front_channel` is on.
  public FrontChannelLogout(SessionStore sessions, Map<String, Provider> providers) {
    this.sessions = sessions;
    this.providers =
        providers.values().stream()
            .filter(provider -> provider.settings().frontChannelLogout())
            .toList();
  }

  public boolean isOn() {
    return !providers.isEmpty();
  }

  /// Ends the session of the provider `issuer` that it knows as `sid`, if there is one.
  public Future<FrontChannelOutcome> accept(String issuer, String sid) {
    var known = providers.stream().anyMatch(provider -> provider.settings().isNamedBy(issuer));
    if (!known) {
      return answer(new FrontChannelOutcome.LoggedOut(Optional.empty()));
    }
    var selector = new SessionSelector.BySid(issuer, sid);
    return sessions.list(selector).compose(listed -> end(listed, selector));
  }

  /// Looks first: a store remembers an end that a provider orders, and any stranger may ask for
  /// this one.
  private Future<FrontChannelOutcome> end(
      SessionStore.Listed listed, SessionSelector.BySid selector) {
    var done = new FrontChannelOutcome.LoggedOut(Optional.of(origin(selector.issuer())));
    return switch (listed) {
      case SessionStore.Listed.Found(var found) ->
          found.isEmpty()
              ? answer(done)
              : sessions
                  .endAll(selector, EndCause.FRONT_CHANNEL)
                  .map(
                      ended ->
                          switch (ended) {
                            case SessionStore.Ended.Done _ -> done;
                            case SessionStore.Ended.Unavailable() ->
                                new FrontChannelOutcome.StoreUnavailable();
                          });
      case SessionStore.Listed.Unavailable() -> answer(new FrontChannelOutcome.StoreUnavailable());
    };
  }

  private static Future<FrontChannelOutcome> answer(FrontChannelOutcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private static String origin(String issuer) {
    var uri = URI.create(issuer);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}

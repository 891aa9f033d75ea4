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
  private final Reach reach;

  /// Takes the providers of a front end, and how far their orders reach beyond it; acts for those
  /// whose `logout.front_channel` is on.
  public FrontChannelLogout(SessionStore sessions, Map<String, Provider> providers, Reach reach) {
    this.reach = reach;
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
    var frontEnds =
        providers.stream()
            .map(Provider::settings)
            .filter(settings -> settings.isNamedBy(issuer))
            .flatMap(settings -> reach.of(settings).stream())
            .distinct()
            .toList();
    if (frontEnds.isEmpty()) {
      return answer(new FrontChannelOutcome.LoggedOut(Optional.empty()));
    }
    return Future.all(
            frontEnds.stream().map(at -> end(new SessionSelector.BySid(at, issuer, sid))).toList())
        .map(
            all ->
                all.<Boolean>list().contains(false)
                    ? new FrontChannelOutcome.StoreUnavailable()
                    : new FrontChannelOutcome.LoggedOut(Optional.of(origin(issuer))));
  }

  /// Looks first: a store remembers an end that a provider orders, and any stranger may ask for
  /// this one. False when the store is away.
  private Future<Boolean> end(SessionSelector.BySid selector) {
    return sessions
        .list(selector)
        .compose(
            listed ->
                switch (listed) {
                  case SessionStore.Listed.Found(var found) ->
                      found.isEmpty()
                          ? Future.succeededFuture(true)
                          : sessions
                              .endAll(selector, EndCause.FRONT_CHANNEL)
                              .map(SessionStore.Ended.Done.class::isInstance);
                  case SessionStore.Listed.Unavailable() -> Future.succeededFuture(false);
                });
  }

  private static Future<FrontChannelOutcome> answer(FrontChannelOutcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private static String origin(String issuer) {
    var uri = URI.create(issuer);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}

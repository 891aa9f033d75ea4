package dev.cloakroom.world;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// The logout tokens of the scripted provider, each with a `jti` of its own.
///
/// @spec https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken OpenID Connect
///   Back-Channel Logout 1.0, 2.4
final class LogoutTokens {
  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

  private final ScriptedProvider provider;
  private final AtomicInteger drawn = new AtomicInteger();

  LogoutTokens(ScriptedProvider provider) {
    this.provider = provider;
  }

  String draw(UnaryOperator<IdTokenDraft> spoiler) {
    var now = provider.clock.instant().getEpochSecond();
    var claims =
        new JsonObject()
            .put("iss", provider.issuer())
            .put("aud", provider.clientId)
            .put("iat", now)
            .put("exp", now + 120)
            .put("jti", "jti-" + drawn.incrementAndGet())
            .put("events", new JsonObject().put(EVENT, new JsonObject()));
    var draft = new IdTokenDraft(new JsonObject(), claims, ProviderKeys.Signing.RS256);
    var ready = spoiler.apply(draft.typ("logout+jwt"));
    return provider.grants.remember(
        provider.keys.sign(
            ready.header(), ready.claims(), ready.signing(), ScriptedProvider.CLIENT_SECRET));
  }
}

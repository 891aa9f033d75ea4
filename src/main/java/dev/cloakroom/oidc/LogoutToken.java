package dev.cloakroom.oidc;

import dev.cloakroom.jose.SignedJwt;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// What a logout token must say once its signature is known to be genuine. Pure.
///
/// @spec https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation OpenID Connect
///   Back-Channel Logout 1.0, 2.6
public final class LogoutToken {
  /// `typ` values it may carry; other kinds of token name theirs.
  static final Set<String> TYPES = Set.of("jwt", "logout+jwt");

  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
  private static final Duration OLDEST = Duration.ofMinutes(10);
  private static final Duration MOST_SKEW = Duration.ofSeconds(60);
  private static final int LONGEST_NAME = 255;

  private LogoutToken() {}

  /// True when the token, not verified yet, names this provider and this client: whose keys to ask.
  public static boolean isFor(ProviderSettings settings, String compact) {
    return SignedJwt.unverifiedClaims(compact)
        .map(Claims::new)
        .filter(claims -> names(settings, claims))
        .isPresent();
  }

  private static boolean names(ProviderSettings settings, Claims claims) {
    var audiences = claims.audiences();
    return settings.issuerRule().fits(claims)
        && !audiences.isEmpty()
        && audiences.stream().allMatch(settings.clientId()::equals);
  }

  static LogoutOrder check(JsonObject content, ProviderSettings settings, Instant now) {
    var claims = new Claims(content);
    var skew = settings.clockSkew().compareTo(MOST_SKEW) > 0 ? MOST_SKEW : settings.clockSkew();
    var jti = claims.text("jti").filter(LogoutToken::isShort);
    if (!names(settings, claims)) {
      return refused("issuer_or_audience");
    }
    if (!isCurrent(claims, skew, now)) {
      return refused("time");
    }
    if (jti.isEmpty()) {
      return refused("jti");
    }
    if (!isLogout(content) || content.containsKey("nonce")) {
      return refused("not_a_logout_token");
    }
    return namesWhom(content, claims)
        ? new LogoutOrder.Genuine(
            claims.text("iss").orElseThrow(),
            claims.text("sid"),
            claims.text("sub"),
            jti.get(),
            claims.instant("iat").orElseThrow().plus(OLDEST).plus(skew))
        : refused("sub_and_sid");
  }

  private static boolean isCurrent(Claims claims, Duration skew, Instant now) {
    var ahead = claims.instant("exp").filter(exp -> exp.plus(skew).isAfter(now));
    var recent =
        claims
            .instant("iat")
            .filter(iat -> !iat.minus(skew).isAfter(now))
            .filter(iat -> iat.plus(OLDEST).plus(skew).isAfter(now));
    return ahead.isPresent() && recent.isPresent();
  }

  private static boolean isLogout(JsonObject content) {
    return content.getValue("events") instanceof JsonObject events
        && events.getValue(EVENT) instanceof JsonObject;
  }

  /// A claim that is there but no proper name is no reason to look at the other one only.
  private static boolean namesWhom(JsonObject content, Claims claims) {
    return (content.containsKey("sid") || content.containsKey("sub"))
        && isName(content, claims, "sid")
        && isName(content, claims, "sub");
  }

  private static boolean isName(JsonObject content, Claims claims, String name) {
    return !content.containsKey(name) || claims.text(name).filter(LogoutToken::isShort).isPresent();
  }

  private static boolean isShort(String name) {
    return name.length() <= LONGEST_NAME;
  }

  private static LogoutOrder refused(String reason) {
    return new LogoutOrder.Refused("logout_token_" + reason);
  }
}

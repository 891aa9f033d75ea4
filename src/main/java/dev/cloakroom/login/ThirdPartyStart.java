package dev.cloakroom.login;

import dev.cloakroom.oidc.Provider;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A login that another site starts: it names the provider by its issuer, and a page of this origin
/// to come back to. Nothing else it says counts, `login_hint` included.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin OpenID
///   Connect Core 1.0, 4
sealed interface ThirdPartyStart {
  /// The same as an ordinary start would say it.
  record Understood(String provider, String returnTo) implements ThirdPartyStart {}

  record Refused(String name) implements ThirdPartyStart {}

  Set<String> PARAMETERS = Set.of("iss", "target_link_uri");

  /// Whether it is one.
  static boolean isOne(MultiMap parameters) {
    return parameters.contains("iss");
  }

  /// Reads it; `origin` is the gateway's own.
  static ThirdPartyStart of(MultiMap parameters, Map<String, Provider> providers, String origin) {
    var repeated =
        PARAMETERS.stream().filter(name -> parameters.getAll(name).size() > 1).findFirst();
    if (repeated.isPresent()) {
      return new Refused(repeated.get());
    }
    var provider =
        providers.values().stream()
            .map(Provider::settings)
            .filter(settings -> settings.issuer().equals(parameters.get("iss")))
            .findFirst();
    if (provider.isEmpty()) {
      return new Refused("iss");
    }
    var name = provider.get().name();
    return path(Optional.ofNullable(parameters.get("target_link_uri")), origin)
        .<ThirdPartyStart>map(path -> new Understood(name, path))
        .orElseGet(() -> new Refused("target_link_uri"));
  }

  /// What lies behind the origin; it is checked like any return address afterwards.
  private static Optional<String> path(Optional<String> target, String origin) {
    if (target.isEmpty() || target.get().equals(origin)) {
      return Optional.of("/");
    }
    return target
        .filter(url -> url.startsWith(origin + "/"))
        .map(url -> url.substring(origin.length()));
  }
}

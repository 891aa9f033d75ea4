package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.oidc.Hardening.Dpop;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.proxy.Route.TokenKind;
import java.util.List;
import java.util.Map;

/// What must agree where tokens need a proof beside them.
final class ProofChecks {
  private final Findings findings;

  ProofChecks(Findings findings) {
    this.findings = findings;
  }

  void check(Section root) {
    boolean proves =
        root.find(Keys.PROVIDERS).orElse(Map.of()).values().stream()
            .anyMatch(
                provider ->
                    provider.find(ClientKeys.DPOP).filter(Dpop.REQUIRED::equals).isPresent());
    var routes = root.find(Keys.ROUTES).orElse(List.of());
    var verify =
        root.find(Keys.AUTH)
            .flatMap(auth -> auth.setting(ServerKeys.VERIFY_KEY))
            .filter(setting -> setting.value().isPresent());
    if (proves) {
      verify
          .filter(_ -> routes.stream().anyMatch(ProofChecks::sendsToken))
          .ifPresent(setting -> nobodyProves(setting.place()));
    } else {
      routes.forEach(this::nothingToProve);
    }
    var bound = new BoundTokens(root.find(Keys.PROVIDERS).orElse(Map.of()));
    verify
        .filter(_ -> routes.stream().anyMatch(route -> !bound.of(route).isEmpty()))
        .ifPresent(setting -> anotherShows(setting.place()));
  }

  private void anotherShows(Place place) {
    findings.warning(
        place,
        "bound-token",
        "tokens are bound to a certificate, which the proxy that asks would have to show upstreams",
        "give the proxy the same certificate, or write token: none on the routes it asks about");
  }

  private static boolean sendsToken(Section route) {
    return route.find(RouteKeys.ACCESS).filter(access -> access != Access.ANONYMOUS).isPresent()
        && TokenKeys.kind(route) != TokenKind.NONE;
  }

  private void nobodyProves(Place place) {
    findings.error(
        place,
        "contradiction",
        "with dpop every request needs a proof of its own, which the proxy that asks cannot make",
        "write token: none on the routes it asks about, or dpop: off");
  }

  private void nothingToProve(Section route) {
    route
        .find(RouteKeys.DPOP_KEY)
        .flatMap(dpop -> dpop.setting(RouteKeys.DPOP_ORIGIN))
        .filter(origin -> origin.value().isPresent())
        .map(Setting::place)
        .ifPresent(
            place ->
                findings.warning(
                    place,
                    "no-effect",
                    "no provider binds tokens to keys, so that there is nothing to prove",
                    "write dpop: required at the provider, or remove this"));
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.proxy.Route.Csrf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What must agree in `routes`.
final class RouteChecks {
  private static final Pattern PATH =
      Pattern.compile(
          "(/|(/[A-Za-z0-9._~!$&'()+,;=:@%-]+)+/?)|(/[A-Za-z0-9._~!$&'()+,;=:@%-]+)*/\\*\\*");

  private final UpstreamChecks upstreams;
  private final TokenChecks tokens;
  private final Findings findings;
  private final Optional<List<SigningKey>> signingKeys;

  /// Takes the gateway's signing keys; nothing where they have a finding.
  RouteChecks(Environment environment, Optional<List<SigningKey>> signingKeys, Findings findings) {
    this.signingKeys = signingKeys;
    this.tokens = new TokenChecks(findings);
    this.upstreams = new UpstreamChecks(environment, findings);
    this.findings = findings;
  }

  void routes(Section root, List<Section> routes) {
    var base = root.find(Keys.AUTH).flatMap(auth -> auth.find(ServerKeys.BASE_PATH));
    Map<String, Place> seen = new HashMap<>();
    var providers = root.find(Keys.PROVIDERS).map(Map::keySet).orElse(Set.of());
    var bound = root.find(Keys.PROVIDERS).map(BoundTokens::new);
    for (var route : routes) {
      route
          .setting(RouteKeys.PATH)
          .ifPresent(
              path -> {
                path(path);
                base.ifPresent(b -> besideBase(path, b));
                duplicate(path, seen);
              });
      contradictions(route);
      IdentityChecks.check(route, signingKeys, findings);
      provider(route, providers);
      tokens.token(root, route);
      lists(route);
      upstreams.upstream(route);
      bound.ifPresent(certificates -> upstreams.boundTokens(route, certificates.of(route)));
      rewriting(route);
    }
  }

  private void path(Setting<String> path) {
    var value = path.value();
    if (!PATH.matcher(value).matches() || value.contains("/./") || value.contains("/../")) {
      findings.error(
          path.place(),
          "bad-path",
          "'" + value + "' is not a path pattern",
          "write /orders for one path, /orders/** for everything below it");
    }
  }

  private void besideBase(Setting<String> path, String base) {
    if (path.value().equals(base) || path.value().startsWith(base + "/")) {
      findings.error(
          path.place(),
          "reserved-path",
          "the gateway's own endpoints lie below " + base,
          "choose another path, or another auth.base_path");
    }
  }

  private void duplicate(Setting<String> path, Map<String, Place> seen) {
    var first = seen.putIfAbsent(path.value(), path.place());
    if (first != null) {
      findings.error(
          path.place(),
          "duplicate-route",
          "'" + path.value() + "' is here twice; the first is at " + first,
          "remove one");
    }
  }

  private void contradictions(Section route) {
    boolean anonymous = route.find(RouteKeys.ACCESS).filter(Access.ANONYMOUS::equals).isPresent();
    route
        .written(RouteKeys.REQUIRE_KEY)
        .filter(require -> anonymous && asks(require.value()))
        .ifPresent(
            require ->
                findings.error(
                    require.place(),
                    "contradiction",
                    "an anonymous route cannot require anything of a login",
                    "write access: session"));
    route
        .written(RouteKeys.CSRF)
        .filter(csrf -> csrf.value() == Csrf.INSECURE_OFF)
        .ifPresent(
            csrf ->
                findings.warning(
                    csrf.place(), "insecure", "any page may send calls to this route", ""));
  }

  private void provider(Section route, Set<String> known) {
    route
        .find(RouteKeys.REQUIRE_KEY)
        .flatMap(require -> require.setting(RouteKeys.PROVIDER))
        .filter(named -> !known.isEmpty() && !known.contains(named.value()))
        .ifPresent(
            named ->
                findings.error(
                    named.place(),
                    "unknown-provider",
                    "there is no provider '" + named.value() + "'",
                    Suggestions.nearest(named.value(), known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("known: " + String.join(", ", known))));
  }

  private static boolean asks(Section require) {
    return require.find(RouteKeys.PROVIDER).isPresent()
        || require.find(RouteKeys.ACR).isPresent()
        || require.find(RouteKeys.MAX_AGE).isPresent()
        || require.find(RouteKeys.CLAIMS).filter(claims -> !claims.isEmpty()).isPresent();
  }

  private void lists(Section route) {
    route
        .setting(RouteKeys.METHODS)
        .filter(methods -> methods.value().isEmpty())
        .ifPresent(m -> empty(m.place(), "methods is empty: nothing would be let through"));
    route
        .setting(RouteKeys.METHODS)
        .filter(m -> m.value().contains("TRACE") || m.value().contains("CONNECT"))
        .ifPresent(
            m ->
                findings.error(
                    m.place(),
                    "bad-method",
                    "TRACE and CONNECT are never forwarded",
                    "remove them"));
    route
        .find(RouteKeys.REQUIRE_KEY)
        .flatMap(require -> require.setting(RouteKeys.CLAIMS))
        .filter(claims -> claims.value().containsValue(List.<String>of()))
        .ifPresent(c -> empty(c.place(), "a claim without values would let nobody through"));
  }

  private void empty(Place place, String problem) {
    findings.error(place, "empty-list", problem, "name at least one, or remove the key");
  }

  private void rewriting(Section route) {
    var strip = route.setting(RouteKeys.STRIP_PREFIX);
    route
        .setting(RouteKeys.REWRITE)
        .filter(_ -> strip.isEmpty())
        .ifPresent(
            rewrite ->
                findings.error(
                    rewrite.place(),
                    "contradiction",
                    "rewrite says what takes the place of strip_prefix",
                    "set strip_prefix too"));
    var path = route.find(RouteKeys.PATH).map(p -> p.replace("/**", "")).orElse("");
    strip
        .filter(s -> !path.equals(s.value()) && !path.startsWith(s.value() + "/"))
        .filter(_ -> !path.isEmpty())
        .ifPresent(
            s ->
                findings.error(
                    s.place(),
                    "contradiction",
                    "'" + s.value() + "' is not the beginning of " + path,
                    "only what every path of the route begins with can be stripped"));
  }
}

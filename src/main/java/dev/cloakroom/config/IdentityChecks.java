package dev.cloakroom.config;

import dev.cloakroom.config.Section.Setting;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.Route.Access;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What must agree in `routes[].identity`.
final class IdentityChecks {
  private final Findings findings;

  private IdentityChecks(Findings findings) {
    this.findings = findings;
  }

  static void check(Section route, Findings findings) {
    route
        .written(RouteKeys.IDENTITY_KEY)
        .filter(identity -> identity.value().isPresent())
        .ifPresent(identity -> new IdentityChecks(findings).identity(route, identity));
  }

  private void identity(Section route, Setting<Optional<Section>> identity) {
    if (route.find(RouteKeys.ACCESS).filter(Access.ANONYMOUS::equals).isPresent()) {
      findings.error(
          identity.place(),
          "contradiction",
          "an anonymous route has no user to tell of",
          "write identity: none, or access: session");
    }
    identity
        .value()
        .flatMap(section -> section.setting(RouteKeys.IDENTITY_HEADERS))
        .ifPresent(headers -> headers(headers, identity.place()));
  }

  private void headers(Setting<Map<String, String>> headers, Place identity) {
    if (headers.byDefault()) {
      findings.error(
          identity,
          "empty-list",
          "identity tells nothing",
          "name headers, or write identity: none");
    }
    if (headers.shown() instanceof Value.Entries(_, var entries)) {
      var seen = new HashSet<String>();
      entries.forEach((name, entry) -> header(name, entry.key(), seen));
    }
  }

  private void header(String name, Place place, Set<String> seen) {
    if (!Route.Identity.mayCarry(name)) {
      findings.error(
          place,
          "bad-header",
          "'" + name + "' cannot be a header that tells who calls",
          "letters, digits and hyphens, and no name with a meaning of its own; like X-Auth-Subject");
    } else if (!seen.add(name.toLowerCase(Locale.ROOT))) {
      findings.error(place, "duplicate-header", "'" + name + "' is here twice", "remove one");
    }
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.Route.Access;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What must agree in `routes[].identity`.
final class IdentityChecks {
  private static final Set<String> ALGORITHM = Set.of("ES256");

  private final Optional<List<SigningKey>> signingKeys;
  private final Findings findings;

  private IdentityChecks(Optional<List<SigningKey>> signingKeys, Findings findings) {
    this.signingKeys = signingKeys;
    this.findings = findings;
  }

  static void check(Section route, Optional<List<SigningKey>> signingKeys, Findings findings) {
    route
        .written(RouteKeys.IDENTITY_KEY)
        .filter(identity -> identity.value().isPresent())
        .ifPresent(identity -> new IdentityChecks(signingKeys, findings).identity(route, identity));
  }

  private void identity(Section route, Setting<Optional<Section>> identity) {
    if (route.find(RouteKeys.ACCESS).filter(Access.ANONYMOUS::equals).isPresent()) {
      findings.error(
          identity.place(),
          "contradiction",
          "an anonymous route has no user to tell of",
          "write identity: none, or access: session");
    }
    identity.value().ifPresent(section -> section(section, identity.place()));
  }

  private void section(Section section, Place place) {
    boolean signed = section.find(RouteKeys.SIGNED).orElse(false);
    if (section.written(RouteKeys.IDENTITY_HEADERS).isEmpty() && !signed) {
      findings.error(
          place, "empty-list", "identity tells nothing", "name headers, or write identity: none");
    }
    section.setting(RouteKeys.IDENTITY_HEADERS).ifPresent(this::headers);
    section
        .setting(RouteKeys.SIGNED)
        .filter(Setting::value)
        .ifPresent(setting -> keys(setting.place()));
    section
        .setting(RouteKeys.ASSERTED)
        .filter(claims -> !claims.value().stream().allMatch(Route.Assertion::mayCarry))
        .ifPresent(
            claims ->
                findings.error(
                    claims.place(),
                    "bad-claim",
                    "the gateway itself makes iss, aud, sub, sid, iat, exp, nbf, jti, idp, acr,"
                        + " auth_time and cnf",
                    "remove them"));
    if (!signed) {
      useless(section, RouteKeys.AUDIENCE);
      useless(section, RouteKeys.ASSERTED);
    }
  }

  private void keys(Place place) {
    signingKeys
        .filter(keys -> keys.stream().noneMatch(key -> key.knows(ALGORITHM)))
        .ifPresent(
            _ ->
                findings.error(
                    place,
                    "signing-keys",
                    "signed needs an EC key on P-256 in auth.signing_keys",
                    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 makes one"));
  }

  private void useless(Section section, Key<?> key) {
    section
        .written(key)
        .ifPresent(
            setting ->
                findings.error(
                    setting.place(),
                    "contradiction",
                    key.name() + " is for a signed statement",
                    "write signed: true, or remove it"));
  }

  private void headers(Setting<Map<String, String>> headers) {
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

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.oidc.Dialect.ErrorAction;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What must agree where a gateway serves several front ends.
final class FrontEndChecks {
  private final Findings findings;

  FrontEndChecks(Findings findings) {
    this.findings = findings;
  }

  void frontEnds(Section root, Setting<Map<String, Section>> several) {
    if (several.value().isEmpty()) {
      findings.error(
          several.place(),
          "missing-key",
          "front_ends names no front end",
          "name one, or remove it");
    }
    onlyBelow(root);
    var known = root.find(Keys.PROVIDERS).orElse(Map.of());
    several.value().values().forEach(own -> providers(own, known));
    unused(known, several.value());
    schemes(several.value());
    hosts(several.value());
    origins(several.value());
  }

  // -- what belongs to one of them

  private void onlyBelow(Section root) {
    misplaced(root, Keys.ROUTES);
    misplaced(root, Keys.SPA);
    root.find(Keys.SERVER)
        .ifPresent(
            server -> {
              misplaced(server, ServerKeys.PUBLIC_URL);
              misplaced(server, ServerKeys.ADDITIONAL_HOSTS);
            });
    root.find(Keys.AUTH)
        .ifPresent(
            auth -> {
              misplaced(auth, ServerKeys.ALLOWED_ORIGINS);
              misplaced(auth, NativeAppKeys.NATIVE_APPS);
            });
  }

  private void misplaced(Section section, Key<?> key) {
    section
        .written(key)
        .ifPresent(
            setting ->
                findings.error(
                    setting.place(),
                    "contradiction",
                    section.path(key) + " is for a gateway with one front end",
                    "move it into front_ends"));
  }

  // -- providers

  private void providers(Section own, Map<String, Section> known) {
    own.setting(FrontEndKeys.PROVIDERS)
        .ifPresent(
            named -> {
              if (named.value().isEmpty()) {
                findings.error(
                    named.place(),
                    "empty-list",
                    own.path() + " has no provider: nobody could log in",
                    "name at least one");
              }
              named.value().stream()
                  .filter(name -> !known.isEmpty() && !known.containsKey(name))
                  .forEach(name -> unknown(named.place(), name, known.keySet()));
              known.forEach(
                  (name, provider) -> {
                    if (named.value().contains(name)) {
                      actions(own, named.value(), provider);
                    }
                  });
            });
  }

  private void unknown(Place place, String name, Set<String> known) {
    findings.error(
        place,
        "unknown-provider",
        "there is no provider '" + name + "'",
        Suggestions.nearest(name, known)
            .map(near -> "did you mean '" + near + "'?")
            .orElse("known: " + String.join(", ", known)));
  }

  private void actions(Section own, List<String> named, Section provider) {
    provider
        .setting(DialectKeys.ERROR_ACTIONS)
        .ifPresent(
            actions ->
                actions.value().values().stream()
                    .filter(
                        action ->
                            action instanceof ErrorAction.LoginAt(var name)
                                && !named.contains(name))
                    .forEach(
                        _ ->
                            findings.error(
                                actions.place(),
                                "unknown-provider",
                                own.path() + " does not have the provider to go on with",
                                "add it to its providers")));
  }

  private void unused(Map<String, Section> known, Map<String, Section> frontEnds) {
    var used = new HashSet<String>();
    frontEnds.values().forEach(own -> own.find(FrontEndKeys.PROVIDERS).ifPresent(used::addAll));
    known.forEach(
        (name, provider) -> {
          if (!used.contains(name)) {
            var at = provider.place();
            findings.warning(
                new Place(at.source(), at.line(), at.column(), 1, at.line()),
                "unused-provider",
                "no front end has the provider '" + name + "'",
                "");
          }
        });
  }

  // -- addresses

  /// One listener, one notion of what a host's default port is.
  private void schemes(Map<String, Section> frontEnds) {
    var urls =
        frontEnds.values().stream().flatMap(own -> own.setting(FrontEndKeys.PUBLIC_URL).stream());
    var all = urls.toList();
    all.stream()
        .filter(url -> !url.value().getScheme().equals(all.getFirst().value().getScheme()))
        .forEach(
            url ->
                findings.error(
                    url.place(),
                    "mixed-schemes",
                    "one front end is https and another is not",
                    "all of them share the listener: give them one scheme"));
  }

  /// Cookies know no ports: front ends under one host would read and overwrite each other's.
  private void hosts(Map<String, Section> frontEnds) {
    var owners = new HashMap<String, String>();
    frontEnds.forEach(
        (name, own) -> {
          own.setting(FrontEndKeys.PUBLIC_URL)
              .ifPresent(url -> host(name, url.value().getHost(), url.place(), owners));
          own.setting(ServerKeys.ADDITIONAL_HOSTS)
              .ifPresent(
                  more ->
                      more.value()
                          .forEach(
                              authority ->
                                  host(
                                      name,
                                      authority.replaceFirst(":\\d{1,5}$", ""),
                                      more.place(),
                                      owners)));
        });
  }

  private void host(String name, String host, Place place, Map<String, String> owners) {
    var owner = owners.putIfAbsent(host.toLowerCase(Locale.ROOT), name);
    if (owner != null && !owner.equals(name)) {
      findings.error(
          place,
          "same-host",
          host + " is the host of front end '" + owner + "', too",
          "cookies know no ports: give each front end a host of its own");
    }
  }

  private void origins(Map<String, Section> frontEnds) {
    var addresses = new HashMap<String, String>();
    frontEnds.forEach(
        (name, own) ->
            own.find(FrontEndKeys.PUBLIC_URL)
                .ifPresent(url -> addresses.put(Origins.of(url), name)));
    frontEnds.forEach(
        (name, own) ->
            own.setting(ServerKeys.ALLOWED_ORIGINS)
                .ifPresent(
                    allowed ->
                        allowed.value().stream()
                            .filter(origin -> isOfAnother(origin, name, addresses))
                            .forEach(
                                origin ->
                                    findings.warning(
                                        allowed.place(),
                                        "not-apart",
                                        "pages of front end '"
                                            + addresses.get(Origins.of(origin))
                                            + "' may use the sessions of '"
                                            + name
                                            + "'",
                                        ""))));
  }

  private static boolean isOfAnother(URI origin, String name, Map<String, String> addresses) {
    return !addresses.getOrDefault(Origins.of(origin), name).equals(name);
  }
}

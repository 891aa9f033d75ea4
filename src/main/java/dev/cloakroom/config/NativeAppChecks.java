package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.login.app.AppRedirect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must agree about the native apps of a front end.
final class NativeAppChecks {
  private final Findings findings;

  NativeAppChecks(Findings findings) {
    this.findings = findings;
  }

  /// Looks at the apps in `auth`.
  ///
  /// @param known the names of the front end's providers
  void apps(Section auth, Set<String> known) {
    var apps = auth.find(NativeAppKeys.NATIVE_APPS).orElse(Map.of());
    var owners = new HashMap<String, String>();
    apps.forEach(
        (name, app) -> {
          app.setting(NativeAppKeys.REDIRECT_URIS)
              .ifPresent(
                  uris -> {
                    redirects(app, uris);
                    uris.value().forEach(uri -> owned(name, uri, uris, owners));
                  });
          app.setting(NativeAppKeys.PROVIDERS).ifPresent(named -> providers(named, known));
        });
  }

  private void redirects(Section app, Setting<List<AppRedirect>> uris) {
    if (uris.value().isEmpty()) {
      findings.error(
          uris.place(),
          "empty-list",
          app.path() + " has no redirect URI: no code could reach it",
          "name at least one");
    }
    var plain =
        app.written(NativeAppKeys.INSECURE_PLAIN_CHALLENGE).filter(Setting::value).isPresent();
    var open = uris.value().stream().filter(uri -> uri.kind() != AppRedirect.Kind.CLAIMED).toList();
    if (plain && !open.isEmpty()) {
      findings.error(
          app.setting(NativeAppKeys.INSECURE_PLAIN_CHALLENGE).orElseThrow().place(),
          "contradiction",
          "a plain challenge needs https redirect URIs only",
          "another app could receive the code at " + open.getFirst().uri());
    } else if (plain) {
      findings.warning(
          app.setting(NativeAppKeys.INSECURE_PLAIN_CHALLENGE).orElseThrow().place(),
          "insecure",
          "whoever sees this app begin a login can finish it",
          "");
    }
    open.stream()
        .filter(uri -> uri.kind() == AppRedirect.Kind.PRIVATE_USE)
        .findFirst()
        .ifPresent(
            uri ->
                findings.warning(
                    uris.place(),
                    "any-app",
                    "any app on the device may say that " + uri.uri() + " is its own",
                    "an https address that the app has claimed is this app's alone"));
  }

  /// Two apps at one address would be one app with two names.
  private void owned(
      String name, AppRedirect uri, Setting<List<AppRedirect>> uris, Map<String, String> owners) {
    var owner = owners.putIfAbsent(uri.uri(), name);
    if (owner != null) {
      findings.error(
          uris.place(),
          "same-redirect-uri",
          uri.uri()
              + " is "
              + (owner.equals(name) ? "named twice" : "the address of '" + owner + "', too"),
          "give each app an address of its own");
    }
  }

  private void providers(Setting<List<String>> named, Set<String> known) {
    named.value().stream()
        .filter(name -> !known.isEmpty() && !known.contains(name))
        .forEach(
            name ->
                findings.error(
                    named.place(),
                    "unknown-provider",
                    "there is no provider '" + name + "'",
                    Suggestions.nearest(name, known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("known: " + String.join(", ", known))));
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.observe.Event.InsecureSetting;
import dev.cloakroom.proxy.Route.Csrf;
import java.util.ArrayList;
import java.util.List;

/// What a configuration weakens: everything with `insecure` in its name that is on.
final class Weakenings {
  private Weakenings() {}

  static List<InsecureSetting> of(Section root) {
    var found = new ArrayList<InsecureSetting>();
    var server = root.get(Keys.SERVER);
    if (server.get(ServerKeys.INSECURE_HTTP)) {
      found.add(insecure(server.path(ServerKeys.INSECURE_HTTP), ServerKeys.INSECURE_HTTP));
    }
    for (var provider : root.get(Keys.PROVIDERS).values()) {
      if (provider.get(ProviderKeys.INSECURE_HTTP)) {
        found.add(insecure(provider.path(ProviderKeys.INSECURE_HTTP), ProviderKeys.INSECURE_HTTP));
      }
    }
    for (var frontEnd : FrontEndKeys.each(root).values()) {
      for (var app : frontEnd.get(Keys.AUTH).get(NativeAppKeys.NATIVE_APPS).values()) {
        if (app.get(NativeAppKeys.INSECURE_PLAIN_CHALLENGE)) {
          found.add(
              insecure(
                  app.path(NativeAppKeys.INSECURE_PLAIN_CHALLENGE),
                  NativeAppKeys.INSECURE_PLAIN_CHALLENGE));
        }
      }
    }
    var routes =
        FrontEndKeys.each(root).values().stream()
            .flatMap(frontEnd -> frontEnd.get(Keys.ROUTES).stream())
            .toList();
    for (var route : routes) {
      if (route.get(RouteKeys.CSRF) == Csrf.INSECURE_OFF) {
        var meaning = "Any page may send calls to " + route.get(RouteKeys.PATH) + ".";
        found.add(new InsecureSetting(route.path(RouteKeys.CSRF) + "=insecure_off", meaning));
      }
    }
    return List.copyOf(found);
  }

  private static InsecureSetting insecure(String path, Key<Boolean> key) {
    return new InsecureSetting(path, key.doc());
  }
}

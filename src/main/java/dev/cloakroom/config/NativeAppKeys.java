package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Read;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.shape.Shape.Named;
import dev.cloakroom.config.shape.Words;
import dev.cloakroom.login.app.AppRedirect;
import dev.cloakroom.login.app.NativeApp;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The keys of the native apps that may log users in.
final class NativeAppKeys {
  static final Key<List<AppRedirect>> REDIRECT_URIS =
      Key.required(
          "redirect_uris",
          new Many<>(redirectUri(), Alone.ONE_ITEM),
          "[\"https://app.example.com/app/callback\"]",
          "Where its codes may be sent: an https address that the device gives to this app alone"
              + " (App Link, Universal Link), a private-use scheme (`com.example.app:/callback`) or"
              + " `http://127.0.0.1/callback`, of any port.");
  static final Key<List<String>> PROVIDERS =
      Key.<List<String>>of(
              "providers",
              new Many<>(Words.text("a provider's name", FrontEndKeys.NAME, ""), Alone.ONE_ITEM),
              "At which of the providers its users log in. Empty: at all.")
          .or("[]");
  static final Key<Boolean> INSECURE_PLAIN_CHALLENGE =
      Key.of(
              "insecure_plain_challenge",
              Words.bool(),
              "The app may show its verifier instead of a hash of it; only with https redirect"
                  + " URIs.")
          .or("false");
  static final Group NATIVE_APP = Group.of(REDIRECT_URIS, PROVIDERS, INSECURE_PLAIN_CHALLENGE);
  static final Key<Map<String, Section>> NATIVE_APPS =
      Key.<Map<String, Section>>of(
              "native_apps",
              new Named<>(NATIVE_APP, FrontEndKeys.NAME),
              "Apps on devices that may log users in, by name (`/auth/native/login`). They hold the"
                  + " handle of a session in place of a cookie.")
          .or("{}");

  private NativeAppKeys() {}

  private static Shape.Word<AppRedirect> redirectUri() {
    return new Shape.Word<>(
        "redirect URI",
        false,
        Set.of(),
        new JsonObject().put("type", "string").put("pattern", "^[a-z][a-z0-9.-]*:/|\\$\\{"),
        scalar ->
            switch (AppRedirect.read(scalar.text())) {
              case AppRedirect.Reading.Fits(var redirect) -> Read.fits(redirect);
              case AppRedirect.Reading.Misfit(var problem, var remedy) ->
                  Read.misfit("bad-redirect-uri", problem, remedy);
            });
  }

  static List<NativeApp> apps(Section auth) {
    return auth.get(NATIVE_APPS).entrySet().stream()
        .map(
            each ->
                new NativeApp(
                    each.getKey(),
                    each.getValue().get(REDIRECT_URIS),
                    new LinkedHashSet<>(each.getValue().get(PROVIDERS)),
                    each.getValue().get(INSECURE_PLAIN_CHALLENGE)))
        .toList();
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Listed;
import dev.cloakroom.config.shape.Shape.Named;
import dev.cloakroom.config.shape.Words;
import java.util.List;
import java.util.Map;

/// The top of the configuration.
final class Keys {
  static final Key<Integer> VERSION =
      Key.required("version", Words.integer(0, 999_999), "1", "The version of this format: 1.");
  static final Key<Section> SERVER =
      Key.required("server", ServerKeys.SERVER, "{}", "The public listener.");
  static final Key<Section> AUTH =
      Key.<Section>of("auth", ServerKeys.AUTH, "The gateway's own endpoints.").or("{}");
  static final Key<Section> SESSION =
      Key.<Section>of("session", ServerKeys.SESSION, "Sessions and their cookie.").or("{}");
  static final Key<Map<String, Section>> PROVIDERS =
      Key.required(
          "providers",
          new Named<>(ProviderKeys.PROVIDER, FrontEndKeys.NAME),
          "{}",
          "OpenID providers by name. Of several the user chooses one, unless `provider=` names it.");
  static final Key<List<Section>> ROUTES =
      Key.<List<Section>>of("routes", new Listed(RouteKeys.ROUTE), "What is forwarded, and where.")
          .or("[]");
  static final Key<Section> SPA =
      Key.<Section>of("spa", ServerKeys.SPA, "What answers where no route does.").or("{}");
  static final Key<Map<String, Section>> FRONT_ENDS =
      Key.<Map<String, Section>>of(
          "front_ends",
          new Named<>(FrontEndKeys.FRONT_END, FrontEndKeys.NAME),
          "Several front ends under hosts of their own, strictly apart; instead of"
              + " `server.public_url`, `routes` and `spa`, which are those of the only one.");
  static final Key<Section> LOGGING =
      Key.<Section>of("logging", ServerKeys.LOGGING, "The log.").or("{}");

  static final Group ROOT =
      Group.of(VERSION, SERVER, AUTH, SESSION, PROVIDERS, ROUTES, SPA, FRONT_ENDS, LOGGING)
          .either("front_ends", "server.public_url");

  private Keys() {}
}

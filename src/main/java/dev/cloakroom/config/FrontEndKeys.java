package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.text;
import static dev.cloakroom.config.shape.Words.url;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.shape.Shape.Again;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Listed;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.text.Value.Entries;
import dev.cloakroom.config.text.Value.Entry;
import dev.cloakroom.config.text.Value.Nothing;
import dev.cloakroom.session.FrontEnd;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys of a front end, where a gateway serves several. Each is then looked at as if it were
/// the only one: what it has of its own stands where the file of a single front end has it.
final class FrontEndKeys {
  static final String NAME = "[a-z][a-z0-9_-]{0,31}";

  static final Key<URI> PUBLIC_URL =
      Key.required(
          "public_url",
          url("https", "http"),
          "https://shop.example.com",
          "The origin that browsers see this front end under. No other may have its host.");
  static final Key<List<String>> PROVIDERS =
      Key.required(
          "providers",
          new Many<>(text("a provider's name", NAME, ""), Alone.ONE_ITEM),
          "[main]",
          "Which of `providers` its users log in at.");
  static final Key<Map<String, Section>> NATIVE_APPS =
      Key.<Map<String, Section>>of(
              "native_apps",
              new Again<>(NativeAppKeys.NATIVE_APPS.shape(), "auth.native_apps"),
              "The apps that may log users in at it.")
          .or("{}");
  static final Key<Section> COOKIE =
      Key.of(
              "cookie",
              new Again<>(ServerKeys.COOKIE, "session.cookie"),
              "Its session cookie, where it differs from `session.cookie`.")
          .like("{persistent: true}");
  static final Key<List<Section>> ROUTES =
      Key.<List<Section>>of(
              "routes",
              new Again<>(new Listed(RouteKeys.ROUTE), "routes"),
              "What is forwarded for it, and where.")
          .or("[]");
  static final Key<Section> SPA =
      Key.<Section>of(
              "spa",
              new Again<>(ServerKeys.SPA, "spa"),
              "What answers where none of its routes does.")
          .or("{}");
  static final Group FRONT_END =
      Group.of(
          PUBLIC_URL,
          ServerKeys.ADDITIONAL_HOSTS,
          ServerKeys.ALLOWED_ORIGINS,
          PROVIDERS,
          NATIVE_APPS,
          COOKIE,
          ROUTES,
          SPA);

  private FrontEndKeys() {}

  /// The same tree; where it names front ends, nobody misses what each of them has.
  static Entries prepared(Entries root) {
    var frontEnds = root.entries().get(Keys.FRONT_ENDS.name());
    if (frontEnds == null || frontEnds.value() instanceof Nothing) {
      return root;
    }
    var all = new LinkedHashMap<>(root.entries());
    var none = new Nothing(frontEnds.key());
    var server =
        all.getOrDefault(
            Keys.SERVER.name(), new Entry(frontEnds.key(), new Entries(root.place(), Map.of())));
    if (server.value() instanceof Entries(var place, var written)) {
      var settings = new LinkedHashMap<>(written);
      settings.putIfAbsent(ServerKeys.PUBLIC_URL.name(), new Entry(frontEnds.key(), none));
      all.put(Keys.SERVER.name(), new Entry(server.key(), new Entries(place, settings)));
    }
    return new Entries(root.place(), all);
  }

  /// Each front end as the only one.
  static Map<FrontEnd, Section> each(Section root) {
    var several = root.find(Keys.FRONT_ENDS);
    if (several.isEmpty()) {
      return Map.of(FrontEnd.ONLY, root);
    }
    var all = new LinkedHashMap<FrontEnd, Section>();
    several.get().forEach((name, own) -> all.put(new FrontEnd(name), alone(root, own)));
    return all;
  }

  private static Section alone(Section root, Section own) {
    return root.changed(
            Keys.SERVER,
            server ->
                server
                    .with(ServerKeys.PUBLIC_URL, own.setting(PUBLIC_URL))
                    .with(ServerKeys.ADDITIONAL_HOSTS, own.setting(ServerKeys.ADDITIONAL_HOSTS)))
        .changed(
            Keys.AUTH,
            auth ->
                auth.with(ServerKeys.ALLOWED_ORIGINS, own.setting(ServerKeys.ALLOWED_ORIGINS))
                    .with(NativeAppKeys.NATIVE_APPS, own.setting(NATIVE_APPS)))
        .changed(
            Keys.SESSION,
            session ->
                session.changed(
                    ServerKeys.COOKIE_KEY,
                    cookie -> own.find(COOKIE).map(cookie::under).orElse(cookie)))
        .with(Keys.PROVIDERS, root.setting(Keys.PROVIDERS).map(all -> only(all, own)))
        .with(Keys.ROUTES, own.setting(ROUTES))
        .with(Keys.SPA, own.setting(SPA));
  }

  /// Its own providers, in its own order.
  private static Setting<Map<String, Section>> only(
      Setting<Map<String, Section>> all, Section own) {
    var kept = new LinkedHashMap<String, Section>();
    for (var name : own.find(PROVIDERS).orElse(List.of())) {
      Optional.ofNullable(all.value().get(name)).ifPresent(section -> kept.put(name, section));
    }
    return new Setting<>(kept, all.shown(), all.byDefault());
  }

  /// What there is to show of a configuration: where it names front ends, nothing that only a
  /// single one has in its place.
  static Section shown(Section root) {
    if (root.find(Keys.FRONT_ENDS).isEmpty()) {
      return root;
    }
    return root.changed(
            Keys.SERVER, server -> server.with(ServerKeys.ADDITIONAL_HOSTS, Optional.empty()))
        .changed(
            Keys.AUTH,
            auth ->
                auth.with(ServerKeys.ALLOWED_ORIGINS, Optional.empty())
                    .with(NativeAppKeys.NATIVE_APPS, Optional.empty()))
        .with(Keys.ROUTES, Optional.empty())
        .with(Keys.SPA, Optional.empty());
  }
}

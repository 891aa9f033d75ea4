package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.login.AttemptCookie;
import dev.cloakroom.login.Rounds;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.proxy.Route.Access;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one key alone cannot tell: keys that contradict each other, and values that are well-formed
/// but make no sense together. Values that did not bind are passed over; they have a finding
/// already.
final class Checks {
  private static final int FORMAT = 1;

  private final Environment environment;
  private final Findings findings;

  private Checks(Environment environment, Findings findings) {
    this.environment = environment;
    this.findings = findings;
  }

  static void check(Section root, Environment environment, Findings findings) {
    new Checks(environment, findings).all(root);
  }

  private void all(Section root) {
    root.setting(Keys.VERSION).ifPresent(this::version);
    root.find(Keys.SERVER)
        .ifPresent(server -> new ServerChecks(environment, findings).server(server));
    root.find(Keys.SERVER)
        .ifPresent(
            server ->
                root.find(Keys.AUTH)
                    .ifPresent(
                        auth -> new ServerChecks(environment, findings).verify(server, auth)));
    root.find(Keys.AUTH)
        .ifPresent(auth -> new ClientChecks(environment, findings).signingKeys(auth));
    root.find(Keys.SESSION).ifPresent(this::session);
    root.setting(Keys.PROVIDERS)
        .ifPresent(
            setting ->
                new ProviderChecks(environment, signingKeys(root), findings).providers(setting));
    FrontEndKeys.each(root).values().forEach(this::frontEnd);
    root.setting(Keys.FRONT_ENDS)
        .ifPresent(several -> new FrontEndChecks(findings).frontEnds(root, several));
  }

  /// What each front end has of its own; `root` is the file as if there were no other.
  private void frontEnd(Section root) {
    root.find(Keys.SERVER)
        .ifPresent(server -> new ServerChecks(environment, findings).publicUrl(server));
    root.find(Keys.AUTH)
        .ifPresent(
            auth -> {
              origins(root, auth);
              new NativeAppChecks(findings)
                  .apps(auth, root.find(Keys.PROVIDERS).orElse(Map.of()).keySet());
            });
    root.find(Keys.SESSION)
        .flatMap(session -> session.find(ServerKeys.COOKIE_KEY))
        .flatMap(cookie -> cookie.setting(ServerKeys.COOKIE_NAME))
        .ifPresent(this::cookieName);
    root.find(Keys.ROUTES)
        .ifPresent(
            routes ->
                new RouteChecks(environment, signingKeys(root), findings).routes(root, routes));
    new ProofChecks(findings).check(root);
    root.find(Keys.SPA).ifPresent(spa -> spa(root, spa));
  }

  private static Optional<List<SigningKey>> signingKeys(Section root) {
    return root.find(Keys.AUTH).flatMap(auth -> auth.find(ClientKeys.SIGNING_KEYS));
  }

  private void version(Setting<Integer> version) {
    if (version.value() > FORMAT) {
      findings.error(
          version.place(),
          "version",
          "this file is for a newer Cloakroom (format " + version.value() + ")",
          "this one reads format " + FORMAT);
    } else if (version.value() < FORMAT) {
      findings.error(version.place(), "version", "there is no such format", "write version: 1");
    }
  }

  private void origins(Section root, Section auth) {
    var publicUrl = root.find(Keys.SERVER).flatMap(server -> server.find(ServerKeys.PUBLIC_URL));
    for (var origin : auth.find(ServerKeys.ALLOWED_ORIGINS).orElse(List.of())) {
      var place = auth.setting(ServerKeys.ALLOWED_ORIGINS).orElseThrow().place();
      if (publicUrl.isPresent() && !Origins.mayBeSameSite(publicUrl.get(), origin)) {
        findings.warning(
            place,
            "another-site",
            Origins.of(origin) + " is another site than " + Origins.of(publicUrl.get()),
            "the Strict session cookie is never sent from there");
      }
    }
  }

  private void session(Section session) {
    var idle = session.setting(ServerKeys.IDLE_TIMEOUT);
    var life = session.setting(ServerKeys.MAX_LIFETIME);
    if (idle.isPresent()
        && life.isPresent()
        && idle.get().value().compareTo(life.get().value()) > 0) {
      findings.error(
          idle.get().byDefault() ? life.get().place() : idle.get().place(),
          "contradiction",
          "idle_timeout is longer than max_lifetime",
          "make it shorter");
    }
    new RedisChecks(environment, findings).check(session);
    session.setting(ServerKeys.PERSIST).ifPresent(file -> persist(session, file));
  }

  private void persist(Section session, Setting<Optional<Path>> file) {
    if (file.value().isEmpty()) {
      return;
    }
    if (session.find(ServerKeys.ENCRYPTION_KEYS).filter(List::isEmpty).isPresent()) {
      findings.error(
          file.place(),
          "encryption-keys",
          "persist needs session.encryption_keys",
          "a key made at start opens nothing after a restart; `cloakroom keygen` makes one to"
              + " keep");
    }
    if (session.find(ServerKeys.STORE).filter(ServerKeys.Store.REDIS::equals).isPresent()) {
      findings.error(
          file.place(), "contradiction", "sessions in Redis need no file", "remove persist");
    }
    var directory = file.value().get().toAbsolutePath().getParent();
    if (directory == null || !environment.isDirectory(directory)) {
      findings.error(
          file.place(), "no-directory", "there is no directory " + directory, "make it first");
    }
  }

  private void cookieName(Setting<String> name) {
    if (!name.value().startsWith("__Host-")) {
      findings.error(
          name.place(),
          "cookie-name",
          "'" + name.value() + "' does not begin with __Host-",
          "browsers bind only such names to this host");
    } else if (isTaken(name.value())) {
      findings.error(
          name.place(),
          "cookie-name",
          "the gateway has other cookies of such names",
          "choose another");
    } else if (!name.value().startsWith("__Host-Http-")) {
      findings.warning(
          name.place(),
          "cookie-name",
          "a script can plant a cookie of this name",
          "begin with __Host-Http-");
    }
  }

  private static boolean isTaken(String name) {
    return name.startsWith(AttemptCookie.PREFIX)
        || name.equals(Rounds.COOKIE)
        || name.equals(LogoutFlow.COOKIE);
  }

  private void spa(Section root, Section spa) {
    var directory = spa.setting(ServerKeys.DIRECTORY);
    var server = spa.setting(ServerKeys.DEV_SERVER);
    if (directory.isPresent() && server.isPresent()) {
      findings.error(
          server.get().place(),
          "contradiction",
          "directory and dev_server are both set",
          "remove one");
    }
    directory
        .filter(d -> !environment.isDirectory(d.value()))
        .ifPresent(
            d ->
                findings.error(
                    d.place(),
                    "no-directory",
                    d.value() + " is not a directory",
                    "build the app first, or correct the path"));
    server.ifPresent(this::devServer);
    spa.written(ServerKeys.CSP)
        .filter(_ -> directory.isEmpty())
        .ifPresent(
            csp ->
                findings.error(
                    csp.place(),
                    "contradiction",
                    "content_security_policy needs directory",
                    "a dev server's pages get no policy"));
    if (directory.isPresent() || server.isPresent()) {
      root.find(Keys.ROUTES).ifPresent(this::oneApplication);
    }
  }

  private void devServer(Setting<URI> server) {
    if (!Origins.isLoopback(server.value().getHost())) {
      findings.error(
          server.place(),
          "dev-server",
          "a dev server must be on this machine",
          "write http://localhost:<port>; in production use directory");
    } else if (!Origins.isBare(server.value())) {
      findings.error(
          server.place(), "bad-url", "a dev server's URL has no path", "remove the path");
    }
  }

  /// BBA 9.4: whatever scripts of another application this origin serves can use the session.
  private void oneApplication(List<Section> routes) {
    for (var route : routes) {
      var path = route.setting(RouteKeys.PATH);
      boolean all = path.map(Setting::value).filter("/**"::equals).isPresent();
      boolean pages =
          route.find(RouteKeys.ACCESS).filter(Access.ANONYMOUS::equals).isPresent()
              && path.map(Setting::value).filter(p -> p.endsWith("/**")).isPresent()
              && route.find(RouteKeys.METHODS).filter(m -> m.contains("GET")).isPresent();
      if (path.isPresent() && (all || pages)) {
        findings.warning(
            path.get().place(),
            "one-application-per-origin",
            "this route may serve another application beside the spa",
            "its scripts could use this session: give it an origin of its own");
      }
    }
  }
}

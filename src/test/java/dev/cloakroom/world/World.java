package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.Gateway;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.AuditListener;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.LogListener;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A gateway on `localhost` with a provider on another site, an API behind it, a clock that stands
/// still, and people with browsers. A field of a story, registered as an extension; every test gets
/// a world of its own, and every world is searched for leaks when it ends.
public final class World implements BeforeEachCallback, AfterEachCallback {
  public static final String SESSION_COOKIE = "__Host-Http-session";
  public static final String INDEX = "<!doctype html><title>The app</title><div id=app></div>";
  private static final Vertx VERTX = Vertx.vertx();

  private final UnaryOperator<WorldConfig> changes;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<Browser> browsers = new CopyOnWriteArrayList<>();
  private final List<String> ofApps = new CopyOnWriteArrayList<>();
  private final TestClock clock = new TestClock();
  private @Nullable ScriptedProvider provider;
  private @Nullable ScriptedProvider partner;
  private @Nullable Upstream upstream;
  private Gateway.@Nullable Running gateway;
  private @Nullable Exchanges exchanges;
  private @Nullable Exchanges behindBrowsers;
  private @Nullable LogTrap log;

  public World(UnaryOperator<WorldConfig> changes) {
    this.changes = changes;
  }

  public World() {
    this(UnaryOperator.identity());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      events(Event.Fault.class).forEach(fault -> fault.cause().printStackTrace(System.err));
      if (context.getExecutionException().isEmpty()) {
        assertThat(events(Event.Fault.class)).as("faults").isEmpty();
        keepsItsSecrets();
        assertThat(provider().violations()).as("what the provider refused").isEmpty();
        assertThat(partner().violations()).as("what the partner refused").isEmpty();
      }
    } finally {
      stop();
    }
  }

  private void start() {
    log = LogTrap.emptied();
    var secured = changes.apply(new WorldConfig()).secured;
    provider = ScriptedProvider.start(VERTX, clock, secured);
    partner = ScriptedProvider.start(VERTX, clock);
    upstream = Upstream.start(VERTX, secured);
    exchanges = new Exchanges(VERTX);
    behindBrowsers = new Exchanges(VERTX);
    startGateway();
  }

  private void startGateway() {
    startGateway(UnaryOperator.identity());
  }

  private void startGateway(UnaryOperator<WorldConfig> more) {
    var draft = more.apply(changes.apply(new WorldConfig()));
    var observer = Observer.all(events::add, new LogListener(true), new AuditListener());
    InstantSource time = draft.realProvider.isPresent() ? InstantSource.system() : clock;
    draft.shape.accept(provider());
    var config = draft.build(provider().issuer(), partner().issuer(), upstream().url(), frontEnd());
    var running = Waiting.on(Gateway.start(config, VERTX, time, Entropy.secure(), observer));
    gateway = running;
    exchanges().gatewayListensOn(running.port());
    draft.tls.ifPresent(files -> exchanges().trust(files.own().certificate()));
    draft.secured.ifPresent(servers -> exchanges().trust(servers.server().certificate()));
    provider().registers(url() + "/auth/callback");
    provider().registers(url() + "/auth/callback/main");
    for (var frontEnd : draft.frontEnds()) {
      provider().registers(url(frontEnd) + "/auth/callback");
      partner().registers(url(frontEnd) + "/auth/callback");
    }
    draft.partners.forEach(name -> partner().registers(url() + "/auth/callback/" + name));
  }

  /// The gateway starts anew, and has forgotten what it knew of the provider.
  public void restarts() {
    Waiting.on(gateway().stop());
    startGateway();
  }

  /// The gateway starts anew where it was, with these changes: what is under way in browsers goes
  /// on.
  public void restartsInPlace(UnaryOperator<WorldConfig> more) {
    int port = gateway().port();
    Waiting.on(gateway().stop());
    startGateway(config -> more.apply(config.listensAt(port)));
  }

  private void stop() {
    if (gateway != null) {
      Waiting.on(gateway.stop());
    }
    upstream().close();
    provider().close();
    partner().close();
  }

  private static Path frontEnd() {
    try {
      var directory = Files.createTempDirectory("front-end");
      Files.writeString(directory.resolve("index.html"), INDEX);
      Files.createDirectories(directory.resolve("assets"));
      Files.writeString(directory.resolve("assets/app.js"), "console.log('app')");
      Files.writeString(directory.resolve(".env"), "HIDDEN=yes");
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the world has not begun");
    }
    return part;
  }

  public Vertx vertx() {
    return VERTX;
  }

  public ScriptedProvider provider() {
    return started(provider);
  }

  /// The provider of [WorldConfig#partners].
  public ScriptedProvider partner() {
    return started(partner);
  }

  public Upstream upstream() {
    return started(upstream);
  }

  public Gateway.Running gateway() {
    return started(gateway);
  }

  public Exchanges exchanges() {
    return started(exchanges);
  }

  /// A network that no browser is part of, such as the one between the gateway and another proxy.
  public Exchanges behindBrowsers() {
    return started(behindBrowsers);
  }

  public TestClock clock() {
    return clock;
  }

  public List<Event> events() {
    return List.copyOf(events);
  }

  /// What the log of this world says so far.
  public List<String> logged() {
    return started(log).lines();
  }

  public <T extends Event> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// The public URL, without a slash at its end.
  public String url() {
    return gateway().publicUrl().getScheme() + "://localhost:" + gateway().port();
  }

  /// The public URL of one of several front ends.
  public String url(String frontEnd) {
    return gateway().publicUrl().getScheme() + "://" + frontEnd + ".localhost:" + gateway().port();
  }

  public Browser browser(String user) {
    var browser = new Browser(this, user);
    browsers.add(browser);
    return browser;
  }

  /// An app on a phone of that person's.
  public Phone phone(String user) {
    return phone(browser(user), Phone.APP, Phone.REDIRECT_URI);
  }

  public Phone phone(Browser in, String app, String redirectUri) {
    return new Phone(this, in, app, redirectUri);
  }

  /// Something that only whoever got it may know: no log line and no event holds it.
  void isSecret(String text) {
    ofApps.add(text);
  }

  public Browser alice() {
    return browser("alice");
  }

  /// The API takes no bound token without a proof from now on.
  public ProofGuard checksProofs() {
    var guard = new ProofGuard("api", clock);
    upstream().checksProofs(provider(), guard);
    return guard;
  }

  /// The thumbprint of the key that the token of the last call is bound to.
  public String keyOfTheLastCall() {
    return String.valueOf(provider().keyOf(upstream().last().bearer()));
  }

  /// Nothing secret reached a browser, a log line or an event: see [Leaks].
  public void keepsItsSecrets() {
    var cookies =
        browsers.stream()
            .flatMap(browser -> browser.jar().everSet().stream())
            .map(CookieJar.Cookie::value)
            .toList();
    var secrets = new HashSet<>(provider().secrets());
    secrets.addAll(partner().secrets());
    upstream().calls().stream()
        .filter(call -> call.headers().contains("Authorization"))
        .forEach(
            call -> {
              secrets.add(call.bearer());
              secrets.addAll(call.headers().getAll("DPoP"));
            });
    new Leaks(secrets, cookies).search(exchanges().received(), started(log).lines(), events);
    new Leaks(ofApps, List.of()).search(List.of(), started(log).lines(), events);
  }
}

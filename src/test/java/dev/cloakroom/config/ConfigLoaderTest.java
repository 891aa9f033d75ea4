package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.text.Finding;
import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.SessionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest {
  private static final String BASE =
      """
      version: 1
      server: {public_url: "https://app.example.com", port: 8080}
      session: {max_per_user: 5, idle_timeout: 10m}
      providers:
        main:
          issuer: https://id.example.com
          client_id: spa
          client_secret: ${CLIENT_SECRET}
      routes:
        - path: /api/**
          upstream: [http://a:1, http://b:1]
          require: {max_age: 5m, claims: {role: [a, b], tier: gold}}
        - {path: /open, upstream: http://c, access: anonymous}
      """;

  private static Loaded load(PaperEnvironment environment, String... files) {
    for (int i = 0; i < files.length; i++) {
      environment.file("f" + i + ".yaml", files[i]);
    }
    var paths = IntStream.range(0, files.length).mapToObj(i -> Path.of("f" + i + ".yaml")).toList();
    return ConfigLoader.load(paths, environment.withAnyDirectory());
  }

  private static Loaded load(String... files) {
    return load(new PaperEnvironment().variable("CLIENT_SECRET", "hush-hush"), files);
  }

  private static Loaded.Ready ready(Loaded loaded) {
    assertThat(loaded).as("%s", loaded.findings()).isInstanceOf(Loaded.Ready.class);
    return (Loaded.Ready) loaded;
  }

  @Test
  void defaultsFillWhatNobodyWrote() {
    var config = ready(load(BASE)).config();
    assertThat(config.server().limits().headerBytes()).isEqualTo(16 * 1024);
    assertThat(config.server().shutdown().grace()).isEqualTo(Duration.ofSeconds(25));
    assertThat(config.management().host()).isEqualTo("127.0.0.1");
    assertThat(config.frontEnds().getFirst().cookie().name()).isEqualTo("__Host-Http-session");
    assertThat(config.session().maxLifetime()).isEqualTo(Duration.ofHours(8));
    var provider = config.providers().get("main");
    assertThat(provider).isNotNull();
    assertThat(provider.scopes()).containsExactly("openid");
    assertThat(provider.idTokenAlgs()).containsExactly("RS256");
    assertThat(provider.clientAuth()).isInstanceOf(ClientAuth.SecretBasic.class);
  }

  @Test
  void soManySessionsAsTheHeapHoldsMayBeInMemoryUnlessTold() {
    var room = SessionSettings.roomIn(Runtime.getRuntime().maxMemory());
    assertThat(ready(load(BASE)).config().session().maxSessions()).isEqualTo(room);
    var auto = ready(load(BASE, "session: {max_sessions: auto}"));
    assertThat(auto.config().session().maxSessions()).isEqualTo(room);
    assertThat(auto.effective()).contains("max_sessions: auto");
    var told = ready(load(BASE, "session: {max_sessions: 99000000}"));
    assertThat(told.config().session().maxSessions()).isEqualTo(99_000_000);
    assertThat(load(BASE, "session: {max_sessions: none}").findings())
        .singleElement()
        .extracting(Finding::code)
        .isEqualTo("wrong-type");
  }

  @Test
  @Proves("RT-06")
  void aRefreshTokenIsSentAgainOnlyWhereItIsSaidThatTheProviderBearsIt() {
    var over = "providers: {main: {refresh: {ahead: 20s, reuse_grace: 30s}}}";
    var plain = ready(load(BASE)).config().providers().get("main");
    var lenient = ready(load(BASE, over)).config().providers().get("main");
    assertThat(plain).isNotNull().extracting("reuseGrace").isEqualTo(Duration.ZERO);
    assertThat(lenient).isNotNull().extracting("reuseGrace").isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aRouteTakesOneUpstreamOrSeveralAndAClaimOneValueOrSeveral() {
    var routes = ready(load(BASE)).config().routes();
    assertThat(routes.getFirst().upstream().targets()).hasSize(2);
    assertThat(routes.getFirst().require().claims())
        .containsExactlyInAnyOrder(
            new Route.ClaimRule("role", java.util.List.of("a", "b")),
            new Route.ClaimRule("tier", java.util.List.of("gold")));
    assertThat(routes.getLast().token()).isEqualTo(Route.TokenKind.NONE);
  }

  @Test
  void laterFilesMergeMapsReplaceListsAndDeleteWithNull() {
    var over =
        """
        server: {port: 9000}
        session: {max_per_user: null}
        routes: [{path: /v2/**, upstream: http://d}]
        """;
    var config = ready(load(BASE, over)).config();
    assertThat(config.server().port()).isEqualTo(9000);
    assertThat(config.server().publicUrl()).hasHost("app.example.com");
    assertThat(config.session().maxPerUser()).isEmpty();
    assertThat(config.session().idleTimeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.routes()).singleElement().extracting(Route::path).isEqualTo("/v2/**");
  }

  @Test
  @Proves("OPS-01")
  void aFindingNamesTheFileThatTheValueCameFrom() {
    var loaded = load(BASE, "server: {prot: 1}\nsession: {idle_timeout: soon}\n");
    assertThat(loaded.findings())
        .extracting(f -> f.file() + ":" + f.line() + ":" + f.column() + " " + f.code())
        .containsExactly("f1.yaml:1:10 unknown-key", "f1.yaml:2:25 bad-duration");
  }

  @Test
  void whatAReferenceBringsInIsNotLookedAtAgain() {
    var environment =
        new PaperEnvironment()
            .variable("CLIENT_SECRET", "${OTHER}: [x, $$]")
            .variable("OTHER", "no");
    var auth =
        ready(load(environment, BASE)).config().providers().values().iterator().next().clientAuth();
    assertThat(auth)
        .isInstanceOfSatisfying(
            ClientAuth.SecretBasic.class,
            basic -> assertThat(basic.secrets().current().reveal()).isEqualTo("${OTHER}: [x, $$]"));
  }

  @Test
  void aSecretsFileLosesOneNewlineAndOnlyOne() {
    var environment = new PaperEnvironment().file("secret", "hush\n\n");
    var yaml = BASE.replace("client_secret: ${CLIENT_SECRET}", "client_secret_file: secret");
    var auth =
        ready(load(environment, yaml)).config().providers().values().iterator().next().clientAuth();
    assertThat(auth)
        .isInstanceOfSatisfying(
            ClientAuth.SecretBasic.class,
            basic -> assertThat(basic.secrets().current().reveal()).isEqualTo("hush\n"));
  }

  @Test
  @Proves("OPS-02")
  void theEffectiveConfigurationNamesOriginsAndHidesSecrets() {
    var effective = ready(load(BASE)).effective();
    assertThat(effective)
        .contains("client_secret: \"***\"  # 9 chars, from ${CLIENT_SECRET}, f0.yaml:8")
        .contains("port: 8080  # f0.yaml:2")
        .contains("max_lifetime: \"8h\"  # default")
        .doesNotContain("hush-hush");
  }

  @Test
  void theEffectiveConfigurationIsAConfiguration() {
    var effective = ready(load(BASE)).effective();
    assertThat(load(effective).findings())
        .extracting(Finding::code)
        .containsOnly("literal-secret"); // the mask stands where the secret stood
  }

  @Test
  @Proves("OPS-03")
  void whatIsWeakenedIsToldToTheGateway() {
    var weaker =
        BASE.replace("https://id", "http://id")
            .replace("client_id:", "insecure_http: true\n    client_id:");
    var ready = ready(load(weaker));
    assertThat(ready.weakenings())
        .singleElement()
        .satisfies(w -> assertThat(w.key()).isEqualTo("providers.main.insecure_http"));
    assertThat(ready.findings()).extracting(Finding::code).containsExactly("insecure");
  }

  @Test
  void aMissingFileIsAFinding() {
    var loaded = ConfigLoader.load(Arrays.asList(Path.of("nowhere.yaml")), new PaperEnvironment());
    assertThat(loaded.findings())
        .singleElement()
        .extracting(Finding::code)
        .isEqualTo("file-unreadable");
  }

  @Test
  void aBombOfAliasesIsRefused() {
    var bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(load(bomb.toString()).findings()).anyMatch(f -> f.problem().contains("aliases"));
  }
}

package dev.cloakroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Secured;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.Upstream;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// For each fault that was put in, `doctor` says which it is and what to do.
@ExtendWith(VertxExtension.class)
class DoctorTest {
  private static final String SECRET = "hush-hush-hush";

  @SuppressWarnings("FieldCanBeFinal") // JUnit fills it
  @TempDir
  private Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ScriptedProvider provider;
  private Upstream upstream;
  private Vertx vertx;

  @BeforeEach
  void begins(Vertx started) throws IOException {
    vertx = started;
    provider = ScriptedProvider.start(vertx, InstantSource.system());
    upstream = Upstream.start(vertx);
    Files.writeString(folder.resolve("secret"), SECRET + "\n");
  }

  @AfterEach
  void ends() {
    assertThat(out + "" + err).doesNotContain(SECRET);
    provider.close();
    upstream.close();
  }

  private int examines(String provider, String more, String... arguments) throws IOException {
    var yaml =
        """
        version: 1
        server: {public_url: "https://app.example.com"}
        providers:
          main:
            client_id: spa
            client_secret_file: secret
        %s
        %s"""
            .formatted(provider.indent(4), more);
    var file = Files.writeString(folder.resolve("c.yaml"), yaml).toString();
    var all = new ArrayList<>(List.of("doctor", "--patience", "2", "-c", file));
    all.addAll(List.of(arguments));
    return Main.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
  }

  private int examines(String more) throws IOException {
    return examines("issuer: " + provider.issuer(), more);
  }

  private void finds(int code, String fault, String remedy) {
    assertThat(code).as("%s%s", out, err).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("WRONG  .*" + fault)
        .containsPattern("-> .*" + remedy);
  }

  private static String routeTo(int port) {
    return "routes: [{path: /api/**, upstream: \"http://127.0.0.1:" + port + "\"}]\n";
  }

  @Test
  void whatIsWellIsSaidToBeWell() throws IOException {
    int code = examines("routes: [{path: /api/**, upstream: \"" + upstream.url() + "\"}]\n");
    assertThat(code).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains(
            "ok     provider main: issuer " + provider.issuer(),
            "ok     provider main: metadata and keys (1)",
            "ok     upstream " + upstream.url() + ": it can be reached",
            "Nothing is wrong.")
        .doesNotContain("WRONG");
  }

  @Test
  void eachFrontEndHasAddressesOfItsOwn() throws IOException {
    var several =
        """
        server: {public_url: null}
        front_ends:
          shop: {public_url: "https://shop.example.com", providers: [main]}
          office: {public_url: "https://office.example.com", providers: [main]}
        """;
    var more = Files.writeString(folder.resolve("more.yaml"), several).toString();
    assertThat(examines("issuer: " + provider.issuer(), "", "-c", more)).isZero();
    assertThat(out.toString().lines().map(String::strip))
        .containsOnlyOnce("ok     provider main: metadata and keys (1)")
        .containsSubsequence(
            "Register at provider main, for front end shop:",
            "redirect URI              https://shop.example.com/auth/callback",
            "Register at provider main, for front end office:",
            "redirect URI              https://office.example.com/auth/callback");
  }

  @Test
  void theAddressesToRegisterStandThereAsTheyAreSent() throws IOException {
    var good = "issuer: " + provider.issuer();
    assertThat(examines(good + "\ncallback: own\nlogout: {front_channel: true}", "")).isZero();
    assertThat(out.toString().lines().map(String::strip))
        .contains(
            "Register at provider main:",
            "redirect URI              https://app.example.com/auth/callback/main",
            "post-logout redirect URI  https://app.example.com/auth/logout/callback",
            "back-channel logout URI   https://app.example.com/auth/backchannel-logout",
            "front-channel logout URI  https://app.example.com/auth/frontchannel-logout");
  }

  // -- metadata

  static Stream<Arguments> metadata() {
    return Stream.of(
        Arguments.of(
            "issuer",
            "https://other.test",
            "the issuer is 'https://other.test'",
            "write issuer: https://other.test"),
        Arguments.of(
            "code_challenge_methods_supported",
            List.of("plain"),
            "does not offer PKCE with S256",
            "switch PKCE on"),
        Arguments.of(
            "token_endpoint_auth_methods_supported",
            List.of("client_secret_post"),
            "does not take client_auth client_secret_basic",
            "write client_auth: client_secret_post"),
        Arguments.of(
            "require_signed_request_object", true, "takes signed requests only", "request_object"),
        Arguments.of(
            "response_modes_supported",
            List.of("form_post"),
            "does not offer response_mode query",
            "write response_mode: form_post"),
        Arguments.of(
            "id_token_signing_alg_values_supported",
            List.of("HS256"),
            "signs ID tokens with \\[HS256]",
            "choose a signing key"),
        Arguments.of(
            "id_token_signing_alg_values_supported",
            List.of("ES256"),
            "signs ID tokens with \\[ES256]",
            "write id_token_algs: \\[ES256]"),
        Arguments.of(
            "jwks_uri",
            "http://169.254.169.254/keys",
            "jwks_uri is no https address",
            "over https"));
  }

  @ParameterizedTest
  @MethodSource
  @Proves("DISC-01")
  void metadata(String name, Object value, String fault, String remedy) throws IOException {
    provider.spoilsMetadata(
        document ->
            document.put(name, value instanceof List<?> list ? new JsonArray(list) : value));
    finds(examines(""), fault, remedy);
  }

  @Test
  void pushedRequestsThatAreNotTakenAreFound() throws IOException {
    var demanded = "issuer: " + provider.issuer() + "\npushed_authorization: required";
    provider.spoilsMetadata(
        document -> {
          document.remove("pushed_authorization_request_endpoint");
          return document;
        });
    finds(examines(demanded, ""), "takes no pushed authorization requests", "auto");
  }

  @Test
  void introspectionThatIsNotOfferedIsFound() throws IOException {
    var demanded = "issuer: " + provider.issuer() + "\nintrospection: true";
    assertThat(examines(demanded, "")).as("%s", out).isZero();
    provider.spoilsMetadata(
        document -> {
          document.remove("introspection_endpoint");
          return document;
        });
    finds(examines(demanded, ""), "does not say what access tokens", "or remove introspection");
  }

  @Test
  @Proves("RAR-01")
  void detailsThatAreNotKnownAreFound() throws IOException {
    var demanded = "issuer: " + provider.issuer() + "\nauthorization_details: [{type: payment}]";
    assertThat(examines(demanded, "")).as("%s", out).isZero();
    provider.spoilsMetadata(
        document -> document.put("authorization_details_types_supported", List.of("account")));
    finds(examines(demanded, ""), "does not know all types", "write only those");
  }

  @Test
  @Proves("DPOP-01")
  void proofsThatAreNotTakenAreFound() throws IOException {
    var demanded = "issuer: " + provider.issuer() + "\ndpop: required";
    finds(examines(demanded, ""), "it does not offer DPoP", "write dpop: off");
    provider.spoilsMetadata(
        document -> document.put("dpop_signing_alg_values_supported", List.of("PS256")));
    finds(examines(demanded, ""), "takes DPoP proofs in \\[PS256]", "switch it on");
    provider.bindsToKeys();
    assertThat(examines(demanded, "")).as("%s", out).isZero();
  }

  @Test
  void whatIsOnlyDoubtfulIsANote() throws IOException {
    provider.spoilsMetadata(
        document -> {
          document.remove("code_challenge_methods_supported");
          document.remove("end_session_endpoint");
          return document.put("scopes_supported", List.of("openid", "offline_access"));
        });
    assertThat(examines("")).as("%s", out).isZero();
    assertThat(out.toString())
        .contains("note   provider main: it says nothing of PKCE")
        .contains("note   provider main: it offers no logout")
        .contains("note   provider main: offline_access is offered and not asked for");
  }

  @Test
  void keysThatFitNoAlgorithmAreFound() throws IOException {
    provider.alwaysAt("jwks", new Fault.Answer(200, Map.of(), "{\"keys\":[{\"kty\":\"oct\"}]}"));
    finds(examines(""), "publishes no key for \\[RS256]", "choose a signing key");
  }

  // -- the way there

  @Test
  void aClockThatIsWrongIsFound() throws IOException {
    var wrong =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().minusSeconds(600).atOffset(ZoneOffset.UTC));
    provider.alwaysAt(
        "jwks", new Fault.Answer(200, Map.of("Date", wrong), "{\"keys\":[{\"kty\":\"RSA\"}]}"));
    finds(examines(""), "clock and this machine's are (59|60)\\d s apart", "NTP");
  }

  @Test
  void aProviderThatIsDownIsFound() throws IOException {
    provider.goesDown();
    finds(examines(""), "nothing listens there", "is it running");
    provider.comesBack();
  }

  @Test
  void aProviderThatIsSilentCostsNoMoreThanThePatience() throws IOException {
    provider.alwaysAt("discovery", new Fault.Hang());
    finds(examines(""), "no answer in time", "firewall");
  }

  @Test
  void anotherPageThanTheMetadataIsFound() throws IOException {
    provider.nextAt("discovery", new Fault.Answer(404, Map.of(), ""));
    finds(examines(""), "status 404", "realm, tenant, policy");
    provider.nextAt("discovery", new Fault.Answer(200, Map.of(), "<html>"));
    finds(examines(""), "this is not JSON", "a page in front");
    provider.nextAt(
        "discovery", new Fault.Answer(302, Map.of("Location", "https://new.test/x"), ""));
    finds(examines(""), "it redirects", "https://new.test/x");
  }

  @Test
  void aHostThatIsUnknownIsFound() throws IOException {
    finds(examines("issuer: https://id.invalid", ""), "host name is unknown", "DNS");
  }

  @Test
  void aCertificateNobodyTrustsIsFound() throws IOException {
    var files = PemFiles.made();
    var tls =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(files.certificate().toString())
                    .addKeyPath(files.key().toString()));
    var server =
        Waiting.on(
            vertx
                .createHttpServer(tls)
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1"));
    int port = server.actualPort();
    finds(
        examines("issuer: https://localhost:" + port, ""),
        "signed by nobody this machine trusts",
        "the whole chain");
    finds(
        examines("routes: [{path: /api/**, upstream: \"https://localhost:" + port + "\"}]\n"),
        "upstream .*signed by nobody",
        "authority");
  }

  @Test
  void aPortThatSpeaksNoTlsIsFound() throws IOException {
    var plain = provider.issuer().replace("http:", "https:");
    finds(examines("issuer: " + plain, ""), "TLS fails", "does this port speak TLS");
  }

  // -- upstreams and store

  @Test
  void anUpstreamThatIsNotThereIsFound() throws IOException {
    finds(
        examines(routeTo(Ports.free())), "upstream http://127.0.0.1:\\d+: nothing listens", "port");
  }

  @Test
  void anUpstreamThatIsIllIsFound() throws IOException {
    upstream.nextAnswers(new Fault.Answer(503, Map.of(), ""));
    finds(
        examines(
            "routes: [{path: /api/**, upstream: \""
                + upstream.url()
                + "\", health: {path: /healthz}}]\n"),
        "/healthz answers 503",
        "what is wrong there");
  }

  private static String redisAt(String url, String password) {
    return """
    session:
      store: redis
      encryption_keys: ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
      redis: {url: "%s"%s}
    """
        .formatted(url, password);
  }

  @Test
  void aStoreThatIsNotThereIsFound() throws IOException {
    finds(
        examines(redisAt("redis://127.0.0.1:" + Ports.free(), "")),
        "store redis://127.0.0.1:\\d+: nothing listens",
        "is it running");
  }

  @Test
  void aStoreThatWantsAPasswordIsFound() throws IOException {
    try (var redis = RedisProcess.start("requirepass " + SECRET)) {
      finds(
          examines(redisAt(redis.url().toString(), "")),
          "it wants a password",
          "session.redis.password");
      Files.writeString(folder.resolve("wrong"), "wrong\n");
      finds(
          examines(redisAt(redis.url().toString(), ", password_file: wrong")),
          "it refuses the password \\(WRONGPASS\\)",
          "session.redis.password");
      assertThat(examines(redisAt(redis.url().toString(), ", password_file: secret"))).isZero();
      assertThat(out.toString()).contains("ok     store " + redis.url() + ": it answers");
    }
  }

  @Test
  void aPortThatIsNoRedisIsFound() throws IOException {
    finds(
        examines(redisAt(provider.issuer().replace("http:", "redis:"), "")),
        "this is no Redis",
        "port");
  }

  // -- the rest

  @Test
  void anInvalidConfigurationIsNotExamined() throws IOException {
    assertThat(examines("routes: [{path: api, upstream: \"http://a\"}]\n")).isEqualTo(2);
    assertThat(err.toString()).contains("error[bad-path]");
    assertThat(provider.count("discovery")).isZero();
  }

  @Test
  void theHelpNamesTheExitCodes() {
    assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "doctor", "--help")).isZero();
    assertThat(out.toString()).contains("Exit codes:", "1   something is wrong", "--patience");
  }

  @Test
  void plainOauthIsAskedAtItsTokenEndpoint() throws IOException {
    var at = provider.issuer();
    var github =
        "preset: github\nendpoints: {authorization: %1$s/authorize, token: %1$s/token, userinfo: %1$s/userinfo}"
            .formatted(at);
    assertThat(examines(github, "")).as("%s%s", out, err).isZero();
    assertThat(out.toString())
        .contains("ok     provider main: the token endpoint answers")
        .contains("https://app.example.com/auth/callback/main");
    provider.goesDown();
    finds(examines(github, ""), "the token endpoint .*nothing listens", "is it running");
    provider.comesBack();
  }

  @Test
  @Proves({"MTLS-01", "MTLS-03"})
  void theCertificateOfAClientIsHeldAgainstTheProvider() throws IOException {
    var server = PemFiles.made();
    var secure =
        ScriptedProvider.start(
            vertx, InstantSource.system(), Optional.of(new Secured(server, PemFiles.authority())));
    var own = PemFiles.authority().issues("gateway");
    try {
      var yaml =
          """
          version: 1
          server: {public_url: "https://app.example.com"}
          providers:
            main:
              issuer: %s
              client_id: spa
              client_auth: tls_client_auth
              tls: {ca: %s, certificate: %s, key: %s}
              certificate_bound_tokens: true
          """
              .formatted(secure.issuer(), server.certificate(), own.certificate(), own.key());
      var file = Files.writeString(folder.resolve("tls.yaml"), yaml).toString();
      finds(
          Main.run(new PrintWriter(out), new PrintWriter(err), "doctor", "-c", file),
          "does not bind access tokens to certificates",
          "remove certificate_bound_tokens");
      assertThat(out.toString())
          .contains("ok     provider main: the gateway's certificate is for CN=gateway, until");
      secure.bindsTokens();
      assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "doctor", "-c", file))
          .as("%s", out)
          .isZero();
    } finally {
      secure.close();
    }
  }

  @Test
  @Proves("FAPI-01")
  void whatAProviderLacksOfAProfileIsFound() throws IOException {
    var server = PemFiles.made();
    var secure =
        ScriptedProvider.start(
            vertx, InstantSource.system(), Optional.of(new Secured(server, PemFiles.authority())));
    try {
      var yaml =
          """
          version: 1
          server: {public_url: "https://app.example.com"}
          auth: {signing_keys_file: key}
          providers:
            main:
              profile: fapi2
              issuer: %s
              client_id: spa
              tls: {ca: %s}
          """
              .formatted(secure.issuer(), server.certificate());
      Files.writeString(folder.resolve("key"), TestKeys.ec("ec-1"));
      var file = Files.writeString(folder.resolve("fapi.yaml"), yaml).toString();
      secure.spoilsMetadata(
          metadata -> {
            metadata.remove("code_challenge_methods_supported");
            metadata.put("authorization_response_iss_parameter_supported", false);
            return metadata.put(
                "token_endpoint_auth_signing_alg_values_supported", List.of("RS256"));
          });
      int code = Main.run(new PrintWriter(out), new PrintWriter(err), "doctor", "-c", file);
      finds(code, "does not send iss with its answers", "or write profile: none");
      assertThat(out.toString())
          .contains(
              "it does not say that it knows PKCE with S256",
              "it takes assertions signed with [RS256], and fapi2 allows none of them",
              "it takes no pushed authorization requests",
              "it signs ID tokens with [RS256]");
    } finally {
      secure.close();
    }
  }
}

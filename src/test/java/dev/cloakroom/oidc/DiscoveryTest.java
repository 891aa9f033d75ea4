package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class DiscoveryTest {
  private Client client;

  @BeforeEach
  void opens(Vertx vertx) {
    client = new Client(vertx);
  }

  private void says(String member, Object value) {
    client.op.spoilsMetadata(document -> document.copy().put(member, value));
  }

  private String problem() {
    return ((Discovery.Unusable) client.discovery()).reason();
  }

  /// `oidcc-client-test-discovery-openid-config`.
  @Test
  @Proves("DISC-02")
  void theEndpointsAreThoseOfTheMetadata() {
    var metadata = client.metadata();
    assertThat(metadata.token()).hasToString(client.op.issuer() + "/token");
    assertThat(metadata.jwks().orElseThrow()).hasToString(client.op.issuer() + "/jwks");
    assertThat(metadata.revocation()).isPresent();
    assertThat(metadata.endSession()).isPresent();
    assertThat(metadata.issInResponse()).isTrue();
  }

  @Test
  @Proves("DISC-02")
  void anOverrideWinsOverTheMetadata() {
    var elsewhere = URI.create("https://inside.example/token");
    client.configure(
        draft -> {
          var none = Optional.<URI>empty();
          draft.endpoints =
              new ProviderSettings.EndpointOverrides(
                  none, Optional.of(elsewhere), none, none, none, none, none);
          return draft;
        });
    assertThat(client.metadata().token()).isEqualTo(elsewhere);
  }

  /// `oidcc-client-test-discovery-issuer-mismatch`.
  @Test
  @Proves("DISC-01")
  void anotherIssuerIsRefusedEvenIfOnlyByASlash() {
    for (var wrong :
        List.of(client.op.issuer() + "/", "https://evil.example", client.op.issuer() + "/realm")) {
      client.configure(UnaryOperator.identity());
      says("issuer", wrong);
      assertThat(problem()).contains("issuer");
    }
    client.configure(UnaryOperator.identity());
    says("issuer", 7);
    assertThat(problem()).contains("issuer");
    assertThat(client.events).anyMatch(Event.ProviderUnusable.class::isInstance);
  }

  @Test
  @Proves("PKCE-02")
  void aProviderThatOffersOnlyPlainIsUnusable() {
    says("code_challenge_methods_supported", new JsonArray(List.of("plain")));
    assertThat(problem()).contains("S256");
  }

  @Test
  @Proves("PKCE-05")
  void aProviderThatDoesNotSayIsUsedWithStateAndNonceAndOneWarning() {
    saysNothingOfPkce("https://id.example.com/old");
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    saysNothingOfPkce("https://id.example.com/new");
    client.clock.advance(Duration.ofMinutes(61));
    Waiting.until(
        "the metadata is renewed",
        () ->
            client
                .metadata()
                .revocation()
                .equals(Optional.of(URI.create("https://id.example.com/new"))));
    assertThat(client.events).containsOnlyOnce(new Event.PkceUnconfirmed("main"));
  }

  private void saysNothingOfPkce(String revocation) {
    client.op.spoilsMetadata(
        document -> {
          var rest = document.copy().put("revocation_endpoint", revocation);
          rest.remove("code_challenge_methods_supported");
          return rest;
        });
  }

  @Test
  @Proves("PKCE-05")
  void aProviderThatOffersS256GivesNoReasonToWarn() {
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.events).doesNotContain(new Event.PkceUnconfirmed("main"));
  }

  static Stream<Arguments> unsafeEndpoints() {
    return Stream.of(
        Arguments.of("token_endpoint", "http://169.254.169.254/latest"),
        Arguments.of("token_endpoint", "https://169.254.169.254/latest"),
        Arguments.of("jwks_uri", "https://[fe80::1]/jwks"),
        Arguments.of("jwks_uri", "https://[fd00:ec2::254]/jwks"),
        Arguments.of("jwks_uri", "https://0.0.0.0/jwks"),
        Arguments.of("jwks_uri", "https://[::ffff:169.254.169.254]/jwks"),
        Arguments.of("jwks_uri", "http://id.example.com/jwks"),
        Arguments.of("authorization_endpoint", "http://id.example.com/authorize"),
        Arguments.of("userinfo_endpoint", "ftp://id.example.com/userinfo"),
        Arguments.of("revocation_endpoint", "https://user:pw@id.example.com/revoke"),
        Arguments.of("end_session_endpoint", "javascript:alert(1)"),
        Arguments.of("end_session_endpoint", "https://id.example.com/#f"),
        Arguments.of("token_endpoint", "not a url"),
        Arguments.of("token_endpoint", 7),
        Arguments.of("token_endpoint", "/relative"));
  }

  @ParameterizedTest
  @MethodSource("unsafeEndpoints")
  @Proves("DISC-04")
  void anUnsafeEndpointMakesTheMetadataUnusable(String member, Object value) {
    says(member, value);
    assertThat(problem()).startsWith(member + " is ");
  }

  @Test
  void aMissingEndpointMakesTheMetadataUnusable() {
    client.op.spoilsMetadata(
        document -> {
          var rest = document.copy();
          rest.remove("token_endpoint");
          return rest;
        });
    assertThat(problem()).isEqualTo("token_endpoint is missing");
  }

  @Test
  @Proves("TOK-05")
  void metadataWithAMemberTwiceIsUnusable() {
    var issuer = "{\"issuer\":\"" + client.op.issuer() + "\",\"issuer\":\"x\"}";
    client.op.nextAt("discovery", new Fault.Answer(200, Map.of(), issuer));
    assertThat(problem()).contains("strict JSON");
  }

  @Test
  @Proves("DISC-03")
  void aProviderThatComesUpLaterIsFoundInTheBackground() {
    client.op.goesDown();
    assertThat(client.discovery()).isInstanceOf(Discovery.Unreachable.class);
    client.op.comesBack();
    Waiting.until("the provider is found", () -> client.discovery() instanceof Discovery.Found);
    assertThat(client.events).anyMatch(Event.ProviderUnavailable.class::isInstance);
    assertThat(client.events).anyMatch(Event.ProviderDiscovered.class::isInstance);
  }

  @Test
  @Proves("DISC-03")
  void whileItIsDownItIsNotAskedForEveryLogin() {
    client.op.alwaysAt("discovery", Fault.status(503));
    assertThat(client.discovery()).isInstanceOf(Discovery.Unreachable.class);
    for (int i = 0; i < 50; i++) {
      assertThat(client.discovery())
          .isInstanceOfSatisfying(
              Discovery.Unreachable.class,
              unreachable ->
                  assertThat(unreachable.retryAfter())
                      .isBetween(Duration.ZERO, Duration.ofSeconds(15)));
    }
    assertThat(client.op.count("discovery")).isLessThanOrEqualTo(3); // the timer asks too
  }

  @Test
  void manyQuestionsShareOneAnswer() {
    var gate = client.op.holdsAt("discovery");
    var questions = Stream.generate(client.provider()::discover).limit(50).toList();
    gate.complete();
    Waiting.on(Future.all(questions));
    assertThat(client.op.count("discovery")).isEqualTo(1);
    assertThat(questions.getLast().result()).isInstanceOf(Discovery.Found.class);
  }

  @Test
  void goodMetadataIsRenewedByTheHourAndKeptWhenThatFails() {
    var good = client.metadata();
    client.clock.advance(Duration.ofMinutes(61));
    says("issuer", "https://evil.example");
    assertThat(client.metadata()).isEqualTo(good);
    Waiting.until("it was asked again", () -> client.op.count("discovery") == 2);
    Waiting.until(
        "the refusal is known",
        () -> client.events.stream().anyMatch(Event.ProviderUnusable.class::isInstance));
    assertThat(client.metadata()).isEqualTo(good);
    client.clock.advance(Duration.ofMinutes(61));
    says("revocation_endpoint", "https://id.example.com/new");
    Waiting.until(
        "the new metadata is used",
        () ->
            client
                .metadata()
                .revocation()
                .equals(Optional.of(URI.create("https://id.example.com/new"))));
  }

  @Test
  @Proves("OPS-09")
  void aClockThatIsSetBackKeepsNoMetadataAway() {
    client.op.alwaysAt("discovery", Fault.status(503));
    assertThat(client.discovery()).isInstanceOf(Discovery.Unreachable.class);
    client.op.behavesAgain();
    client.clock.advance(Duration.ofHours(-1));
    assertThat(client.discovery()).isInstanceOf(Discovery.Found.class);
    says("revocation_endpoint", "https://id.example.com/new");
    client.clock.advance(Duration.ofHours(-1));
    Waiting.until(
        "the metadata is renewed",
        () ->
            client
                .metadata()
                .revocation()
                .equals(Optional.of(URI.create("https://id.example.com/new"))));
  }

  @Test
  void endpointsSetByHandStandAloneWhereNothingAnswers() {
    client.op.alwaysAt("discovery", Fault.status(404));
    var at = client.op.issuer() + "/";
    client.configure(
        draft -> {
          var none = Optional.<URI>empty();
          draft.endpoints =
              new ProviderSettings.EndpointOverrides(
                  Optional.of(URI.create(at + "authorize")),
                  Optional.of(URI.create(at + "token")),
                  Optional.of(URI.create(at + "jwks")),
                  none,
                  none,
                  none,
                  none);
          return draft;
        });
    assertThat(client.metadata().issInResponse()).isFalse();
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
  }

  @Test
  void theDiscoveryUrlMayLieElsewhere() {
    client.configure(
        draft -> {
          draft.discoveryUrl =
              Optional.of(URI.create(client.op.issuer() + "/.well-known/openid-configuration?p=x"));
          return draft;
        });
    assertThat(client.metadata().issuer()).isEqualTo(client.op.issuer());
    assertThat(client.op.calls("discovery").getFirst().parameters().get("p")).isEqualTo("x");
  }

  @Test
  @Proves({"TOK-04", "TOK-05"})
  void redirectsFloodsAndSilenceAreNoMetadata() {
    for (var fault :
        List.of(
            Fault.redirect(URI.create(client.op.issuer() + "/elsewhere")),
            new Fault.Flood(3 << 20),
            new Fault.Hang())) {
      client.configure(
          draft -> {
            draft.timeout = Duration.ofSeconds(1);
            return draft;
          });
      client.op.nextAt("discovery", fault);
      assertThat(client.discovery()).isInstanceOf(Discovery.Unreachable.class);
    }
    assertThat(client.op.count("elsewhere")).isZero();
  }

  @Test
  void anArrayIsNoMetadata() {
    client.op.nextAt("discovery", new Fault.Answer(200, Map.of(), new JsonArray().toString()));
    assertThat(client.discovery()).isInstanceOf(Discovery.Unusable.class);
    client.configure(UnaryOperator.identity());
    client.op.nextAt("discovery", new Fault.Answer(200, Map.of(), new JsonObject().toString()));
    assertThat(client.discovery()).isInstanceOf(Discovery.Unusable.class);
  }
}

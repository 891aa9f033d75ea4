package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.oidc.Hardening.PushedAuthorization;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.TestKeys;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a login asks, and which way it goes.
@ExtendWith(VertxExtension.class)
class AuthorizationStartTest {
  private static final SigningKeys KEYS = TestKeys.ring(TestKeys.ec("ec-1"));
  private Client client;

  @BeforeEach
  void meets(Vertx vertx) {
    client = new Client(vertx);
  }

  @AfterEach
  void parts() {
    client.op.close();
  }

  private void hardens(PushedAuthorization pushed, Optional<SigningKeys> requestObjects) {
    client.configure(
        draft -> {
          draft.hardening =
              new Hardening(
                  pushed,
                  requestObjects,
                  Optional.empty(),
                  false,
                  Hardening.Dpop.OFF,
                  Hardening.Profile.NONE);
          return draft;
        });
  }

  private static Map<String, List<String>> query(AuthorizationStart start) {
    return new QueryStringDecoder(((AuthorizationStart.Ready) start).url()).parameters();
  }

  @Test
  @Proves({"PAR-01", "PAR-02"})
  void theBrowserCarriesAReferenceOnly() {
    client.op.takesPushedRequests();
    client.op.refusesParametersInTheUrl();
    hardens(PushedAuthorization.REQUIRED, Optional.empty());
    assertThat(query(client.starts(Map.of("login_hint", "alice"))).keySet())
        .isEqualTo(Set.of("client_id", "request_uri"));
    var form = client.op.calls("par").getFirst().parameters();
    assertThat(form.get("login_hint")).isEqualTo("alice");
    assertThat(form.contains("request_uri")).isFalse();
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("PAR-03")
  void everyLoginPushesAnew() {
    client.op.takesPushedRequests();
    hardens(PushedAuthorization.REQUIRED, Optional.empty());
    var first = query(client.starts(Map.of())).get("request_uri");
    assertThat(query(client.starts(Map.of())).get("request_uri")).isNotEqualTo(first);
    assertThat(client.op.count("par")).isEqualTo(2);
  }

  @Test
  void whereItIsOfferedItIsUsedAndWhereItIsOffItIsNot() {
    client.op.takesPushedRequests();
    hardens(PushedAuthorization.AUTO, Optional.empty());
    assertThat(query(client.starts(Map.of()))).containsKey("request_uri");
    hardens(PushedAuthorization.OFF, Optional.empty());
    assertThat(query(client.starts(Map.of()))).containsKey("redirect_uri");
    assertThat(client.op.count("par")).isEqualTo(1);
  }

  @Test
  @Proves("PAR-04")
  void aProviderThatDemandsItGetsItThoughItIsOff() {
    client.op.spoilsMetadata(
        document ->
            document
                .put("pushed_authorization_request_endpoint", client.op.issuer() + "/par")
                .put("require_pushed_authorization_requests", true));
    client.op.refusesParametersInTheUrl();
    hardens(PushedAuthorization.OFF, Optional.empty());
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves({"PAR-04", "PAR-05"})
  void aProviderThatDoesNotOfferItIsNotUsedWhereItIsRequired() {
    hardens(PushedAuthorization.REQUIRED, Optional.empty());
    assertThat(client.discovery())
        .isEqualTo(new Discovery.Unusable("it offers no pushed authorization requests"));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 302, 400, 401, 403, 404})
  @Proves("PAR-05")
  void aRefusalNeverGoesAWeakerWay(int status) {
    client.op.takesPushedRequests();
    client.op.nextAt("par", Fault.error(status, "invalid_request"));
    assertThat(client.starts(Map.of()))
        .isEqualTo(new AuthorizationStart.Refused("pushed_authorization_invalid_request"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  @Proves("PAR-05")
  void anOutageNeverGoesAWeakerWay(int status) {
    client.op.takesPushedRequests();
    client.op.nextAt("par", Fault.retryAfter(status, 7));
    assertThat(client.starts(Map.of()))
        .isEqualTo(new AuthorizationStart.Unavailable(Duration.ofSeconds(7)));
    client.op.nextAt("par", new Fault.Drop());
    assertThat(client.starts(Map.of())).isInstanceOf(AuthorizationStart.Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"request_uri\":\"\",\"expires_in\":60}",
        "{\"request_uri\":\"urn:a b\",\"expires_in\":60}",
        "{\"request_uri\":7,\"expires_in\":60}",
        "{\"request_uri\":\"urn:a\"}",
        "{\"request_uri\":\"urn:a\",\"expires_in\":0}"
      })
  @Proves("PAR-03")
  void anAnswerThatIsNoneIsRefused(String body) {
    client.op.takesPushedRequests();
    client.op.nextAt("par", new Fault.Answer(201, Map.of(), body));
    assertThat(client.starts(Map.of()))
        .isEqualTo(new AuthorizationStart.Refused("pushed_authorization_malformed"));
  }

  @Test
  @Proves("JAR-01")
  void aSignedRequestStandsInTheUrl() {
    client.op.takesRequestObjectsUnder(KEYS.published());
    hardens(PushedAuthorization.AUTO, Optional.of(KEYS));
    var query = query(client.starts(Map.of("login_hint", "alice", "max_age", "60")));
    assertThat(query.keySet()).isEqualTo(Set.of("client_id", "response_type", "scope", "request"));
    var claims = claims(query.getOrDefault("request", List.of()).getFirst());
    assertThat(claims.getString("login_hint")).isEqualTo("alice");
    assertThat(claims.getValue("max_age")).isEqualTo(60);
    assertThat(claims.containsKey("sub")).isFalse();
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("JAR-02")
  void aSignedRequestIsPushed() {
    client.op.takesPushedRequests();
    client.op.refusesParametersInTheUrl();
    client.op.takesRequestObjectsUnder(KEYS.published());
    hardens(PushedAuthorization.REQUIRED, Optional.of(KEYS));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.calls("par").getFirst().parameters().names())
        .containsExactlyInAnyOrder("client_id", "request");
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("JAR-01")
  void aProviderThatTakesNoneOfTheKeysIsNotUsed() {
    client.op.spoilsMetadata(
        document ->
            document.put("request_object_signing_alg_values_supported", JsonArray.of("none")));
    hardens(PushedAuthorization.AUTO, Optional.of(KEYS));
    assertThat(client.discovery())
        .isEqualTo(
            new Discovery.Unusable(
                "it takes request objects in no algorithm that the gateway can sign with"));
  }

  @Test
  void aProviderThatRequiresSignedRequestsIsNotUsedWithoutThem() {
    client.op.spoilsMetadata(document -> document.put("require_signed_request_object", true));
    assertThat(client.discovery())
        .isEqualTo(new Discovery.Unusable("it requires signed request objects"));
  }

  private static final String DETAILS =
      "[{\"type\":\"account_information\",\"actions\":[\"list_accounts\"],\"limit\":20.5}]";

  private void asksInDetail(Hardening how) {
    client.configure(
        draft -> {
          draft.hardening = how;
          draft.resources = new Resources(List.of(), List.of(), Optional.of(DETAILS));
          return draft;
        });
  }

  @Test
  @Proves("RAR-01")
  void detailsOfTheConfigurationStandInTheUrlAndNobodyElseAddsAny() {
    asksInDetail(Hardening.usual());
    assertThat(query(client.starts(Map.of("authorization_details", "[{\"type\":\"all\"}]"))))
        .containsEntry("authorization_details", List.of(DETAILS));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    client.configure(draft -> draft);
    assertThat(query(client.starts(Map.of("authorization_details", "[{\"type\":\"all\"}]"))))
        .doesNotContainKey("authorization_details");
  }

  @Test
  @Proves("RAR-01")
  void detailsArePushed() {
    client.op.takesPushedRequests();
    asksInDetail(Hardening.usual().pushing(PushedAuthorization.REQUIRED));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.calls("par").getFirst().parameters().get("authorization_details"))
        .isEqualTo(DETAILS);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves({"RAR-01", "JAR-01"})
  void detailsInASignedRequestAreAnArray() {
    client.op.takesRequestObjectsUnder(KEYS.published());
    asksInDetail(Hardening.usual().signing(KEYS));
    var query = query(client.starts(Map.of()));
    var claims = claims(query.getOrDefault("request", List.of()).getFirst());
    assertThat(claims.getValue("authorization_details")).isEqualTo(new JsonArray(DETAILS));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("RAR-01")
  void aProviderThatDoesNotSayWhatItGrantedLogsNobodyIn() {
    asksInDetail(Hardening.usual());
    client.op.spoilsTokenAnswers(
        body -> {
          body.remove("authorization_details");
          return body;
        });
    assertThat(client.logsIn())
        .isEqualTo(new RedeemOutcome.Refused("authorization_details_missing"));
  }

  @Test
  @Proves("RAR-01")
  void aProviderThatDoesNotKnowTheTypeIsNotUsed() {
    client.op.spoilsMetadata(
        document -> document.put("authorization_details_types_supported", JsonArray.of("payment")));
    asksInDetail(Hardening.usual());
    assertThat(client.discovery())
        .isEqualTo(new Discovery.Unusable("it does not know all of the authorization_details"));
  }

  private static JsonObject claims(String compact) {
    return new JsonObject(
        new String(Base64.getUrlDecoder().decode(compact.split("\\.", -1)[1]), UTF_8));
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.cli.registration.Installation;
import dev.cloakroom.cli.registration.Registrar;
import dev.cloakroom.house.Proves;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.world.Keycloak;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig.RealProvider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole flow against Keycloak, fetched from Maven Central by the build.
class KeycloakIT {
  private static final Keycloak KEYCLOAK = new Keycloak();

  @RegisterExtension
  final World world = new World(config -> config.realProvider(KEYCLOAK.forGateway()));

  @BeforeAll
  static void startKeycloak() {
    KEYCLOAK.start();
  }

  @AfterAll
  static void stopKeycloak() {
    KEYCLOAK.close();
  }

  @Test
  @Proves({"BFF-01", "BFF-03", "BFF-04", "RT-01", "RPL-01"})
  void theWholeFlowWorks() {
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    assertThat(alice.whoAmI().getJsonObject("user").getString("email"))
        .isEqualTo("alice@example.test");
    flow.outlivesAToken(alice);
    var cookie = alice.sessionValue();
    var page = alice.logsOut();
    assertThat(page.uri().toString()).isEqualTo(world.url() + "/");
    flow.staysLoggedOut(alice, cookie);
  }

  @Test
  @Proves({"TX-01", "TX-02", "BFF-16"})
  void everyApiGetsWhatTheLoginsTokenIsExchangedForAtEveryRotation() {
    world.restartsInPlace(
        config ->
            config
                .route(new RouteDraft("/of-orders/**"), exchange("orders"))
                .route(new RouteDraft("/of-stock/**"), exchange("stock")));
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    for (int round = 0; round < 2; round++) {
      for (var api : List.of("orders", "stock")) {
        alice.fetches("/of-" + api + "/1").answers(200);
        assertThat(audience(world.upstream().last().bearer())).isEqualTo(api);
      }
      flow.outlivesAToken(alice);
    }
    assertThat(world.events(Event.TokenObtained.class))
        .filteredOn(event -> event.grant().equals("exchange"))
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(event -> assertThat(event.outcome()).isEqualTo("renewed"));
    var _ = alice.logsOut();
  }

  @Test
  @RpCase("oidcc-client-test-dynamic-registration")
  void anInstallationThatRegisteredItselfIsAClientLikeAnyOther() throws InterruptedException {
    var gateway = KEYCLOAK.forGateway();
    var registrar = new Registrar(world.vertx(), false, Registrar.PATIENCE);
    var desk = (Registrar.Desk.At) registrar.find(URI.create(gateway.issuer()));
    var origin = URI.create("http://localhost:" + gateway.port());
    var installation = new Installation(origin, "/auth", "Shop", Optional.empty());
    var token = Optional.of(KEYCLOAK.initialAccessToken());
    var client =
        ((Registrar.Outcome.Registered) registrar.register(desk, installation, token)).client();
    assertThat(client.management()).isPresent();
    world.restartsInPlace(
        config ->
            config.realProvider(
                new RealProvider(
                    gateway.issuer(), client.id(), client.secret().reveal(), gateway.port())));
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    var cookie = alice.sessionValue();
    var _ = alice.logsOut();
    flow.staysLoggedOut(alice, cookie);
    assertThat(registrar.register(desk, installation, token))
        .as("the token was for one")
        .isInstanceOf(Registrar.Outcome.Refused.class);
  }

  private static TokenTarget exchange(String audience) {
    return new TokenTarget.Exchange(
        List.of(audience), List.of(), List.of(), TokenTarget.ACCESS_TOKEN);
  }

  private static Object audience(String jwt) {
    var claims = Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]);
    return new JsonObject(Buffer.buffer(claims)).getValue("aud");
  }

  @Test
  @Proves({"PKJ-01", "PAR-01", "PAR-02", "JAR-01", "JAR-02"})
  void theWholeFlowWorksWithKeysAndPushedAndSignedRequests() {
    var keys = KEYCLOAK.keys();
    world.restartsInPlace(
        config ->
            config
                .realProvider(KEYCLOAK.forGatewayWithKeys())
                .signsWith(keys)
                .hardens(
                    Hardening.usual()
                        .pushing(Hardening.PushedAuthorization.REQUIRED)
                        .signing(keys)));
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    var cookie = alice.sessionValue();
    var _ = alice.logsOut();
    flow.staysLoggedOut(alice, cookie);
  }

  @Test
  @Proves({"DPOP-01", "DPOP-02", "DPOP-06", "DPOP-08"})
  void theWholeFlowWorksWithTokensThatAreBoundToAKey() {
    world.restartsInPlace(
        config ->
            config
                .realProvider(KEYCLOAK.forGatewayWithProofs())
                .hardens(Hardening.usual().proving())
                .userinfo());
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "alice"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    flow.provesTheLastCall();
    var cookie = alice.sessionValue();
    var _ = alice.logsOut();
    flow.forgetsTheTokens();
    flow.staysLoggedOut(alice, cookie);
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.ProofGuard;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A provider that binds tokens to a key of the login, and an API that takes nothing else (RFC
/// 9449).
class BoundTokensTest {
  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .bindsTokens()
                  .userinfo()
                  .resources("https://orders.example/")
                  .route(
                      new RouteDraft("/orders/**"),
                      new TokenTarget.Resource(List.of("https://orders.example/"), List.of()))
                  .route(
                      new RouteDraft("/exchanged/**"),
                      new TokenTarget.Exchange(
                          List.of("audit"), List.of(), List.of(), TokenTarget.ACCESS_TOKEN))
                  .route(new RouteDraft("/client/**"), new ClientTarget(List.of(), List.of())));

  private ProofGuard atTheApi;

  @BeforeEach
  void apiWantsProofs() {
    atTheApi = world.checksProofs();
  }

  @AfterEach
  void apiHasNothingToSay() {
    assertThat(world.upstream().complaints()).isEmpty();
  }

  private List<String> rejections() {
    return world.events(Event.LoginRejected.class).stream()
        .map(Event.LoginRejected::reason)
        .toList();
  }

  @Test
  @Proves({"DPOP-01", "DPOP-02", "DPOP-06", "DPOP-08"})
  void aLoginACallARefreshAndALogoutAreProvenWithOneKey() {
    var alice = world.alice().logsIn();
    assertThat(alice.whoAmI().getJsonObject("user").getString("email"))
        .isEqualTo("alice@userinfo.test");
    alice.fetches("/api/orders?page=2").answers(200);
    var key = world.keyOfTheLastCall();
    var first = world.upstream().last().bearer();
    var asked = world.provider().calls("authorize").getFirst().parameters();
    assertThat(asked.get("dpop_jkt")).isEqualTo(key);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/orders").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEqualTo(first);
    assertThat(world.keyOfTheLastCall()).isEqualTo(key);
    alice.logsOut();
    assertThat(alice.isLoggedIn()).isFalse();
    assertThat(world.provider().count("token")).isEqualTo(2);
  }

  @Test
  @Proves("DPOP-08")
  void everyLoginHasAKeyOfItsOwn() {
    world.alice().logsIn().fetches("/api/1").answers(200);
    var first = world.keyOfTheLastCall();
    world.alice().logsIn().fetches("/api/1").answers(200);
    assertThat(world.keyOfTheLastCall()).isNotEqualTo(first);
  }

  /// The key costs the attempt's cookie nothing: it follows from what is there already.
  @Test
  @Proves({"DPOP-06", "DPOP-08", "CK-09", "CK-10"})
  void tenTabsFitAndAllOfThemFinish() {
    var alice = world.alice();
    var tabs = Stream.generate(alice::newTab).limit(10).toList();
    var pages = tabs.stream().map(tab -> alice.startsLogin(tab, "/january?page=2")).toList();
    var octets =
        alice.attempts().stream()
            .mapToInt(cookie -> cookie.name().length() + cookie.value().length() + 3)
            .sum();
    assertThat(alice.attempts()).hasSize(10);
    assertThat(octets).isLessThanOrEqualTo(2500);
    for (int i = 9; i >= 0; i--) {
      alice.finishesLogin(tabs.get(i), pages.get(i)).answers(200);
      alice.fetches("/api/1").answers(200);
    }
  }

  @Test
  @Proves({"DPOP-02", "RES-01", "TX-01"})
  void furtherTokensAreBoundToTheSameKeyAndTheGatewaysOwnToAnother() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    var key = world.keyOfTheLastCall();
    alice.fetches("/orders/1").answers(200);
    assertThat(world.keyOfTheLastCall()).isEqualTo(key);
    alice.fetches("/exchanged/1").answers(200);
    assertThat(world.keyOfTheLastCall()).isEqualTo(key);
    alice.fetches("/client/1").answers(200);
    assertThat(world.keyOfTheLastCall()).isNotEqualTo(key);
  }

  @Test
  @Proves("DPOP-02")
  void aSocketIsProvenToo() {
    var alice = world.alice().logsIn();
    var socket = alice.opensSocket("/api/socket").isOpen();
    assertThat(world.upstream().last().headers().getAll("DPoP")).hasSize(1);
    alice.logsOut();
    socket.closes(4401);
  }

  @Test
  @Proves({"DPOP-04", "DPOP-05"})
  void everyServerGetsTheNonceItGaveLast() {
    world.provider().tokenProofs().wantsNonces();
    world.provider().userinfoProofs().wantsNonces();
    atTheApi.wantsNonces();
    var alice = world.alice().logsIn();
    assertThat(world.provider().count("token")).as("refused once").isEqualTo(2);
    assertThat(world.provider().count("userinfo")).as("refused once").isEqualTo(2);
    var answer = alice.fetches("/api/1").answers(200);
    assertThat(answer.header("DPoP-Nonce")).as("not the browser's").isEmpty();
    assertThat(world.upstream().calls()).as("refused once").hasSize(2);
    alice.fetches("/api/2").answers(200);
    assertThat(world.upstream().calls()).as("known by now").hasSize(3);
    atTheApi.changesTheNonce();
    alice.fetches("/api/3").answers(200);
    assertThat(world.upstream().calls()).as("refused once more").hasSize(5);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/4").answers(200);
    assertThat(world.provider().count("token"))
        .as("the answer to the code brought it")
        .isEqualTo(3);
  }

  @Test
  @Proves("DPOP-04")
  void aNonceFromAGoodAnswerReplacesTheOneBefore() {
    world.provider().tokenProofs().wantsANewNonceEachTime();
    atTheApi.wantsANewNonceEachTime();
    var alice = world.alice().logsIn();
    assertThat(world.provider().count("token")).as("refused once").isEqualTo(2);
    for (int i = 1; i <= 3; i++) {
      world.clock().advance(Duration.ofMinutes(6));
      alice.fetches("/api/1").answers(200);
      assertThat(world.provider().count("token")).as("not again").isEqualTo(2 + i);
      assertThat(world.upstream().calls()).as("refused once").hasSize(1 + i);
    }
  }

  @Test
  @Proves("DPOP-04")
  void aProviderThatIsNeverContentIsAskedTwice() {
    world
        .provider()
        .alwaysAt(
            "token",
            new Fault.Answer(
                400, Map.of("DPoP-Nonce", "another"), "{\"error\":\"use_dpop_nonce\"}"));
    var alice = world.alice();
    var page = alice.startsLogin(alice.tab(), "/");
    alice.finishesLogin(alice.tab(), page).shows(400, "login_rejected");
    assertThat(world.provider().count("token")).isEqualTo(2);
    assertThat(rejections()).containsExactly("use_dpop_nonce");
  }

  @Test
  @Proves("DPOP-07")
  void aTokenThatIsBoundToNothingIsThrownAway() {
    world.provider().spoilsTokenAnswers(body -> body.put("token_type", "Bearer"));
    var alice = world.alice();
    var page = alice.startsLogin(alice.tab(), "/");
    alice.finishesLogin(alice.tab(), page).shows(400, "login_rejected");
    assertThat(alice.session()).isEmpty();
    assertThat(rejections()).containsExactly("token_type_not_dpop");
  }

  @Test
  @Proves("DPOP-07")
  void afterALoginSuchATokenIsThrownAwayToo() {
    var alice = world.alice().logsIn();
    world.provider().spoilsTokenAnswers(body -> body.put("token_type", "Bearer"));
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/1").refuses(502, "provider_rejected");
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(world.events(Event.TokenRefreshed.class))
        .extracting(Event.TokenRefreshed::problem)
        .containsExactly("token_type_not_dpop");
  }

  @Test
  @Proves({"DPOP-01", "DPOP-07"})
  void aProviderThatDoesNotOfferItIsNotUsedWithoutIt() {
    world.restartsInPlace(
        config -> config.meets(provider -> provider.spoilsMetadata(document -> document)));
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/").shows(503, "provider_unavailable");
    assertThat(world.provider().count("authorize")).isZero();
    assertThat(world.events(Event.ProviderUnusable.class))
        .contains(new Event.ProviderUnusable("main", "it does not offer DPoP with ES256"));
  }

  @Test
  @Proves("DPOP-09")
  void aProviderWhoseClockIsOffIsFollowed() {
    world.provider().tokenProofs().isOffBy(Duration.ofMinutes(-5));
    var alice = world.alice().logsIn();
    assertThat(world.provider().count("token")).as("refused once").isEqualTo(2);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/1").answers(200);
    assertThat(world.provider().count("token")).as("known by now").isEqualTo(3);
    world.provider().tokenProofs().isOffBy(Duration.ZERO);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/1").answers(200);
    assertThat(world.provider().count("token")).as("set right, and followed").isEqualTo(5);
  }

  @Test
  @Proves("DPOP-09")
  void nobodyGetsProofsOfAnotherHour() {
    world.provider().tokenProofs().isOffBy(Duration.ofHours(-1));
    var alice = world.alice();
    var page = alice.startsLogin(alice.tab(), "/");
    alice.finishesLogin(alice.tab(), page).shows(400, "login_rejected");
    assertThat(world.provider().count("token")).isEqualTo(1);
    assertThat(rejections()).containsExactly("invalid_dpop_proof");
  }

  @Test
  @Proves("DPOP-09")
  void anApiWhoseClockIsOffIsFollowed() {
    atTheApi.isOffBy(Duration.ofMinutes(5));
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    alice.fetches("/api/2").answers(200);
    assertThat(world.upstream().calls()).as("refused once").hasSize(3);
  }

  @Test
  @Proves("DPOP-05")
  void anApiThatIsNeverContentIsAskedTwice() {
    var alice = world.alice().logsIn();
    var challenge =
        new Fault.Answer(
            401,
            Map.of(
                "DPoP-Nonce", "api-nonce-0", "WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""),
            "");
    world.upstream().nextAnswers(challenge, challenge, challenge);
    var answer = alice.fetches("/api/1").answers(401);
    assertThat(answer.header("DPoP-Nonce")).isEmpty();
    assertThat(world.upstream().calls()).hasSize(2);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves({"DPOP-02", "RT-10"})
  void aTokenThatIsRefusedIsRenewedAndProvenAnew() {
    var alice = world.alice().logsIn();
    world
        .upstream()
        .nextAnswers(
            new Fault.Answer(401, Map.of("WWW-Authenticate", "DPoP error=\"invalid_token\""), ""));
    world.clock().advance(Duration.ofSeconds(11));
    alice.fetches("/api/1").answers(200);
    var calls = world.upstream().calls();
    assertThat(calls).hasSize(2);
    assertThat(calls.getLast().bearer()).isNotEqualTo(calls.getFirst().bearer());
    assertThat(world.provider().keyOf(calls.getLast().bearer()))
        .isEqualTo(world.provider().keyOf(calls.getFirst().bearer()));
  }

  @Test
  @Proves({"DPOP-04", "PKJ-01"})
  void anAssertionBesideTheProofIsNewForEveryTry() {
    var keys = TestKeys.ring(TestKeys.ec("gateway-1"));
    world.restartsInPlace(
        config ->
            config
                .signsWith(keys)
                .meets(provider -> provider.takesAssertionsUnder(keys.published())));
    world.provider().tokenProofs().wantsANewNonceEachTime();
    world.alice().logsIn().fetches("/api/1").answers(200);
    assertThat(world.provider().count("token")).isEqualTo(2);
  }

  @Test
  @Proves("DPOP-10")
  void whatABrowserProvesIsDropped() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/1", "DPoP", "eyJ", "Authorization", "DPoP stolen").answers(200);
    assertThat(world.upstream().last().headers().getAll("DPoP")).hasSize(1);
  }

  @Test
  @Proves("DPOP-06")
  void theKeyIsNamedToAProviderThatTakesPushedRequests() {
    world.provider().refusesParametersInTheUrl();
    world.restartsInPlace(
        config ->
            config.meets(provider -> provider.spoilsMetadata(BoundTokensTest::withPushedRequests)));
    Browser alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    assertThat(world.provider().calls("par").getFirst().parameters().get("dpop_jkt"))
        .isEqualTo(world.keyOfTheLastCall());
  }

  private static JsonObject withPushedRequests(JsonObject document) {
    return document
        .put("dpop_signing_alg_values_supported", List.of("ES256"))
        .put("pushed_authorization_request_endpoint", document.getString("issuer") + "/par");
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Upstream.Call;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Routes whose upstreams each get a token for themselves (RFC 8707).
class ResourcesTest {
  private static final String ORDERS = "https://orders.example/";
  private static final String STOCK = "https://stock.example/api";

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(new RouteDraft("/orders/**"), resource(ORDERS))
                  .route(new RouteDraft("/stock/**"), resource(STOCK, "profile")));

  private static TokenTarget resource(String resource, String... scopes) {
    return new TokenTarget.Resource(List.of(resource), List.of(scopes));
  }

  private List<String> audiences() {
    return world.provider().audiencesOf(world.upstream().last().bearer());
  }

  private int refreshes() {
    return world.provider().count("token", "refresh_token");
  }

  private static Fault invalidToken() {
    return new Fault.Answer(
        401, Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""), "expired");
  }

  @Test
  @Proves({"RES-01", "BFF-16"})
  void everyUpstreamSeesATokenForItselfAlone() {
    var alice = world.alice().logsIn();
    var asked = world.provider().calls("authorize").getFirst().parameters().getAll("resource");
    assertThat(asked).containsExactlyInAnyOrder(ORDERS, STOCK);
    alice.fetches("/orders/1").answers(200);
    assertThat(audiences()).containsExactly(ORDERS);
    var orders = world.upstream().last().bearer();
    alice.fetches("/stock/1").answers(200);
    assertThat(audiences()).containsExactly(STOCK);
    var refresh = world.provider().calls("token").getLast().parameters();
    assertThat(refresh.getAll("resource")).containsExactly(STOCK);
    assertThat(refresh.get("scope")).isEqualTo("profile");
    var stock = world.upstream().last().bearer();
    alice.fetches("/api/1").answers(200);
    assertThat(audiences()).isEmpty();
    assertThat(Stream.of(orders, stock, world.upstream().last().bearer()).distinct()).hasSize(3);
    alice.fetches("/orders/2").answers(200);
    assertThat(world.upstream().last().bearer()).as("kept").isEqualTo(orders);
    assertThat(refreshes()).isEqualTo(2);
  }

  @Test
  @Proves({"RES-03", "RT-02"})
  void callsOfAllRoutesAtOnceSpendEachRefreshTokenOnce() {
    var alice = world.alice().logsIn();
    var first =
        IntStream.range(0, 50)
            .boxed()
            .flatMap(_ -> Stream.of("/orders/1", "/stock/1").map(alice::startsFetching))
            .toList();
    all(first);
    assertThat(refreshes()).as("one for each resource").isEqualTo(2);
    world.clock().advance(Duration.ofMinutes(6)); // all of them have expired
    var second =
        IntStream.range(0, 50)
            .boxed()
            .flatMap(_ -> Stream.of("/orders/1", "/stock/1", "/api/1").map(alice::startsFetching))
            .toList();
    all(second);
    assertThat(refreshes()).as("and one more for each token").isEqualTo(5);
    assertThat(alice.isLoggedIn()).isTrue();
    for (var call : world.upstream().calls()) {
      assertThat(world.provider().audiencesOf(call.bearer())).isEqualTo(expected(call));
    }
  }

  private static List<String> expected(Call call) {
    return switch (call.target()) {
      case "/orders/1" -> List.of(ORDERS);
      case "/stock/1" -> List.of(STOCK);
      default -> List.of();
    };
  }

  private static void all(List<Future<Answer>> calls) {
    assertThat(calls).allSatisfy(call -> Waiting.on(call).answers(200));
  }

  @Test
  @Proves("RES-02")
  void aResourceTheProviderRefusesCostsNoLogin() {
    var alice = world.alice().logsIn();
    world
        .provider()
        .alwaysAt("token", new Fault.Answer(400, Map.of(), "{\"error\":\"invalid_target\"}"));
    alice.fetches("/orders/1").refuses(502, "provider_rejected");
    alice.fetches("/orders/1").refuses(502, "provider_rejected");
    assertThat(refreshes()).as("asked once in a while").isEqualTo(1);
    assertThat(world.events(Event.TokenObtained.class))
        .extracting(Event.TokenObtained::grant, Event.TokenObtained::problem)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("resource", "invalid_target"));
    world.provider().behavesAgain();
    alice.fetches("/api/1").answers(200);
    alice.fetches("/stock/1").answers(200);
    world.clock().advance(Duration.ofSeconds(11));
    alice.fetches("/orders/1").answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves({"RES-02", "RT-08"})
  void aProviderThatIsDownCostsNoLoginAndOtherTokensServe() {
    var alice = world.alice().logsIn();
    alice.fetches("/stock/1").answers(200);
    world.provider().alwaysAt("token", new Fault.Answer(500, Map.of(), "broken"));
    alice.fetches("/orders/1").refuses(503, "provider_unavailable");
    alice.fetches("/stock/1").answers(200);
    alice.fetches("/api/1").answers(200);
  }

  @Test
  @Proves({"RES-01", "RT-08"})
  void aRefreshTokenThatIsWorthNothingEndsTheSession() {
    var alice = world.alice().logsIn();
    world.provider().endsAllSessionsOf("alice");
    alice.fetches("/orders/1").refuses(401, "session_expired");
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves({"RES-03", "RT-10"})
  void aTokenThatAnUpstreamRefusesIsReplacedAndNoOther() {
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    alice.fetches("/stock/1").answers(200);
    var stock = world.upstream().last().bearer();
    alice.fetches("/api/1").answers(200);
    var own = world.upstream().last().bearer();
    world.clock().advance(Duration.ofSeconds(11));
    world.upstream().nextAnswers(invalidToken());
    alice.fetches("/orders/2").answers(200);
    assertThat(audiences()).containsExactly(ORDERS);
    assertThat(refreshes()).isEqualTo(3);
    alice.fetches("/stock/1").answers(200);
    assertThat(world.upstream().last().bearer()).isEqualTo(stock);
    alice.fetches("/api/1").answers(200);
    assertThat(world.upstream().last().bearer()).isEqualTo(own);
  }

  @Test
  @Proves("RES-01")
  void withoutRefreshTokensThereIsNoOtherToken() {
    world.provider().givesRefreshTokens(false);
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").refuses(502, "provider_rejected");
    alice.fetches("/api/1").answers(200);
  }

  @Test
  @Proves("RES-01")
  void aLogoutDropsThemAll() {
    Browser alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    alice.logsOut();
    int before = world.upstream().calls().size();
    alice.fetches("/orders/1").refuses(401, "login_required");
    alice.logsIn().fetches("/orders/1").answers(200);
    var calls = world.upstream().calls();
    assertThat(calls.getLast().bearer()).isNotEqualTo(calls.get(before - 1).bearer());
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Routes whose upstream gets a token of the gateway itself.
class ClientTokenTest {
  private static final String STEP_UP =
      "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\"";

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(
                      new RouteDraft("/catalogue/**").access(Route.Access.ANONYMOUS),
                      new ClientTarget(List.of("https://catalogue.example/"), List.of("read")))
                  .route(new RouteDraft("/mail/**"), new ClientTarget(List.of(), List.of("send"))));

  private int asked() {
    return world.provider().count("token", "client_credentials");
  }

  @Test
  @Proves({"BFF-16", "BFF-04"})
  void strangersCallWithTheGatewaysOwnToken() {
    assertThat(world.alice().fetchesAtOnce(50, "/catalogue/1"))
        .allSatisfy(answer -> answer.answers(200));
    assertThat(asked()).as("one token for all").isEqualTo(1);
    var form = world.provider().calls("token").getLast().parameters();
    assertThat(form.get("scope")).isEqualTo("read");
    assertThat(form.getAll("resource")).containsExactly("https://catalogue.example/");
    var call = world.upstream().last();
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("gateway itself");
    assertThat(world.events().toString()).doesNotContain("SENTINEL");
  }

  @Test
  @Proves("BFF-16")
  void theUsersTokenStaysAtHome() {
    world.alice().fetches("/mail/1").refuses(401, "login_required");
    assertThat(asked()).isZero();
    var alice = world.alice().logsIn();
    alice.fetches("/mail/1").answers(200);
    assertThat(world.provider().userOf(world.upstream().last().bearer()))
        .isEqualTo("gateway itself");
    world.browser("bob").logsIn().fetches("/mail/1").answers(200);
    assertThat(asked()).isEqualTo(1);
    alice.logsOut();
    alice.fetches("/mail/1").refuses(401, "login_required");
  }

  @Test
  @Proves("RT-10")
  void aTokenTheUpstreamRefusesIsReplacedOnce() {
    world.alice().fetches("/catalogue/1").answers(200);
    var first = world.upstream().last().bearer();
    world.clock().advance(Duration.ofSeconds(11));
    var refusal =
        new Fault.Answer(401, Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""), "no");
    world.upstream().nextAnswers(refusal);
    world.alice().fetches("/catalogue/1").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEqualTo(first);
    world.upstream().nextAnswers(refusal);
    world.alice().fetches("/catalogue/1").answers(401); // it is new, so it is not the trouble
    assertThat(asked()).isEqualTo(2);
  }

  @Test
  @Proves({"RT-08", "RT-12"})
  void aProviderThatGivesNoneIsLeftAloneForAWhile() {
    world
        .provider()
        .alwaysAt("token", new Fault.Answer(400, Map.of(), "{\"error\":\"unauthorized_client\"}"));
    world.alice().fetches("/catalogue/1").refuses(502, "provider_rejected");
    world.alice().fetches("/catalogue/1").refuses(502, "provider_rejected");
    assertThat(asked()).isEqualTo(1);
    world.clock().advance(Duration.ofSeconds(2));
    world.provider().behavesAgain();
    world.provider().nextAt("token", new Fault.Answer(503, Map.of(), "later"));
    var refused = world.alice().fetches("/catalogue/1").refuses(503, "provider_unavailable");
    assertThat(refused.header("Retry-After")).isNotEmpty();
    world.clock().advance(Duration.ofSeconds(11));
    world.alice().fetches("/catalogue/1").answers(200);
    assertThat(world.upstream().calls()).hasSize(1);
  }

  @Test
  @Proves("STEP-01")
  void aStrongerLoginIsNotForTheGatewayToMake() {
    var alice = world.alice().logsIn();
    world
        .upstream()
        .nextAnswers(new Fault.Answer(401, Map.of("WWW-Authenticate", STEP_UP), "its own words"));
    assertThat(alice.fetches("/mail/1").answers(401).text()).isEqualTo("its own words");
  }

  @Test
  @Proves("BFF-16")
  void aSessionThatEndsWhileTheTokenIsFetchedSendsNothing() {
    var alice = world.alice().logsIn();
    world.alice().fetches("/catalogue/1").answers(200); // there is a connection
    var gate = world.provider().holdsAt("token");
    var call = alice.startsFetching("/mail/1");
    Waiting.until("the token is asked for", () -> asked() == 2);
    alice.logsOut();
    gate.complete();
    Waiting.on(call).refuses(401, "session_ended");
    assertThat(world.upstream().calls()).hasSize(1);
  }
}

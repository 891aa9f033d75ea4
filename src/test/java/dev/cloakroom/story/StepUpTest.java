package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An upstream that wants to see more of the user than the last login showed.
class StepUpTest {
  private static final String CHALLENGE =
      "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold silver\", max_age=\"300\"";

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(new RouteDraft("/as-sent/**").stepUps(Route.StepUps.PASS))
                  .route(new RouteDraft("/recent/**").requires(login(null, Duration.ofMinutes(5))))
                  .route(new RouteDraft("/gold/**").requires(login("gold", null))));

  private static Route.Requirement login(@Nullable String acr, @Nullable Duration maxAge) {
    return new Route.Requirement(
        Optional.empty(), Optional.ofNullable(acr), Optional.ofNullable(maxAge), List.of());
  }

  private String loginUrl(Browser alice) {
    upstreamSays(CHALLENGE);
    var refused = alice.fetches("/api/pay").refuses(401, "step_up_required");
    assertThat(refused.header("WWW-Authenticate")).isEmpty();
    return refused.json().getString("login_url");
  }

  private void upstreamSays(String challenge) {
    world
        .upstream()
        .nextAnswers(new Fault.Answer(401, Map.of("WWW-Authenticate", challenge), "its own words"));
  }

  @Test
  @Proves("STEP-01")
  @Case("T120")
  void theBrowserIsToldWhichLoginShowsWhatTheUpstreamWants() {
    var alice = world.alice().logsIn();
    var login = loginUrl(alice);
    assertThat(login).isEqualTo("/auth/login?acr_values=gold+silver&max_age=300&provider=main");
    world.provider().spoilsIdTokens(draft -> draft.claim("acr", "gold"));
    alice.tab().navigates(login);
    alice.tab().clicks().answers(200);
    var asked = world.provider().calls("authorize").getLast().parameters();
    assertThat(asked.get("acr_values")).isEqualTo("gold silver");
    assertThat(asked.get("max_age")).isEqualTo("300");
    assertThat(alice.whoAmI().getJsonObject("session").getString("acr")).isEqualTo("gold");
    alice.fetches("/api/pay").answers(200);
  }

  @Test
  @Proves("STEP-01")
  void theSessionGoesOnMeanwhile() {
    var alice = world.alice().logsIn();
    assertThat(loginUrl(alice)).isNotEmpty();
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isZero();
  }

  @Test
  @Proves("STEP-02")
  @Case("T120")
  void aLoginThatDoesNotShowItIsRefusedOnce() {
    var alice = world.alice().logsIn();
    var login = loginUrl(alice);
    int before = world.provider().count("authorize");
    alice.tab().navigates(login);
    alice.tab().clicks().shows(400, "login_rejected"); // the provider says nothing of any acr
    assertThat(world.provider().count("authorize")).isEqualTo(before + 1);
    alice.fetches("/api/orders").answers(200);
  }

  @ParameterizedTest
  @Proves("STEP-01")
  @ValueSource(
      strings = {
        "Bearer error=\"insufficient_user_authentication\"",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"a\u0001b\"",
        "Bearer error=\"insufficient_user_authentication\", max_age=\"soon\"",
        "Bearer error=\"insufficient_scope\", acr_values=\"gold\"",
        "Newest error=\"insufficient_user_authentication\", acr_values=\"gold\""
      })
  void whatNoLoginCanShowIsTheUpstreamsOwnAnswer(String challenge) {
    var alice = world.alice().logsIn();
    upstreamSays(challenge.replace('\u0001', '\t'));
    assertThat(alice.fetches("/api/pay").answers(401).text()).isEqualTo("its own words");
  }

  @Test
  @Proves("STEP-01")
  void anAnonymousCallGetsTheUpstreamsOwnAnswer() {
    upstreamSays(CHALLENGE);
    assertThat(world.alice().fetches("/public/pay").answers(401).text()).isEqualTo("its own words");
  }

  @Test
  @Proves("STEP-01")
  void aRouteMayLeaveTheUpstreamsAnswerAsItIs() {
    var alice = world.alice().logsIn();
    upstreamSays(CHALLENGE);
    var refused = alice.fetches("/as-sent/pay").answers(401);
    assertThat(refused.text()).isEqualTo("its own words");
    assertThat(refused.header("WWW-Authenticate")).isEqualTo(CHALLENGE);
  }

  @Test
  @Proves({"STEP-02", "STEP-03"})
  void aLoginThatIsTooOldIsStoppedBeforeTheUpstream() {
    var alice = world.alice().logsIn();
    alice.fetches("/recent/pay").answers(200);
    world.clock().advance(Duration.ofMinutes(6));
    var refused = alice.fetches("/recent/pay").refuses(401, "step_up_required");
    assertThat(world.upstream().calls()).hasSize(1);
    var login = refused.json().getString("login_url");
    assertThat(login).isEqualTo("/auth/login?max_age=300&provider=main");
    alice.fetches("/api/orders").answers(200); // the session goes on where less is asked
    alice.tab().navigates(login);
    alice.tab().clicks().answers(200);
    assertThat(world.provider().calls("authorize").getLast().parameters().get("max_age"))
        .isEqualTo("300");
    alice.fetches("/recent/pay").answers(200);
  }

  @Test
  @Proves("STEP-03")
  void aLoginThatIsTooWeakIsStoppedBeforeTheUpstream() {
    var alice = world.alice().logsIn();
    var refused = alice.fetches("/gold/pay").refuses(401, "step_up_required");
    assertThat(world.upstream().calls()).isEmpty();
    var login = refused.json().getString("login_url");
    assertThat(login).isEqualTo("/auth/login?acr_values=gold&provider=main");
    world.provider().spoilsIdTokens(draft -> draft.claim("acr", "gold"));
    alice.tab().navigates(login);
    alice.tab().clicks().answers(200);
    alice.fetches("/gold/pay").answers(200);
  }
}

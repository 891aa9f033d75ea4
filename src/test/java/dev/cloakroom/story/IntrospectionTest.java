package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A route that requires a claim, at a provider that is asked what the access token stands for.
class IntrospectionTest {
  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .introspection()
                  .trustedProxies("127.0.0.1")
                  .verify(VerifyTest.SECRET)
                  .route(new RouteDraft("/staff/**").requires(group("staff")))
                  .route(new RouteDraft("/admin/**").requires(group("admin")))
                  .route(
                      new RouteDraft("/plain/**")
                          .token(Route.TokenKind.NONE)
                          .requires(group("staff"))));

  private static Route.Requirement group(String name) {
    return new Route.Requirement(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(new Route.ClaimRule("groups", List.of(name))));
  }

  private int questions() {
    return world.provider().count("introspect");
  }

  private void says(JsonObject answer) {
    world.provider().spoilsIntrospections(_ -> answer);
  }

  private static JsonObject active() {
    return new JsonObject().put("active", true);
  }

  @Test
  void aClaimOfTheTokenDecides() {
    var alice = world.alice().logsIn();
    alice.fetches("/staff/1").answers(200);
    alice.fetches("/admin/1").refuses(403, "forbidden");
    alice.fetches("/plain/1").answers(200);
    assertThat(world.upstream().calls()).hasSize(2);
    assertThat(world.upstream().last().headers().contains("Authorization")).isFalse();
    var asked = world.provider().calls("introspect").getFirst();
    assertThat(asked.parameters().get("token_type_hint")).isEqualTo("access_token");
    assertThat(asked.headers().get("Authorization")).startsWith("Basic ");
  }

  @Test
  void whatTheLoginSaidDoesNotCountThen() {
    var alice = world.alice().logsIn(); // her ID token has the group
    says(active().put("sub", "sub-alice"));
    alice.fetches("/staff/1").refuses(403, "forbidden");
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  void nobodyIsAskedWhereNoClaimIsRequired() {
    world.alice().logsIn().fetches("/api/1").answers(200);
    assertThat(questions()).isZero();
  }

  @Test
  @Case("T33")
  void callsTogetherShareOneQuestionAndUsersShareNone() {
    var alice = world.alice().logsIn();
    var bob = world.browser("bob").logsIn();
    assertThat(alice.fetchesAtOnce(50, "/staff/1")).allSatisfy(answer -> answer.answers(200));
    assertThat(questions()).isEqualTo(1);
    world.provider().spoilsIntrospections(answer -> answer.put("groups", List.of()));
    bob.fetches("/staff/1").refuses(403, "forbidden");
    alice.fetches("/staff/1").answers(200);
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void aSessionThatEndsWhileTheProviderIsAskedSendsNothing() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200); // there is a connection, and calls go out at once
    Waiting.on(endsWhileTheProviderIsAsked(alice, () -> alice.startsFetching("/plain/2")))
        .refuses(401, "session_ended");
    assertThat(world.upstream().calls()).hasSize(1);
  }

  /// Nothing watches this call, since nothing of it goes on.
  @Test
  void aProxyThatAsksMeanwhileIsHandedNothingOut() {
    var alice = world.alice().logsIn();
    var answer =
        Waiting.on(
            endsWhileTheProviderIsAsked(alice, () -> asksAProxysQuestion(alice, "/staff/1")));
    answer.refuses(401, "session_ended");
    assertThat(answer.headers().contains("Authorization")).isFalse();
  }

  private Future<Answer> asksAProxysQuestion(Browser who, String about) {
    var at = URI.create(world.url() + "/auth/verify");
    var fields =
        Headers.of(
            "Cookie",
            who.jar().header(at, Optional.of(at.getHost()), false, "GET"),
            "Sec-Fetch-Site",
            "same-origin",
            "X-Cloakroom-Verify",
            VerifyTest.SECRET,
            "X-Forwarded-Method",
            "GET",
            "X-Forwarded-Uri",
            about);
    return world.behindBrowsers().send("GET", at, fields, Optional.empty());
  }

  private Future<Answer> endsWhileTheProviderIsAsked(Browser who, Supplier<Future<Answer>> starts) {
    says(active().put("groups", List.of("staff"))); // as it would have said a moment before
    var gate = world.provider().holdsAt("introspect");
    var call = starts.get();
    Waiting.until("the provider is asked", () -> questions() == 1);
    who.logsOut();
    gate.complete();
    return call;
  }

  @Test
  void anAnswerServesForAMinute() {
    var alice = world.alice().logsIn();
    alice.fetches("/staff/1").answers(200);
    world.provider().spoilsIntrospections(answer -> answer.put("groups", List.of()));
    world.clock().advance(Duration.ofSeconds(59));
    alice.fetches("/staff/1").answers(200);
    world.clock().advance(Duration.ofSeconds(2));
    alice.fetches("/staff/1").refuses(403, "forbidden");
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void anAnswerServesNoLongerThanTheProviderSaysTheTokenLives() {
    var alice = world.alice().logsIn();
    var exp = world.clock().instant().plusSeconds(10).getEpochSecond();
    world.provider().spoilsIntrospections(answer -> answer.put("exp", exp));
    alice.fetches("/staff/1").answers(200);
    world.clock().advance(Duration.ofSeconds(11));
    alice.fetches("/staff/1").answers(200);
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void aTokenThatIsDisownedIsRefreshedOnce() {
    var alice = world.alice().logsIn();
    var times = new AtomicInteger();
    world
        .provider()
        .spoilsIntrospections(
            answer ->
                times.incrementAndGet() == 1 ? new JsonObject().put("active", false) : answer);
    alice.fetches("/staff/1").answers(200);
    assertThat(questions()).isEqualTo(2);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    alice.fetches("/staff/1").answers(200);
    assertThat(questions()).isEqualTo(2);
  }

  @Test
  void aTokenThatStaysDisownedIsA401AndNoLoop() {
    var alice = world.alice().logsIn();
    says(new JsonObject().put("active", false));
    for (int i = 0; i < 5; i++) {
      alice.fetches("/staff/1").refuses(401, "session_expired");
    }
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    assertThat(questions()).isEqualTo(2);
    assertThat(world.events(Event.TokenDisowned.class)).isNotEmpty();
    alice.fetches("/api/1").answers(200); // the upstream may think better of it
    assertThat(world.upstream().calls()).hasSize(1);
  }

  @Test
  void aProviderThatIsDownIsA503AndIsLeftAlone() {
    var alice = world.alice().logsIn();
    world.provider().alwaysAt("introspect", Fault.retryAfter(503, 7));
    for (int i = 0; i < 5; i++) {
      var refused = alice.fetches("/staff/1").refuses(503, "provider_unavailable");
      assertThat(refused.header("Retry-After")).isEqualTo("7");
    }
    assertThat(questions()).isEqualTo(1);
    world.provider().behavesAgain();
    world.clock().advance(Duration.ofSeconds(8));
    alice.fetches("/staff/1").answers(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"active\":\"true\",\"groups\":[\"staff\"]}",
        "{\"active\":1,\"groups\":[\"staff\"]}",
        "{\"active\":true,\"sub\":\"sub-bob\",\"groups\":[\"staff\"]}",
        "{\"active\":true,\"sub\":7,\"groups\":[\"staff\"]}",
        "{\"active\":false,\"active\":true,\"groups\":[\"staff\"]}"
      })
  void whatIsNoAnswerOrAboutSomebodyElseLetsNobodyThrough(String body) {
    var alice = world.alice().logsIn();
    world
        .provider()
        .alwaysAt(
            "introspect", new Fault.Answer(200, Map.of("Content-Type", "application/json"), body));
    alice.fetches("/staff/1").refuses(502, "provider_rejected");
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  void anAnswerTooLongToKeepLetsNobodyThrough() {
    var alice = world.alice().logsIn();
    world.provider().spoilsIntrospections(answer -> answer.put("padding", "x".repeat(17 << 10)));
    alice.fetches("/staff/1").refuses(502, "provider_rejected");
  }

  @Test
  void aRefusalIsNotTheUsers() {
    var alice = world.alice().logsIn();
    world.provider().alwaysAt("introspect", Fault.error(401, "invalid_client"));
    alice.fetches("/staff/1").refuses(502, "provider_rejected");
    alice.fetches("/staff/1").refuses(502, "provider_rejected");
    assertThat(questions()).isEqualTo(1);
  }
}

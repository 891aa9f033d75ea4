package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A route whose upstream gets what the provider gives in exchange for the login's token (RFC
/// 8693).
class ExchangeTest {
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(
                      new RouteDraft("/orders/**"),
                      new TokenTarget.Exchange(
                          List.of("orders", "audit"),
                          List.of("https://orders.example/"),
                          List.of("read", "list"),
                          TokenTarget.ACCESS_TOKEN))
                  .route(
                      new RouteDraft("/jwt/**"),
                      new TokenTarget.Exchange(List.of("legacy"), List.of(), List.of(), JWT)));

  private int exchanges() {
    return world.provider().count("token", GRANT);
  }

  @Test
  @Proves({"TX-01", "BFF-16"})
  void theUpstreamGetsWhatTheTokenWasExchangedFor() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/1").answers(200);
    var own = world.upstream().last().bearer();
    alice.fetches("/orders/1").answers(200);
    var exchanged = world.upstream().last().bearer();
    assertThat(exchanged).isNotEqualTo(own);
    assertThat(world.provider().audiencesOf(exchanged))
        .containsExactlyInAnyOrder("orders", "audit", "https://orders.example/");
    var asked = world.provider().calls("token").getLast().parameters();
    assertThat(asked.get("subject_token")).isEqualTo(own);
    assertThat(asked.get("subject_token_type")).isEqualTo(TokenTarget.ACCESS_TOKEN);
    assertThat(asked.get("requested_token_type")).isEqualTo(TokenTarget.ACCESS_TOKEN);
    assertThat(asked.get("scope")).isEqualTo("list read");
    assertThat(asked.getAll("resource")).containsExactly("https://orders.example/");
    assertThat(world.provider().count("token", "refresh_token")).isZero();
  }

  @Test
  @Proves("TX-02")
  void oneExchangeServesAllCallsUntilTheTokenExpires() {
    world.provider().givesExchangedTokensFor(Duration.ofMinutes(2));
    var alice = world.alice().logsIn();
    assertThat(alice.fetchesAtOnce(50, "/orders/1")).allSatisfy(answer -> answer.answers(200));
    assertThat(exchanges()).isEqualTo(1);
    world.clock().advance(Duration.ofMinutes(2).plusSeconds(1));
    alice.fetches("/orders/1").answers(200);
    assertThat(exchanges()).isEqualTo(2);
    assertThat(world.provider().count("token", "refresh_token")).as("still fresh").isZero();
  }

  @Test
  @Proves({"TX-02", "REV-01"})
  void aLogoutRevokesItBehindTheLoginsOwn() {
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    var exchanged = world.upstream().last().bearer();
    alice.logsOut();
    Waiting.until("three revocations", () -> world.provider().count("revoke") == 3);
    var revoked = world.provider().calls("revoke").getLast().parameters();
    assertThat(revoked.get("token")).isEqualTo(exchanged);
    assertThat(revoked.get("token_type_hint")).isEqualTo("access_token");
    Waiting.until("word of it", () -> !world.events(Event.TokensRevoked.class).isEmpty());
  }

  @Test
  @Proves("TX-02")
  void anExpiredOneIsNotWorthACall() {
    world.provider().givesExchangedTokensFor(Duration.ofMinutes(1));
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    world.clock().advance(Duration.ofMinutes(2));
    alice.logsOut();
    Waiting.until("word of it", () -> !world.events(Event.TokensRevoked.class).isEmpty());
    assertThat(world.provider().count("revoke")).isEqualTo(2);
  }

  @Test
  @Proves("TX-02")
  void itDoesNotOutliveTheTokenItWasGotFor() {
    world.provider().givesExchangedTokensFor(Duration.ofHours(1));
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    var first = world.upstream().last().bearer();
    world.clock().advance(Duration.ofMinutes(6)); // the login's own lives for five
    alice.fetches("/orders/1").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEqualTo(first);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    var subject = world.provider().calls("token").getLast().parameters().get("subject_token");
    alice.fetches("/api/1").answers(200);
    assertThat(subject).as("the new one").isEqualTo(world.upstream().last().bearer());
  }

  @Test
  @Proves("TX-01")
  void anAnswerOfAnotherTypeIsRefused() {
    var alice = world.alice().logsIn();
    for (var type : List.of("urn:ietf:params:oauth:token-type:id_token", JWT, "")) {
      world.provider().spoilsTokenAnswers(answer -> answer.put("issued_token_type", type));
      alice.fetches("/orders/1").refuses(502, "provider_rejected");
      world.clock().advance(Duration.ofSeconds(11));
    }
    world.provider().spoilsTokenAnswers(answer -> answer.putNull("issued_token_type"));
    alice.fetches("/orders/1").refuses(502, "provider_rejected");
    world.clock().advance(Duration.ofSeconds(11));
    world.provider().spoilsTokenAnswers(answer -> answer.put("token_type", "N_A"));
    alice.fetches("/orders/1").refuses(502, "provider_rejected");
    alice.fetches("/jwt/1").answers(200);
    assertThat(world.provider().audiencesOf(world.upstream().last().bearer()))
        .containsExactly("legacy");
    alice.fetches("/api/1").answers(200);
  }

  @Test
  @Proves({"TX-01", "RT-08"})
  void aRefusedExchangeCostsNoLogin() {
    var alice = world.alice().logsIn();
    for (var error : List.of("invalid_target", "invalid_grant", "invalid_request")) {
      world
          .provider()
          .nextAt("token", new Fault.Answer(400, Map.of(), "{\"error\":\"" + error + "\"}"));
      alice.fetches("/orders/1").refuses(502, "provider_rejected");
      world.clock().advance(Duration.ofSeconds(11));
    }
    world.provider().nextAt("token", new Fault.Answer(503, Map.of(), "later"));
    alice.fetches("/orders/1").refuses(503, "provider_unavailable");
    alice.fetches("/api/1").answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves({"TX-02", "RT-10"})
  void anExchangedTokenThatIsRefusedIsExchangedAnew() {
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    world.clock().advance(Duration.ofSeconds(11));
    var header = Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    world.upstream().nextAnswers(new Fault.Answer(401, header, "no"));
    alice.fetches("/orders/2").answers(200);
    assertThat(exchanges()).isEqualTo(2);
    assertThat(world.provider().count("token", "refresh_token")).isZero();
  }

  @Test
  @Proves("TX-02")
  void itGoesWithTheSession() {
    var alice = world.alice().logsIn();
    alice.fetches("/orders/1").answers(200);
    alice.logsOut();
    alice.fetches("/orders/1").refuses(401, "login_required");
    alice.logsIn().fetches("/orders/1").answers(200);
    assertThat(exchanges()).isEqualTo(2);
    Waiting.until("revoked", () -> world.provider().count("revoke") > 0);
  }
}

package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class RefreshTest {
  private Client client;

  @BeforeEach
  void opens(Vertx vertx) {
    client = new Client(vertx);
  }

  private static Tokens renewed(RefreshOutcome outcome) {
    return ((RefreshOutcome.Renewed) outcome).tokens();
  }

  /// `oidcc-client-test-refresh-token`.
  @Test
  @Proves({"RT-01", "RT-11"})
  void aRefreshBringsNewTokensAndTheNewRefreshTokenReplacesTheOld() {
    var login = client.isLoggedIn();
    client.clock.advance(Duration.ofMinutes(4));
    var tokens = renewed(client.refreshes(login));
    assertThat(tokens.access()).isNotEqualTo(login.tokens().access());
    assertThat(tokens.refresh()).isNotEqualTo(login.tokens().refresh());
    assertThat(tokens.issuedAt()).isEqualTo(client.clock.instant());
    assertThat(tokens.expiresAt()).isEqualTo(client.clock.instant().plus(Duration.ofMinutes(5)));
    var call = client.op.calls("token").getLast();
    assertThat(call.parameters().names()).containsExactlyInAnyOrder("grant_type", "refresh_token");
    assertThat(client.op.violations()).isEmpty();
  }

  @Test
  @Proves("RT-01")
  void whatTheProviderDoesNotRepeatIsKept() {
    var login = client.isLoggedIn();
    client.op.rotatesRefreshTokens(false);
    client.op.spoilsTokenAnswers(
        body -> {
          var rest = body.copy();
          rest.remove("id_token");
          rest.remove("scope");
          return rest;
        });
    var tokens = renewed(client.refreshes(login));
    assertThat(tokens.refresh()).isEqualTo(login.tokens().refresh());
    assertThat(tokens.idToken()).isEqualTo(login.tokens().idToken());
    assertThat(tokens.scope()).isEqualTo(login.tokens().scope());
    assertThat(tokens.access()).isNotEqualTo(login.tokens().access());
  }

  /// `-refresh-token-invalid-issuer`, `-refresh-token-invalid-sub`.
  @Test
  @Proves("RT-07")
  void anIdTokenOfSomebodyElseEndsTheSession() {
    var wrong =
        List.<UnaryOperator<IdTokenDraft>>of(
            token -> token.claim("iss", "https://evil.example"),
            token -> token.claim("sub", "sub-bob"),
            token -> token.claim("aud", "other"),
            token -> token.claim("azp", "other"),
            token -> token.signed(Signing.BROKEN),
            token -> token.signed(Signing.NONE));
    for (var spoiler : wrong) {
      var login = client.isLoggedIn();
      client.op.spoilsIdTokens(spoiler);
      assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Revoked.class);
      client.op.spoilsIdTokens(token -> token);
    }
  }

  @Test
  @Proves("RT-07")
  void theNonceOfTheLoginIsNotAskedForAgain() {
    var login = client.isLoggedIn();
    client.op.spoilsIdTokens(token -> token.without("nonce"));
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
  }

  @Test
  @Proves({"RT-07", "JWKS-06"})
  void withoutKeysTheNewIdTokenIsDroppedButNotTheSession() {
    var login = client.isLoggedIn();
    client.clock.advance(Duration.ofDays(3)); // beyond what old keys are good for
    client.op.alwaysAt("jwks", Fault.status(500));
    var tokens = renewed(client.refreshes(login));
    assertThat(tokens.idToken()).isEqualTo(login.tokens().idToken());
    assertThat(tokens.refresh()).isNotEqualTo(login.tokens().refresh());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 401, 403})
  @Proves("RT-08")
  void invalidGrantMeansTheLoginIsOver(int status) {
    var login = client.isLoggedIn();
    client.op.nextAt("token", Fault.error(status, "invalid_grant"));
    assertThat(client.refreshes(login)).isEqualTo(new RefreshOutcome.Revoked("invalid_grant"));
  }

  @Test
  @Proves("RT-08")
  void anyOtherRefusalIsAboutTheGateway() {
    var login = client.isLoggedIn();
    client.op.nextAt("token", Fault.error(401, "invalid_client"), Fault.error(400, "new_error"));
    assertThat(client.refreshes(login)).isEqualTo(new RefreshOutcome.Rejected("invalid_client"));
    assertThat(client.refreshes(login)).isEqualTo(new RefreshOutcome.Rejected("other"));
    client.op.spoilsTokenAnswers(body -> body.copy().put("token_type", "mac"));
    assertThat(client.refreshes(login))
        .isEqualTo(new RefreshOutcome.Rejected("token_type_not_bearer"));
  }

  @Test
  @Proves("RT-08")
  void aProviderThatIsDownOrTalksNonsenseEndsNothing() {
    var login = client.isLoggedIn();
    for (var fault :
        List.of(
            Fault.error(500, "invalid_grant"),
            Fault.error(503, "invalid_grant"),
            Fault.error(429, "invalid_grant"),
            Fault.garbage(),
            new Fault.Drop(),
            new Fault.Flood(3 << 20),
            new Fault.Answer(502, Map.of(), "<html>"))) {
      client.op.nextAt("token", fault);
      assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Unavailable.class);
    }
    client.op.nextAt("token", Fault.retryAfter(503, 17));
    assertThat(client.refreshes(login))
        .isEqualTo(new RefreshOutcome.Unavailable(Duration.ofSeconds(17)));
  }

  @Test
  @Proves("RT-08")
  void aProviderThatRefusesConnectionsEndsNothing() {
    var login = client.isLoggedIn();
    client.op.goesDown();
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Unavailable.class);
    client.op.comesBack();
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Renewed.class);
  }

  @Test
  void withoutARefreshTokenThereIsNothingToAsk() {
    client.op.givesRefreshTokens(false);
    var login = client.isLoggedIn();
    assertThat(login.tokens().refresh()).isEqualTo(Optional.empty());
    assertThat(client.refreshes(login)).isEqualTo(new RefreshOutcome.Revoked("no_refresh_token"));
    assertThat(client.op.count("token", "refresh_token")).isZero();
  }

  // -- lost answers

  private static final Duration GRACE = Duration.ofSeconds(30);

  private void isKnownToBearReuse() {
    client.op.bearsReuse();
    client.configure(
        draft -> {
          draft.reuseGrace = GRACE;
          return draft;
        });
  }

  private int refreshes() {
    return client.op.count("token", "refresh_token");
  }

  @Test
  @Proves("RT-06")
  void aLostAnswerIsNotAskedForAgainByItself() {
    var login = client.isLoggedIn();
    client.op.nextAt("token", new Fault.LoseAnswer());
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Unavailable.class);
    assertThat(refreshes()).isEqualTo(1);
    assertThat(client.refreshes(login)).isEqualTo(new RefreshOutcome.Revoked("invalid_grant"));
  }

  @Test
  @Proves("RT-06")
  void aLostAnswerIsAskedForOnceMoreWhereTheProviderBearsIt() {
    isKnownToBearReuse();
    var login = client.isLoggedIn();
    client.op.nextAt("token", new Fault.LoseAnswer());
    var tokens = renewed(client.refreshes(login));
    assertThat(tokens.refresh()).isNotEqualTo(login.tokens().refresh());
    assertThat(refreshes()).isEqualTo(2);
    client.op.nextAt("token", new Fault.LoseAnswer(), new Fault.LoseAnswer());
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Unavailable.class);
    assertThat(refreshes()).isEqualTo(4);
  }

  @Test
  @Proves("RT-06")
  void anAnswerThatCameIsNotALostOne() {
    isKnownToBearReuse();
    var login = client.isLoggedIn();
    client.op.nextAt("token", Fault.status(503), Fault.garbage());
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Unavailable.class);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  @Proves("RT-06")
  void anAnswerLostForLongerThanTheGraceStaysLost() {
    isKnownToBearReuse();
    var login = client.isLoggedIn();
    client.op.spoilsTokenAnswers(
        body -> {
          client.clock.advance(GRACE);
          return body;
        });
    client.op.nextAt("token", new Fault.LoseAnswer());
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Unavailable.class);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  @Proves("RT-07")
  void newTokensDoNotWaitLongForTheKeysOfTheirIdToken() {
    client.configure(
        draft -> {
          draft.timeout = Duration.ofMinutes(1); // beyond the patience of this test
          return draft;
        });
    var login = client.isLoggedIn();
    client.clock.advance(Duration.ofDays(3)); // beyond what old keys are good for
    client.op.alwaysAt("jwks", new Fault.Hang());
    var tokens = renewed(client.refreshes(login));
    assertThat(tokens.idToken()).isEqualTo(login.tokens().idToken());
    assertThat(tokens.refresh()).isNotEqualTo(login.tokens().refresh());
  }

  // -- revocation

  private boolean revokes(RedeemOutcome.Granted login) {
    return Waiting.on(client.provider().revoke(login.tokens(), List.of()));
  }

  @Test
  @Proves({"REV-01", "REV-02"})
  void theRefreshTokenIsRevokedFirstThenTheAccessToken() {
    var login = client.isLoggedIn();
    assertThat(revokes(login)).isTrue();
    var hints =
        client.op.calls("revoke").stream().map(c -> c.parameters().get("token_type_hint")).toList();
    assertThat(hints).containsExactly("refresh_token", "access_token");
    assertThat(client.op.violations()).isEmpty();
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Revoked.class);
  }

  @Test
  @Proves("REV-02")
  void aTokenTypeTheProviderCannotRevokeIsFine() {
    var login = client.isLoggedIn();
    client.op.alwaysAt("revoke", Fault.error(400, "unsupported_token_type"));
    assertThat(revokes(login)).isTrue();
    assertThat(client.events).noneMatch(Event.RevocationFailed.class::isInstance);
  }

  @Test
  @Proves({"REV-02", "REV-03"})
  void whatWasPutOffIsAskedForAgainInTheBackground() {
    var login = client.isLoggedIn();
    client.op.nextAt("revoke", Fault.retryAfter(503, 1));
    assertThat(revokes(login)).isFalse();
    Waiting.until("the refresh token is revoked", () -> client.op.count("revoke") == 3);
    assertThat(client.op.calls("revoke").getLast().parameters().get("token_type_hint"))
        .isEqualTo("refresh_token");
  }

  @Test
  @Proves("REV-03")
  void aRefusalIsReportedAndNotRepeated() {
    var login = client.isLoggedIn();
    client.op.alwaysAt("revoke", Fault.error(401, "invalid_client"));
    assertThat(revokes(login)).isFalse();
    assertThat(client.op.count("revoke")).isEqualTo(2);
    assertThat(client.events).contains(new Event.RevocationFailed("main"));
  }
}

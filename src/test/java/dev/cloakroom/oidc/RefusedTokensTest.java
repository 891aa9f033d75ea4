package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of the tokens of a login that the provider has agreed to, and we have not.
@ExtendWith(VertxExtension.class)
class RefusedTokensTest {
  private final List<JsonObject> given = new CopyOnWriteArrayList<>();
  private Client client;

  @BeforeEach
  void opens(Vertx vertx) {
    client = new Client(vertx);
    keepsWhatIsGiven();
  }

  private void keepsWhatIsGiven() {
    client.op.spoilsTokenAnswers(
        body -> {
          given.add(body);
          return body;
        });
  }

  private void answers(String member, Object value) {
    client.op.spoilsTokenAnswers(
        body -> {
          given.add(body);
          return body.copy().put(member, value);
        });
  }

  private void lastOnesAreRevoked() {
    Waiting.until("both revoked", () -> client.op.count("revoke") == 2);
    var asked = client.op.calls("revoke");
    assertThat(asked.getFirst().parameters().get("token"))
        .isEqualTo(given.getLast().getString("refresh_token"));
    assertThat(asked.getFirst().parameters().get("token_type_hint")).isEqualTo("refresh_token");
    assertThat(asked.getLast().parameters().get("token"))
        .isEqualTo(given.getLast().getString("access_token"));
    assertThat(asked.getLast().parameters().get("token_type_hint")).isEqualTo("access_token");
  }

  static Stream<Named<Consumer<RefusedTokensTest>>> reasons() {
    return Stream.of(
        why("a nonce", it -> it.client.op.spoilsIdTokens(token -> token.claim("nonce", "another"))),
        why("a signature", it -> it.client.op.spoilsIdTokens(t -> t.signed(Signing.BROKEN))),
        why("no ID token", it -> it.answers("id_token", "")),
        why("the type", it -> it.answers("token_type", "mac")),
        why("no keys", it -> it.client.op.alwaysAt("jwks", Fault.status(503))),
        why(
            "UserInfo",
            it -> {
              it.client.configure(
                  draft -> {
                    draft.userinfo = true;
                    return draft;
                  });
              it.client.op.spoilsUserinfo(body -> body.put("sub", "sub-mallory"));
            }),
        why(
            "no details",
            it -> {
              it.answers("authorization_details", new JsonArray());
              it.client.configure(
                  draft -> {
                    var details = Optional.of("[{\"type\":\"account\"}]");
                    draft.resources = new Resources(List.of(), List.of(), details);
                    return draft;
                  });
            }),
        why(
            "a claim",
            it ->
                it.client.configure(
                    draft -> {
                      draft.dialect =
                          DialectTest.claims(Map.of(), Map.of("hd", List.of("example.com")));
                      return draft;
                    })));
  }

  private static Named<Consumer<RefusedTokensTest>> why(
      String name, Consumer<RefusedTokensTest> made) {
    return Named.of(name, made);
  }

  @ParameterizedTest
  @MethodSource("reasons")
  @Proves("REV-01")
  void theyAreRevoked(Consumer<RefusedTokensTest> made) {
    assertThat(client.metadata().revocation()).isPresent();
    made.accept(this);
    assertThat(client.logsIn()).isNotInstanceOf(RedeemOutcome.Granted.class);
    lastOnesAreRevoked();
    assertThat(client.events).noneMatch(Event.Fault.class::isInstance);
  }

  @Test
  void theAcrThatWasAskedForIsMissing() {
    assertThat(client.logsIn(Optional.empty(), List.of("gold")))
        .isInstanceOf(RedeemOutcome.Refused.class);
    lastOnesAreRevoked();
  }

  @Test
  void thoseOfALoginAreNot() {
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Granted.class);
    client.op.spoilsIdTokens(token -> token.claim("nonce", "another"));
    assertThat(client.logsIn()).isInstanceOf(RedeemOutcome.Refused.class);
    assertThat(given).hasSize(2);
    lastOnesAreRevoked();
  }

  @Test
  void nobodyWaitsForIt() {
    client.op.alwaysAt("revoke", new Fault.Hang());
    client.op.spoilsIdTokens(token -> token.claim("nonce", "another"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("id_token_nonce"));
    Waiting.until("asked", () -> client.op.count("revoke") == 1);
  }

  @Test
  void aProviderThatRevokesNothingIsNotAsked() {
    client.op.spoilsMetadata(
        document -> {
          document.remove("revocation_endpoint");
          return document;
        });
    client.op.spoilsIdTokens(token -> token.claim("nonce", "another"));
    assertThat(client.logsIn()).isEqualTo(new RedeemOutcome.Refused("id_token_nonce"));
    assertThat(client.op.count("revoke")).isZero();
    assertThat(client.events).noneMatch(Event.Fault.class::isInstance);
  }

  @Test
  void soAreThoseThatARefreshBroughtForSomebodyElse() {
    var login = client.isLoggedIn();
    client.op.spoilsIdTokens(token -> token.claim("sub", "sub-mallory"));
    assertThat(client.refreshes(login)).isInstanceOf(RefreshOutcome.Revoked.class);
    assertThat(Objects.requireNonNull(given.getLast().getString("access_token")))
        .isNotEqualTo(login.tokens().access().reveal());
    lastOnesAreRevoked();
  }
}

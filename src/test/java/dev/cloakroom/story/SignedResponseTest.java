package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.ProviderSettings.ResponseMode;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonArray;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The provider signs its answers at the redirect URI (JARM), and nothing unsigned is read.
class SignedResponseTest {
  @RegisterExtension
  final World world = new World(config -> config.answeredBy(ResponseMode.QUERY_JWT));

  @Test
  @Proves("CB-16")
  void aliceLogsIn() {
    var alice = world.alice().logsIn("/orders");
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().calls("authorize").getFirst().parameters().get("response_mode"))
        .isEqualTo("query.jwt");
  }

  @Test
  @Proves("CB-16")
  void aliceLogsInByAPost() {
    world.restartsInPlace(config -> config.answeredBy(ResponseMode.FORM_POST_JWT));
    world.alice().logsIn().fetches("/api/orders").answers(200);
  }

  static Stream<Arguments> spoiled() {
    return Stream.of(
        spoiled("response_issuer", draft -> draft.without("iss")),
        spoiled("response_issuer", draft -> draft.claim("iss", "https://evil.test")),
        spoiled("response_audience", draft -> draft.without("aud")),
        spoiled("response_audience", draft -> draft.claim("aud", "somebody-else")),
        spoiled(
            "response_audience",
            draft -> draft.claim("aud", JsonArray.of(draft.claims().getString("aud"), "another"))),
        spoiled("response_expiry", draft -> draft.without("exp")),
        spoiled("response_expiry", draft -> draft.claim("exp", 1)),
        spoiled("response_signature_invalid", draft -> draft.signed(Signing.BROKEN)),
        spoiled("response_signature_invalid", draft -> draft.signed(Signing.FOREIGN_KEY)),
        spoiled("response_algorithm_not_allowed", draft -> draft.signed(Signing.HS256_WITH_SECRET)),
        spoiled(
            "response_algorithm_not_allowed", draft -> draft.signed(Signing.HS256_WITH_PUBLIC_KEY)),
        spoiled("response_type_not_allowed", draft -> draft.typ("logout+jwt")));
  }

  private static Arguments spoiled(String reason, UnaryOperator<IdTokenDraft> spoiler) {
    return Arguments.of(reason, spoiler);
  }

  @ParameterizedTest
  @MethodSource("spoiled")
  @Proves("CB-16")
  void whatIsWrongWithTheSignedAnswerEndsTheLogin(
      String reason, UnaryOperator<IdTokenDraft> spoiler) {
    world.provider().spoilsSignedResponses(spoiler);
    isRejected(reason);
  }

  private void isRejected(String reason) {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    var page = alice.finishesLogin(alice.tab(), alice.tab().page());
    page.shows(400, "login_rejected");
    assertThat(alice.session()).isEmpty();
    assertThat(world.provider().count("token")).isZero();
    assertThat(world.events(Event.LoginRejected.class))
        .extracting(Event.LoginRejected::reason)
        .containsExactly(reason);
  }

  /// Without a signature there is no state in it that could find the attempt, either.
  @Test
  @Proves("CB-16")
  void algNoneIsNoAnswer() {
    world.provider().spoilsSignedResponses(draft -> draft.signed(Signing.NONE));
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    alice.finishesLogin(alice.tab(), alice.tab().page()).shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isZero();
  }

  @Test
  @Proves("CB-16")
  void anUnsignedAnswerToAnAttemptThatWantsASignedOneIsRefused() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    var state = world.provider().calls("authorize").getFirst().parameters().get("state");
    alice.navigates("/auth/callback?code=stolen&state=" + state).shows(400, "login_rejected");
    assertThat(world.provider().count("token")).isZero();
    assertThat(world.events(Event.LoginRejected.class))
        .extracting(Event.LoginRejected::reason)
        .containsExactly("response_not_signed");
  }
}

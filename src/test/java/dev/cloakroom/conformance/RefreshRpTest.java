package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The cases with a refresh token.
class RefreshRpTest {
  @RegisterExtension final World world = new World();

  private Browser logsInAndWaits() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders").answers(200);
    world.clock().advance(Duration.ofMinutes(5));
    return alice;
  }

  @Test
  @RpCase("oidcc-client-test-refresh-token")
  void aRefreshedTokenIsTheUsers() {
    var alice = logsInAndWaits();
    var before = world.upstream().last().bearer();
    alice.fetches("/api/orders").answers(200);
    var after = world.upstream().last().bearer();
    assertThat(after).isNotEqualTo(before);
    assertThat(world.provider().userOf(after)).isEqualTo("alice");
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
  }

  @Test
  @RpCase("oidcc-client-test-refresh-token-invalid-issuer")
  void aRefreshedTokenOfAnotherIssuerIsNotUsed() {
    isNotUsed(token -> token.claim("iss", "https://evil.test"));
  }

  @Test
  @RpCase("oidcc-client-test-refresh-token-invalid-sub")
  void aRefreshedTokenOfSomebodyElseIsNotUsed() {
    isNotUsed(token -> token.claim("sub", "sub-bob"));
  }

  private void isNotUsed(UnaryOperator<IdTokenDraft> spoiler) {
    var alice = logsInAndWaits();
    world.provider().spoilsIdTokens(spoiler);
    alice.fetches("/api/orders").answers(401);
    assertThat(alice.isLoggedIn()).isFalse();
    assertThat(world.upstream().calls()).hasSize(1);
  }
}

package dev.cloakroom.login;

import static dev.cloakroom.login.LoginScene.parameters;
import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.RedeemOutcome;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SessionStore.Lookup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// An answer is taken for the attempt it belongs to, once, and in time.
class AttemptStateTest {
  private final LoginScene login = new LoginScene();

  @Test
  @Proves({"STATE-01", "CB-01"})
  void aForeignStateReachesNoProvider() {
    var started = login.starts();
    login.isMismatch(login.returns(Optional.empty(), parameters("code", "c")));
    login.isMismatch(login.returns(Optional.empty(), parameters("code", "c", "state", "")));
    login.isMismatch(
        login.returns(Optional.empty(), parameters("code", "c", "state", "x".repeat(65_536))));
    login.isMismatch(login.returns(Optional.empty(), parameters()));
    login.isMismatch(login.returns(Optional.empty(), parameters("error", "access_denied")));
    assertThat(login.reasons()).hasSize(5).containsOnly("STATE_MISMATCH");
    assertThat(login.returns(started, "code", "c")).isInstanceOf(LoginOutcome.SignedIn.class);
  }

  @Test
  @Proves({"STATE-01", "CB-01"})
  void anotherBrowsersStateReachesNoProvider() {
    var started = login.starts();
    login.jar.clear();
    var _ = login.starts();
    login.isMismatch(login.returns(started, "code", "c"));
  }

  @Test
  @Proves({"CB-01", "CK-07"})
  void anAttemptIsGoodForTenMinutes() {
    var tooLate = login.starts();
    login.clock.advance(Duration.ofMinutes(10));
    login.isMismatch(login.returns(tooLate, "code", "c"));
    var inTime = login.starts();
    login.clock.advance(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(login.returns(inTime, "code", "c")).isInstanceOf(LoginOutcome.SignedIn.class);
  }

  @Test
  @Proves({"STATE-02", "PKCE-06", "CB-11"})
  void anAttemptIsUsedOnceWhateverComesOfIt() {
    var started = login.starts();
    var cookies = List.copyOf(login.jar);
    login.main.redeemsWith(new RedeemOutcome.Unavailable(Duration.ofSeconds(1)));
    assertThat(login.returns(started, "code", "c")).isInstanceOf(LoginOutcome.TryLater.class);
    login.jar.addAll(cookies); // a browser that keeps cookies
    assertThat(login.returns(started, "code", "c"))
        .isEqualTo(new LoginOutcome.StateMismatch(Optional.of(cookies.getFirst().name())));
    assertThat(login.main.redeemed()).hasSize(1);
    assertThat(login.reasons()).containsExactly("PROVIDER_UNAVAILABLE", "ATTEMPT_REUSED");
  }

  @Test
  @Proves({"CK-09", "CK-12", "CB-14"})
  void ofTwoLoginsBegunWithoutASessionTheLaterEndsTheEarlier() {
    var first = login.starts();
    var second = login.starts();
    var earlier = ((LoginOutcome.SignedIn) login.returns(first, "code", "c")).id();
    login.came = Optional.of(earlier.key());
    var later = ((LoginOutcome.SignedIn) login.returns(second, "code", "d")).id();
    assertThat(on(login.store.find(earlier, false))).isEqualTo(new Lookup.Gone(EndCause.REPLACED));
    assertThat(on(login.store.find(later, false))).isInstanceOf(Lookup.Live.class);
  }
}

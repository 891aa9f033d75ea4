package dev.cloakroom.login;

import static dev.cloakroom.login.LoginScene.query;
import static dev.cloakroom.login.LoginScene.signedIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Discovery;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What `/auth/login` may ask for, and what comes of it.
class LoginBeginningTest {
  private final LoginScene login = new LoginScene();

  @Test
  @Proves("AZ-06")
  void aLoginLeadsToTheAddressItWasStartedFor() {
    var started = login.starts("return_to", "/app?x=1#/deep/link");
    assertThat(started.redirect().location()).startsWith("https://main.test/authorize?");
    var done = signedIn(login.returns(started, "code", "c"));
    assertThat(done.returnTo()).isEqualTo("/app?x=1#/deep/link");
    assertThat(signedIn(login.returns(login.starts(), "code", "c")).returnTo()).isEqualTo("/");
  }

  @Test
  @Proves("AZ-06")
  void anAddressElsewhereIsRefusedWithoutARedirect() {
    for (var address : List.of("//evil.test", "/\\evil.test", "https://evil.test", "", "/api/x")) {
      assertThat(login.begins(Optional.empty(), false, "return_to", address))
          .isEqualTo(new BeginOutcome.InvalidReturnTo());
      assertThat(login.begins(Optional.empty(), true, "return_to", address))
          .isEqualTo(new BeginOutcome.InvalidReturnTo());
    }
    assertThat(login.events.of(Event.LoginStarted.class)).isEmpty();
  }

  @Test
  @Proves("AZ-04")
  void onlyListedParametersTravelAndNoneFromAnotherSite() {
    assertThat(login.starts("kc_idp_hint", "google").query())
        .containsEntry("kc_idp_hint", "google");
    assertThat(login.begins(Optional.empty(), false, "scope", "admin"))
        .isEqualTo(new BeginOutcome.InvalidParameter("scope"));
    assertThat(login.begins(Optional.empty(), false, "provider", "nobody"))
        .isEqualTo(new BeginOutcome.InvalidParameter("provider"));
    var fromElsewhere =
        (BeginOutcome.Redirect)
            login.begins(
                Optional.empty(),
                true,
                "provider",
                "other",
                "prompt",
                "none",
                "scope",
                "admin",
                "prompt",
                "login");
    assertThat(query(fromElsewhere.location())).doesNotContainKeys("prompt", "scope");
    assertThat(fromElsewhere.location()).startsWith("https://other.test/");
  }

  @Test
  @Proves("AZ-05")
  void theGatewaysOwnParametersComeOnceToo() {
    assertThat(login.begins(Optional.empty(), false, "return_to", "/a", "return_to", "/b"))
        .isEqualTo(new BeginOutcome.InvalidParameter("return_to"));
    assertThat(login.begins(Optional.empty(), true, "provider", "main", "provider", "main"))
        .isEqualTo(new BeginOutcome.InvalidParameter("provider"));
  }

  @Test
  void aProviderThatCannotBeUsedIsSaidSo() {
    login.main.discovers(new Discovery.Unreachable(Duration.ofSeconds(3)));
    assertThat(login.begins(Optional.empty(), false))
        .isEqualTo(new BeginOutcome.TryLater(Duration.ofSeconds(3)));
    login.main.discovers(new Discovery.Unusable("no S256"));
    assertThat(login.begins(Optional.empty(), false)).isEqualTo(new BeginOutcome.Unusable());
  }

  @Test
  @Proves({"PKCE-04", "STATE-01", "STATE-04"})
  void everyAttemptHasSecretsOfItsOwn() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      login.jar.clear();
      var started = login.starts();
      for (var name : List.of("state", "nonce", "code_challenge")) {
        assertThat(started.sent(name)).matches("[A-Za-z0-9_-]{43}");
        assertThat(seen.add(started.sent(name))).isTrue();
        assertThat(seen.add(started.sent(name).substring(0, 8))).as("no common prefix").isTrue();
      }
    }
  }

  @Test
  @Proves("CK-19")
  void beginningLeavesNothingOnTheServer() {
    for (int i = 0; i < 100; i++) {
      var _ = login.starts();
    }
    assertThat(login.store.size()).isZero();
  }
}

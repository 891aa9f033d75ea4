package dev.cloakroom.login;

import static dev.cloakroom.login.LoginScene.parameters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Dialect.ErrorAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the provider answers at the redirect URI.
class LoginResponseTest {
  private final LoginScene login = new LoginScene();

  @Test
  @Proves("CB-03")
  void aRepeatedParameterIsRefusedBeforeTheProviderIsAsked() {
    for (var name : List.of("state", "code", "iss", "error")) {
      var started = login.starts();
      var parameters =
          parameters("code", "c", "state", started.sent("state"), name, started.sent("state"));
      if (parameters.getAll(name).size() == 1) {
        parameters.add(name, "again");
      }
      var outcome = login.returns(Optional.empty(), parameters);
      assertThat(outcome).isInstanceOf(LoginOutcome.Rejected.class);
    }
    assertThat(login.main.redeemed()).isEmpty();
    assertThat(login.reasons()).hasSize(4).containsOnly("PARAMETER_REPEATED");
  }

  @Test
  @Proves({"CB-02", "CB-04"})
  void anErrorWinsOverACodeAndOnlyItsRegisteredNameIsSaid() {
    var denied = login.starts("return_to", "/a");
    assertThat(
            login.returns(
                denied, "code", "c", "error", "access_denied", "error_description", "<b>"))
        .isEqualTo(
            new LoginOutcome.Rejected(
                Optional.of("access_denied"), "/a", denied.redirect().attempt().name()));
    var strange = login.starts();
    assertThat(((LoginOutcome.Rejected) login.returns(strange, "error", "<script>")).error())
        .contains("other");
    assertThat(login.main.redeemed()).isEmpty();
  }

  @Test
  @Proves({"CB-05", "CB-07", "CB-08"})
  void anotherIssuersAnswerIsRefused() {
    for (var issuer :
        List.of("https://other.test", "https://main.test/", "https://MAIN.test", "")) {
      assertThat(
              ((LoginOutcome.Rejected) login.returns(login.starts(), "code", "c", "iss", issuer))
                  .error())
          .isEmpty();
      assertThat(
              ((LoginOutcome.Rejected)
                      login.returns(login.starts(), "error", "access_denied", "iss", issuer))
                  .error())
          .isEmpty();
    }
    assertThat(login.main.redeemed()).isEmpty();
    assertThat(login.reasons()).hasSize(8).containsOnly("ISSUER_MISMATCH");
    assertThat(login.returns(login.starts(), "code", "c", "iss", "https://main.test"))
        .isInstanceOf(LoginOutcome.SignedIn.class);
  }

  @Test
  @Proves("CB-06")
  void aProviderThatAlwaysSaysWhoItIsMustSayIt() {
    assertThat(login.returns(login.starts("provider", "other"), "code", "c"))
        .isInstanceOf(LoginOutcome.Rejected.class);
    assertThat(login.reasons()).containsExactly("ISSUER_MISSING");
    assertThat(login.other.redeemed()).isEmpty();
  }

  @Test
  @Proves("AZ-02")
  void aProvidersOwnCallbackTakesOnlyItsOwnAttempts() {
    var started = login.starts();
    login.isMismatch(
        login.returns(
            Optional.of("other"), parameters("code", "c", "state", started.sent("state"))));
    assertThat(login.reasons()).containsExactly("PROVIDER_MISMATCH");
    var again = login.starts();
    assertThat(
            login.returns(
                Optional.of("main"), parameters("code", "c", "state", again.sent("state"))))
        .isInstanceOf(LoginOutcome.SignedIn.class);
  }

  private static Dialect acting(Map<String, ErrorAction> actions) {
    var none = Dialect.none();
    return new Dialect(
        none.tenants(),
        none.discovery(),
        none.idToken(),
        none.tokenScope(),
        none.claimSources(),
        none.requiredClaims(),
        none.endSession(),
        actions);
  }

  /// Azure AD B2C tells "cancelled" and "forgot the password" by codes of its own.
  @Test
  @Proves("CB-02")
  void aCodeOfTheProvidersOwnSaysHowToGoOn() {
    login.main.speaks(
        acting(
            Map.of("B2C-91", new ErrorAction.Back(), "B2C-118", new ErrorAction.LoginAt("other"))));
    var first = login.starts("return_to", "/orders");
    assertThat(login.returns(first, "error", "access_denied", "error_description", "B2C-91: no"))
        .isEqualTo(new LoginOutcome.GoneBack("/orders", first.redirect().attempt().name()));
    var second = login.starts("return_to", "/orders");
    assertThat(
            login.returns(second, "error", "access_denied", "error_description", "B2C-118: forgot"))
        .isEqualTo(new LoginOutcome.GoOn("other", "/orders", second.redirect().attempt().name()));
    assertThat(
            login.returns(second, "error", "access_denied", "error_description", "B2C-118: forgot"))
        .isInstanceOf(LoginOutcome.StateMismatch.class);
    assertThat(login.main.redeemed()).isEmpty();
  }
}

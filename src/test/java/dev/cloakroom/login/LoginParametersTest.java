package dev.cloakroom.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

@Proves("AZ-04")
class LoginParametersTest {
  private static final Set<String> ALLOWED =
      Set.of("prompt", "login_hint", "acr_values", "max_age", "ui_locales", "kc_idp_hint");

  private static LoginParameters check(String name, String... values) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (var value : values) {
      parameters.add(name, value);
    }
    return LoginParameters.check(parameters, ALLOWED);
  }

  private static void passes(String name, String value) {
    assertThat(check(name, value)).isEqualTo(new LoginParameters.Accepted(Map.of(name, value)));
  }

  private static void isRefused(String name, String... values) {
    assertThat(check(name, values)).isEqualTo(new LoginParameters.Refused(name));
  }

  @Test
  void whatTheProviderListsMayTravel() {
    passes("prompt", "login");
    passes("prompt", "login consent");
    passes("login_hint", "alice@example.com");
    passes("acr_values", "urn:mace:silver gold");
    passes("max_age", "0");
    passes("ui_locales", "de-CH fr");
    passes("kc_idp_hint", "google");
  }

  @Test
  void theProtocolsOwnParametersNeverTravelWhateverTheListSays() {
    for (var name : LoginParameters.PROTOCOL) {
      var parameters = MultiMap.caseInsensitiveMultiMap().add(name, "x");
      assertThat(LoginParameters.check(parameters, Set.of(name)))
          .isEqualTo(new LoginParameters.Refused(name));
    }
  }

  @Test
  void whatNobodyListsIsRefused() {
    isRefused("audience", "x");
    isRefused("Prompt", "login"); // a provider tells names by case
    isRefused("", "x");
  }

  @Test
  @Proves("AZ-05")
  void noParameterTravelsTwice() {
    isRefused("prompt", "login", "login");
    isRefused("login_hint", "a", "b");
  }

  @Test
  void valuesAreOfASensibleForm() {
    isRefused("prompt", "none login");
    isRefused("prompt", "nothing");
    isRefused("prompt", "");
    isRefused("max_age", "-1");
    isRefused("max_age", "1e3");
    isRefused("max_age", "٣");
    isRefused("max_age", "9999999999");
    isRefused("acr_values", "");
    isRefused("acr_values", "a  b");
    isRefused("acr_values", "a ".repeat(11) + "a");
    isRefused("login_hint", "a\r\nb");
    isRefused("login_hint", "a".repeat(513));
    isRefused("login_hint", "");
  }

  @Test
  @Proves({"AZ-12", "AZ-13"})
  void whatTheIdTokenMustShowIsRemembered() {
    var parameters =
        MultiMap.caseInsensitiveMultiMap().add("max_age", "300").add("acr_values", "gold silver");
    var accepted = (LoginParameters.Accepted) LoginParameters.check(parameters, ALLOWED);
    assertThat(accepted.maxAge()).contains(Duration.ofMinutes(5));
    assertThat(accepted.acrValues()).containsExactly("gold", "silver");
  }
}

package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import dev.cloakroom.world.WorldConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The plan "Form Post RP": the same, with answers that the browser posts.
class FormPostRpTest extends BasicRpContract {
  FormPostRpTest() {
    super(WorldConfig::formPost);
  }

  @Test
  @RpCase("oidcc-client-test-form-post-error")
  void anErrorThatIsPostedIsShown() {
    var provider = world.provider();
    provider.spoilsResponses(
        response ->
            Map.of(
                "error",
                "login_required",
                "state",
                response.get("state"),
                "iss",
                response.get("iss")));
    var tab = world.alice().tab();
    tab.navigates("/auth/login?prompt=none&max_age=0").answers(200);
    var page = tab.clicks().shows(400, "login_rejected");
    assertThat(page.method()).isEqualTo("POST");
    assertThat(page.text()).contains("login_required");
    var asked = provider.calls("authorize").getFirst().parameters();
    assertThat(asked.get("response_mode")).isEqualTo("form_post");
    assertThat(asked.get("prompt") + asked.get("max_age")).isEqualTo("none0");
    assertThat(provider.count("token")).isZero();
  }
}

package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The plan "Basic RP".
class BasicRpTest extends BasicRpContract {
  BasicRpTest() {
    super(UnaryOperator.identity());
  }

  @Test
  @RpCase("oidcc-client-test-client-secret-basic")
  void theSecretGoesByHttpBasic() {
    world.alice().logsIn();
    var call = world.provider().calls("token").getFirst();
    assertThat(call.headers().get("Authorization")).startsWith("Basic ");
    assertThat(call.parameters().names()).doesNotContain("client_id", "client_secret");
  }
}

package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The comprehensive plan's case for a gateway that takes ES256 as well.
class SignaturesRpTest {
  @RegisterExtension final World world = new World(config -> config.idTokenAlgs("RS256", "ES256"));

  @Test
  @RpCase("oidcc-client-test-invalid-sig-es256")
  void aBrokenEllipticSignatureIsRefused() {
    world.provider().spoilsIdTokens(token -> token.signed(Signing.ES256));
    world.alice().logsIn();
    world.provider().spoilsIdTokens(token -> token.signed(Signing.BROKEN_ES256));
    var bob = world.browser("bob");
    bob.startsLogin(bob.tab(), "/");
    bob.finishesLogin(bob.tab(), bob.tab().page()).shows(400, "login_rejected");
    assertThat(world.events(Event.LoginRejected.class))
        .extracting(Event.LoginRejected::reason)
        .containsExactly("id_token_signature_invalid");
    assertThat(bob.session()).isEmpty();
  }
}

package dev.cloakroom.session.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SessionKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void anEndOfACauseNobodyKnowsIsAnEnd() {
    assertThat(Messages.tombstone("OF_A_LATER_VERSION 20", 10)).contains(EndCause.LOGOUT);
    assertThat(Messages.tombstone("ADMIN 20", 10)).contains(EndCause.ADMIN);
    assertThat(Messages.tombstone("ADMIN 20", 20)).as("forgotten").isEmpty();
    assertThat(Messages.tombstone("ADMIN soon", 10)).as("nonsense").isEmpty();
  }

  @Test
  void whatNobodyUnderstandsIsPassedOver() {
    var key = SessionKey.of(new byte[32]);
    assertThat(Messages.parse("R " + key.value() + " 3"))
        .isEqualTo(new Messages.Replacement(key, 3));
    for (var text : List.of("", "R", "R key 3", "R " + key.value() + " x", "E key ADMIN open")) {
      assertThat(Messages.parse(text)).as(text).isEqualTo(new Messages.Unknown());
    }
  }
}

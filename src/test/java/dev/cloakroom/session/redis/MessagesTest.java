package dev.cloakroom.session.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.session.EndCause;
import org.junit.jupiter.api.Test;

class MessagesTest {
  @Test
  void anEndOfACauseNobodyKnowsIsAnEnd() {
    assertThat(Messages.tombstone("OF_A_LATER_VERSION 20", 10)).contains(EndCause.LOGOUT);
    assertThat(Messages.tombstone("ADMIN 20", 10)).contains(EndCause.ADMIN);
    assertThat(Messages.tombstone("ADMIN 20", 20)).as("forgotten").isEmpty();
    assertThat(Messages.tombstone("ADMIN soon", 10)).as("nonsense").isEmpty();
  }
}

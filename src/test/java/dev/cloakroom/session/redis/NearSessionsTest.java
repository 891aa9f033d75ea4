package dev.cloakroom.session.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.redis.NearSessions.Near;
import dev.cloakroom.world.TestClock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// An answer may be overtaken by the message that makes it out of date.
class NearSessionsTest {
  private final TestClock clock = new TestClock();
  private final NearSessions near = new NearSessions(10, Duration.ZERO, clock);
  private final SessionId id = SessionId.draw(FrontEnd.ONLY, Entropy.secure());

  private Near read(Session session) {
    return new Near(session, id, clock.millis() + 60_000);
  }

  private Session session() {
    var now = clock.instant();
    return new Session(
        id.key(),
        FrontEnd.ONLY,
        "handle",
        "main",
        new Identity("https://id.test", "alice", Optional.empty()),
        "{}",
        tokens("first"),
        now,
        now.plusSeconds(3_600),
        Optional.of(now),
        Optional.empty(),
        "",
        0);
  }

  private Tokens tokens(String access) {
    var now = clock.instant();
    return new Tokens(
        Secret.of(access), Optional.empty(), Optional.empty(), Set.of(), now, now.plusSeconds(60));
  }

  @Test
  @Proves("SES-10")
  void whatWasReadBeforeTheMessageOfItsEndIsNotRemembered() {
    for (var cause : EndCause.values()) {
      var fresh = new NearSessions(10, Duration.ZERO, clock);
      var _ = fresh.end(id.key(), cause);
      fresh.put(read(session()));
      assertThat(fresh.get(id.key())).as(cause.name()).isNull();
    }
  }

  @Test
  void whatWasReadBeforeTheMessageOfNewerTokensIsNotRemembered() {
    var old = session();
    near.replaced(id.key(), 1);
    near.put(read(old));
    assertThat(near.get(id.key())).isNull();
    var next = old.with(tokens("next"));
    near.put(read(next));
    assertThat(near.get(id.key())).extracting(Near::session).isEqualTo(next);
    near.put(read(old));
    assertThat(near.get(id.key())).extracting(Near::session).isEqualTo(next);
  }

  @Test
  void whatIsRememberedIsOutOfDateWithTheMessageOfNewerTokens() {
    near.put(read(session()));
    near.replaced(id.key(), 0);
    assertThat(near.get(id.key())).isNotNull();
    near.replaced(id.key(), 1);
    assertThat(near.get(id.key())).isNull();
    assertThat(near.held(id.key())).as("for its end").isPresent();
  }
}

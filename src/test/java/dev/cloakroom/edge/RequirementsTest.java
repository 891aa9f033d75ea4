package dev.cloakroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Case;
import dev.cloakroom.identity.KnownClaims;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private final Requirements requirements =
      new Requirements(new Surface("https", Set.of("app.test"), "/auth", Set.of(), false));

  private static Session session(String claims, Optional<Instant> authTime, Optional<String> acr) {
    return new Session(
        SessionKey.of(new byte[32]),
        FrontEnd.ONLY,
        "handle",
        "main",
        new Identity("https://id.test", "alice", Optional.empty()),
        claims,
        new Tokens(
            Secret.of("access"),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            NOW,
            NOW.plusSeconds(60)),
        NOW,
        NOW.plusSeconds(3600),
        authTime,
        acr,
        "Firefox on Linux",
        0);
  }

  private Optional<ProblemCode> check(Route.Requirement require, Session session) {
    return requirements.check(require, session, CLOCK).map(Problem::code);
  }

  private static boolean isShown(Route.Requirement require, String claims) {
    var session = session(claims, Optional.empty(), Optional.empty());
    return Requirements.isShown(require, new KnownClaims(session)::value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"groups\":\"ADMIN\"}",
        "{\"groups\":\" admin\"}",
        "{\"groups\":\"x,admin\"}",
        "{\"groups\":[\"x,admin\"]}",
        "{\"groups\":[[\"admin\"]]}",
        "{\"groups\":{\"admin\":true}}",
        "{\"groups\":1}",
        "{\"groups\":null}",
        "{\"groups\":\"\\u0430dmin\"}"
      })
  @Case("T99")
  void aClaimMustFitExactly(String claims) {
    var admins =
        new Route.Requirement(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(new Route.ClaimRule("groups", List.of("admin", "1"))));
    assertThat(isShown(admins, claims)).isFalse();
    for (var fitting : new String[] {"{\"groups\":\"admin\"}", "{\"groups\":[\"x\",\"admin\"]}"}) {
      assertThat(isShown(admins, fitting)).isTrue();
    }
  }

  @Test
  void anOldOrWeakLoginMustStepUp() {
    var require =
        new Route.Requirement(
            Optional.empty(), Optional.of("gold"), Optional.of(Duration.ofMinutes(5)), List.of());
    var fresh = Optional.of(NOW.minusSeconds(60));
    assertThat(check(require, session("{}", fresh, Optional.of("gold")))).isEmpty();
    assertThat(check(require, session("{}", fresh, Optional.of("silver"))))
        .contains(ProblemCode.STEP_UP_REQUIRED);
    assertThat(check(require, session("{}", fresh, Optional.empty())))
        .contains(ProblemCode.STEP_UP_REQUIRED);
    assertThat(check(require, session("{}", Optional.empty(), Optional.of("gold"))))
        .contains(ProblemCode.STEP_UP_REQUIRED);
    assertThat(
            requirements.check(
                require,
                session("{}", Optional.of(NOW.minusSeconds(600)), Optional.of("gold")),
                CLOCK))
        .hasValueSatisfying(
            problem ->
                assertThat(problem.loginUrl())
                    .contains("/auth/login?acr_values=gold&max_age=300&provider=main"));
  }
}

package dev.cloakroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProblemTest {
  @Test
  @Proves("ERR-01")
  void everyCodeHasATypeOfItsOwn() {
    assertThat(ProblemCode.SESSION_EXPIRED.type())
        .isEqualTo("urn:cloakroom:problem:session-expired");
    assertThat(ProblemCode.SESSION_EXPIRED.code()).isEqualTo("session_expired");
    assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::type).distinct())
        .hasSize(ProblemCode.values().length);
  }

  @Test
  @Proves("ERR-03")
  void fourReasonsAskForALogin() {
    assertThat(
            Arrays.stream(ProblemCode.values())
                .filter(code -> code.status() == 401)
                .map(ProblemCode::code))
        .containsExactlyInAnyOrderElementsOf(
            Set.of("login_required", "session_expired", "session_ended", "step_up_required"));
  }

  @Test
  @Proves("ERR-06")
  void retryAfterIsInWholeSecondsAndNeverZero() {
    var problem = Problem.of(ProblemCode.PROVIDER_UNAVAILABLE);
    assertThat(problem.retryAfter(Duration.ZERO).headers()).containsEntry("Retry-After", "1");
    assertThat(problem.retryAfter(Duration.ofMillis(1500)).headers())
        .containsEntry("Retry-After", "2");
  }

  @Test
  @Proves("ERR-04")
  void aPageShowsOnlyFixedTextAndEscapesIt() {
    var pages = new Pages(new Surface("https", Set.of("app.test"), "/auth", Set.of(), false));
    var problem =
        Problem.of(ProblemCode.LOGIN_REJECTED)
            .withDetail("<script>alert(1)</script>")
            .withLoginUrl("/auth/login?return_to=\"><script>");
    assertThat(pages.of(problem, "0af7"))
        .doesNotContain("<script>")
        .contains("login_rejected", "0af7", "Sign in again", "Go to the app");
  }

  @Test
  @Proves("ERR-02")
  void whoeverNeverSignedInIsNotToldOfAnEnd() {
    var pages = new Pages(new Surface("https", Set.of("app.test"), "/auth", Set.of(), false));
    assertThat(pages.of(Problem.of(ProblemCode.LOGIN_REQUIRED), "0af7"))
        .contains("You are not signed in.", ">Sign in</a>")
        .doesNotContain("again", "expired", "ended");
    assertThat(pages.of(Problem.of(ProblemCode.SESSION_EXPIRED), "0af7"))
        .contains("The session is over.", ">Sign in again</a>");
    assertThat(pages.of(Problem.of(ProblemCode.SESSION_ENDED), "0af7"))
        .contains("The session was ended.", ">Sign in again</a>");
  }
}

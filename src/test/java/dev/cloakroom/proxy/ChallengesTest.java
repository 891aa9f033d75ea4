package dev.cloakroom.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer | Bearer",
        "Bearer realm=\"a, Basic b\" | Bearer realm=\"a, Basic b\"",
        "Basic realm=\"x\", Bearer a=\"1\", b=2 | Bearer a=\"1\", b=2",
        "Bearer a=1, b=\"x\\\", Basic y\", DIGEST qop=\"auth,auth-int\", c=3, DPoP algs=\"ES256\" |"
            + " Bearer a=1, b=\"x\\\", Basic y\", DPoP algs=\"ES256\"",
        ", ,negotiate abc==, Bearer | Bearer",
        "NTLM, Newauth realm = \"apps\", type=1 | Newauth realm = \"apps\", type=1",
      })
  @Proves("PX-12")
  void challengesThatPromptAreTakenOut(String value, String rest) {
    assertThat(Challenges.withoutPrompts(value)).isEqualTo(rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic", "basic realm=\"x\"", "Negotiate, NTLM", "Negotiate YII=, Kerberos"})
  @Proves("PX-12")
  void nothingRemainsWhereAllPrompt(String value) {
    assertThat(Challenges.withoutPrompts(value)).isNull();
  }

  @Test
  void onlyAnInvalidTokenOfABearerSchemeCounts() {
    assertThat(Challenges.isInvalidToken(List.of("Bearer realm=\"x\", error=\"invalid_token\"")))
        .isTrue();
    assertThat(Challenges.isInvalidToken(List.of("Basic realm=\"y\", dpop error=invalid_token")))
        .isTrue();
    assertThat(Challenges.isInvalidToken(List.of("Bearer error=\"insufficient_scope\""))).isFalse();
    assertThat(Challenges.isInvalidToken(List.of("Basic error=\"invalid_token\""))).isFalse();
    assertThat(Challenges.isInvalidToken(List.of("Bearer realm=\"error=invalid_token\"")))
        .isFalse();
    assertThat(Challenges.isInvalidToken(List.of("Bearer"))).isFalse();
  }
}

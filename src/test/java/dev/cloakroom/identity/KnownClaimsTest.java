package dev.cloakroom.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionKey;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownClaimsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private static KnownClaims claims(String shown, Optional<String> idToken) {
    return new KnownClaims(
        new Session(
            SessionKey.of(new byte[32]),
            FrontEnd.ONLY,
            "handle",
            "main",
            new Identity("https://id.test", "alice", Optional.of("provider-sid")),
            shown,
            new Tokens(
                Secret.of("access"),
                Optional.empty(),
                idToken.map(Secret::of),
                Set.of(),
                NOW,
                NOW.plusSeconds(60)),
            NOW,
            NOW.plusSeconds(3600),
            Optional.empty(),
            Optional.empty(),
            "Firefox on Linux",
            0));
  }

  private static Optional<String> token(String claims) {
    var encoder = Base64.getUrlEncoder().withoutPadding();
    return Optional.of(
        encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(UTF_8))
            + "."
            + encoder.encodeToString(claims.getBytes(UTF_8))
            + ".c2ln");
  }

  @Test
  void theIdTokenKnowsWhatIsNotShown() {
    var known =
        claims("{\"name\":\"Shown\"}", token("{\"name\":\"Hidden\",\"groups\":[\"staff\"]}"));
    assertThat(known.value("name")).isEqualTo("Shown");
    assertThat(known.value("groups")).isEqualTo(new JsonArray(List.of("staff")));
    assertThat(known.value("email")).isNull();
  }

  /// UserInfo may have taken back what the ID token said.
  @Test
  void whatIsShownAsNothingIsNothing() {
    var known = claims("{\"groups\":null}", token("{\"groups\":[\"staff\"]}"));
    assertThat(known.value("groups")).isNull();
  }

  @Test
  void whoItIsWasDecidedAtTheLogin() {
    var known = claims("{\"sub\":\"eve\"}", token("{\"sub\":\"eve\",\"iss\":\"x\",\"sid\":\"y\"}"));
    assertThat(known.value("sub")).isEqualTo("alice");
    assertThat(known.value("iss")).isEqualTo("https://id.test");
    assertThat(known.value("sid")).isEqualTo("handle");
  }

  @Test
  void aSessionWithoutAnIdTokenKnowsWhatIsShown() {
    assertThat(claims("{\"name\":\"Shown\"}", Optional.empty()).value("groups")).isNull();
    assertThat(claims("{\"name\":\"Shown\"}", Optional.of("opaque")).value("groups")).isNull();
  }
}

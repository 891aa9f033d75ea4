package dev.cloakroom.dpop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.ProofGuard;
import dev.cloakroom.world.TestClock;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProofsTest {
  private static final String HERE = "https://id.test";
  private final TestClock clock = new TestClock();
  private final CountingEntropy entropy = new CountingEntropy();
  private final Proofs proofs = new Proofs(clock, entropy);
  private final ProofKey key = ProofKey.derive(new byte[] {1});

  private static JsonObject claims(String proof) {
    return new JsonObject(
        new String(
            Base64.getUrlDecoder().decode(proof.split("\\.", -1)[1]),
            java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  @Proves({"DPOP-01", "DPOP-02"})
  void aProofIsForOneRequestAndShowsThePublicKeyAlone() {
    var guard = new ProofGuard("any", clock);
    var token = Secret.of("token");
    var proof = proofs.make(key, "GET", HERE, "/orders", token);
    assertThat(guard.check("GET", HERE + "/orders", List.of(proof), "token"))
        .isEqualTo(new ProofGuard.Verdict.Good(key.thumbprint()));
    var header =
        new JsonObject(
            new String(
                Base64.getUrlDecoder().decode(proof.split("\\.", -1)[0]),
                java.nio.charset.StandardCharsets.UTF_8));
    assertThat(header.getJsonObject("jwk").fieldNames())
        .containsExactlyInAnyOrder("kty", "crv", "x", "y");
    assertThat(claims(proof).fieldNames())
        .containsExactlyInAnyOrder("jti", "htm", "htu", "iat", "ath");
    assertThat(claims(proofs.make(key, "GET", HERE, "/orders", token)).getString("jti"))
        .isNotEqualTo(claims(proof).getString("jti"));
  }

  @Test
  @Proves("DPOP-05")
  void aNonceIsForItsOriginAlone() {
    proofs.hear(HERE, "mine");
    assertThat(claims(proofs.make(key, "POST", HERE, "/token", null)).getString("nonce"))
        .isEqualTo("mine");
    assertThat(claims(proofs.make(key, "POST", "https://api.test", "/token", null)).fieldNames())
        .doesNotContain("nonce");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with blank", "with\"quote", "with\\slash", "ümlaut"})
  void whatIsNoNonceIsNotKept(String nonce) {
    proofs.hear(HERE, nonce);
    assertThat(proofs.mayRepeat(HERE, Proofs.WANTS_NONCE, nonce, null)).isFalse();
    assertThat(claims(proofs.make(key, "POST", HERE, "/token", null)).fieldNames())
        .doesNotContain("nonce");
  }

  @Test
  void aNonceOfAnyLengthIsNotKept() {
    proofs.hear(HERE, "x".repeat(1025));
    assertThat(claims(proofs.make(key, "POST", HERE, "/token", null)).fieldNames())
        .doesNotContain("nonce");
  }

  @Test
  @Proves("DPOP-04")
  void onlyANewNonceOrAnotherTimeIsAReasonToTryAgain() {
    assertThat(proofs.mayRepeat(HERE, Proofs.WANTS_NONCE, "new", null)).isTrue();
    assertThat(proofs.mayRepeat(HERE, Proofs.WANTS_NONCE, null, null)).isFalse();
    assertThat(proofs.mayRepeat(HERE, "invalid_token", "new", null)).isFalse();
    assertThat(proofs.mayRepeat(HERE, Proofs.REFUSED, null, null)).isFalse();
    assertThat(proofs.mayRepeat(HERE, Proofs.REFUSED, null, "yesterday")).isFalse();
    assertThat(proofs.mayRepeat(HERE, Proofs.REFUSED, null, dateIn(2))).isFalse();
    assertThat(proofs.mayRepeat(HERE, Proofs.REFUSED, null, dateIn(300))).isTrue();
    assertThat(proofs.mayRepeat(HERE, Proofs.REFUSED, null, dateIn(301))).isFalse();
    assertThat(proofs.mayRepeat(HERE, Proofs.REFUSED, null, dateIn(3600))).isFalse();
    assertThat(claims(proofs.make(key, "POST", HERE, "/token", null)).getLong("iat"))
        .isEqualTo(clock.instant().getEpochSecond() + 300);
    assertThat(claims(proofs.make(key, "POST", HERE, "/token", null)).getString("nonce"))
        .isEqualTo("new");
  }

  private String dateIn(int seconds) {
    var guard = new ProofGuard("any", clock);
    guard.isOffBy(java.time.Duration.ofSeconds(seconds));
    return guard.date();
  }

  @Test
  void moreOriginsThanAThousandAreForgotten() {
    for (int i = 0; i < 5000; i++) {
      proofs.hear("https://h" + i + ".test", "nonce");
    }
    int known = 0;
    for (int i = 0; i < 5000; i++) {
      var proof = proofs.make(key, "GET", "https://h" + i + ".test", "/", null);
      known += claims(proof).containsKey("nonce") ? 1 : 0;
    }
    assertThat(known).isLessThanOrEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "https://ID.test/token,https://id.test",
    "https://id.test:443/token?x,https://id.test",
    "http://id.test:443/,http://id.test:443",
    "http://[::1]:8080/a,http://[::1]:8080",
    "http://id.test:80,http://id.test"
  })
  void originsAreWrittenInOneWay(String url, String origin) {
    assertThat(Proofs.origin(URI.create(url))).isEqualTo(origin);
  }

  @Test
  @Proves("DPOP-08")
  void aKeyCanBeWrittenAndRead() {
    for (int i = 0; i < 50; i++) {
      var drawn = ProofKey.derive(entropy.bytes(32));
      var read = ProofKey.decode(drawn.encoded().reveal());
      assertThat(read).isEqualTo(drawn).isNotEqualTo(key);
      var guard = new ProofGuard("any", clock);
      var proof = proofs.make(read, "GET", HERE, "/", null);
      assertThat(guard.check("GET", HERE + "/", List.of(proof), null))
          .as("the public point is the private number's")
          .isEqualTo(new ProofGuard.Verdict.Good(drawn.thumbprint()));
      assertThat(drawn).hasToString("ProofKey[" + drawn.thumbprint() + "]");
    }
    assertThatThrownBy(() -> ProofKey.decode("AAAA")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProofKey.decode("!")).isInstanceOf(IllegalArgumentException.class);
  }

  /// Nodes that share a login must agree, whatever version they are of.
  @Test
  @Proves("DPOP-08")
  void theKeyThatFollowsFromASecretNeverChanges() {
    assertThat(ProofKey.derive(new byte[] {1}).thumbprint())
        .isEqualTo("_emNUBg0tUYpTAdmFb2LAI5g_QhgYlYmXH6eILrUq9o");
  }
}

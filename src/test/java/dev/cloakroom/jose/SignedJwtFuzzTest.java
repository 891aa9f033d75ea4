package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.house.Case;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Tokens, key sets and JSON of strangers: never a fault, and never genuine but for what was
/// signed.
class SignedJwtFuzzTest {
  private static final Signer SIGNER = Signer.of(Algorithm.ES256);
  private static final KeySet KEYS = Signer.set(SIGNER.jwk("k"));
  private static final String TOKEN =
      SIGNER.sign(new JsonObject().put("sub", "alice"), Map.of("kid", "k"));
  private static final Set<String> ALL =
      Arrays.stream(Algorithm.values()).map(Algorithm::value).collect(Collectors.toSet());

  @FuzzTest
  @Case("T30")
  void nothingButWhatWasSignedIsGenuine(byte[] bytes) {
    var text = new String(bytes, ISO_8859_1).replace("*", TOKEN);
    var verified = SignedJwt.verify(text, KEYS, ALL, Set.of("jwt"));
    if (verified instanceof Verification.Genuine) {
      assertThat(text).startsWith(TOKEN.substring(0, TOKEN.lastIndexOf('.')));
    }
    var claims = SignedJwt.unverifiedClaims(text);
    assertThat(claims.isPresent() || !(verified instanceof Verification.Genuine)).isTrue();
    json(bytes);
    forged(bytes);
    KeySet.parse(bytes)
        .ifPresent(
            keys -> assertThat(SignedJwt.verify(TOKEN, keys, ALL, Set.of("jwt"))).isNotNull());
  }

  /// As the header and as the claims of a token that nobody signed.
  private static void forged(byte[] bytes) {
    var part = Signer.encode(new String(bytes, UTF_8));
    var body = TOKEN.split("\\.", -1);
    for (var token :
        new String[] {part + "." + body[1] + "." + body[2], body[0] + "." + part + "." + body[2]}) {
      if (!token.equals(TOKEN)) {
        assertThat(SignedJwt.verify(token, KEYS, ALL, Set.of("jwt")))
            .isNotInstanceOf(Verification.Genuine.class);
      }
    }
  }

  private static void json(byte[] bytes) {
    StrictJson.object(bytes)
        .ifPresent(
            object ->
                assertThat(StrictJson.object(object.toBuffer().getBytes()))
                    .as("read again")
                    .contains(object));
  }
}

package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.TestKeys;
import io.vertx.core.json.JsonObject;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
  private static final String RSA = TestKeys.pem(TestKeys.made("RSA", 2048));
  private static final String EC = TestKeys.pem(TestKeys.made("EC", 256));
  private static final JsonObject CLAIMS = new JsonObject().put("iss", "gateway");

  /// Every way of signing there is. A PKCS#8 key of the JDK leaves out the public point.
  static Stream<List<String>> ways() {
    return Stream.of(
        List.of(RSA, "RS256"),
        List.of(RSA, "RS384"),
        List.of(RSA, "RS512"),
        List.of(RSA, "PS256"),
        List.of(RSA, "PS384"),
        List.of(RSA, "PS512"),
        List.of(EC, "ES256"),
        List.of(TestKeys.pem(TestKeys.made("EC", 384)), "ES384"),
        List.of(TestKeys.pem(TestKeys.made("EC", 521)), "ES512"),
        List.of(ed25519(), "EdDSA"),
        List.of(ed25519(), "Ed25519"));
  }

  private static String ed25519() {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      var encoded = pair.getPublic().getEncoded();
      var seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      return new JsonObject()
          .put("kty", "OKP")
          .put("crv", "Ed25519")
          .put("kid", "ed")
          .put("x", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
          .put("d", base64(seed))
          .encode();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String base64(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  @ParameterizedTest
  @MethodSource("ways")
  @Proves("PKJ-03")
  void whatIsSignedIsVerifiedWithWhatIsPublished(List<String> way) {
    var keys = TestKeys.ring(way.getFirst());
    var signed = keys.signer(Set.of(way.getLast())).orElseThrow().sign("JWT", CLAIMS);
    var published = KeySet.parse(keys.published().encode().getBytes(UTF_8)).orElseThrow();
    var verified = SignedJwt.verify(signed, published, Set.of(way.getLast()), Set.of("jwt"));
    assertThat(verified).isInstanceOf(Verification.Genuine.class);
    assertThat(((Verification.Genuine) verified).claims()).isEqualTo(CLAIMS);
  }

  @Test
  @Proves("PKJ-03")
  void onlyThePublicPartsArePublished() {
    var keys = TestKeys.ring(RSA, EC, ed25519());
    for (var key : keys.published().getJsonArray("keys")) {
      assertThat(((JsonObject) key).fieldNames())
          .isSubsetOf("kty", "kid", "use", "alg", "crv", "n", "e", "x", "y");
      assertThat(((JsonObject) key).getString("use")).isEqualTo("sig");
    }
    assertThat(keys.published().getJsonArray("keys")).hasSize(3);
  }

  @Test
  @Proves("PKJ-03")
  void theFirstKeySignsAndAllArePublished() {
    var keys = TestKeys.ring(TestKeys.ec("new"), TestKeys.ec("old"));
    assertThat(kid(keys.signer().orElseThrow().sign("JWT", CLAIMS))).isEqualTo("new");
    assertThat(kid(keys.signer(Set.of("ES256")).orElseThrow().sign("JWT", CLAIMS)))
        .isEqualTo("new");
    assertThat(keys.published().getJsonArray("keys").stream())
        .extracting(key -> ((JsonObject) key).getString("kid"))
        .containsExactly("new", "old");
  }

  @Test
  void aKeyThatCanSignForTheReaderIsFoundBehindOneThatCannot() {
    var keys = TestKeys.ring(TestKeys.ec("first"), TestKeys.rsa("second"));
    assertThat(kid(keys.signer(Set.of("PS256")).orElseThrow().sign("JWT", CLAIMS)))
        .isEqualTo("second");
    assertThat(keys.signer(Set.of("HS256"))).isEmpty();
  }

  @Test
  void theBetterAlgorithmIsTakenWhereBothAreOffered() {
    var keys = TestKeys.ring(RSA);
    var both = keys.signer(Set.of("RS256", "PS256")).orElseThrow().sign("JWT", CLAIMS);
    assertThat(header(both).getString("alg")).isEqualTo("PS256");
    assertThat(header(keys.signer().orElseThrow().sign("JWT", CLAIMS)).getString("alg"))
        .isEqualTo("RS256");
  }

  @Test
  void aKeyWithoutANameIsNamedByItsThumbprint() {
    var key = TestKeys.ring(RSA).published().getJsonArray("keys").getJsonObject(0);
    assertThat(key.getString("kid")).matches("[\\w-]{43}");
    assertThat(TestKeys.ring(RSA).published()).isEqualTo(TestKeys.ring(RSA).published());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "{}",
        "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
      })
  void whatIsNoPrivateKeyIsRefused(String text) {
    assertThat(SigningKey.parse(text)).isInstanceOf(SigningKey.Parsed.Unusable.class);
  }

  @Test
  @Proves("FAPI-02")
  void shortKeysAreRefused() {
    assertThat(SigningKey.parse(TestKeys.pem(TestKeys.made("RSA", 1024))))
        .isEqualTo(new SigningKey.Parsed.Unusable("is an RSA key of less than 2048 bits"));
  }

  /// Signing happens on an event loop, and takes eight times as long with a key of twice the size.
  @Test
  @Proves("OPS-08")
  void keysThatSignTooSlowlyAreRefused() {
    var key =
        new JsonObject()
            .put("kty", "RSA")
            .put("n", base64(ones(513)))
            .put("e", "AQAB")
            .put("d", "AQAB");
    assertThat(SigningKey.parse(key.encode()))
        .isEqualTo(new SigningKey.Parsed.Unusable("is an RSA key of more than 4096 bits"));
    assertThat(SigningKey.parse(TestKeys.pem(TestKeys.made("RSA", 4096))))
        .isInstanceOf(SigningKey.Parsed.Usable.class);
  }

  private static byte[] ones(int octets) {
    var all = new byte[octets];
    Arrays.fill(all, (byte) -1);
    return all;
  }

  @Test
  void aKeyForSomethingElseIsRefused() {
    var key = new JsonObject(TestKeys.ec("a"));
    assertThat(SigningKey.parse(key.copy().put("use", "enc").encode()))
        .isInstanceOf(SigningKey.Parsed.Unusable.class);
    assertThat(SigningKey.parse(key.copy().put("alg", "ES384").encode()))
        .isInstanceOf(SigningKey.Parsed.Unusable.class);
    key.remove("d");
    assertThat(SigningKey.parse(key.encode()))
        .isEqualTo(new SigningKey.Parsed.Unusable("is a key without its private part"));
  }

  @Test
  void twoKeysOfOneNameAreRefused() {
    assertThatThrownBy(() -> TestKeys.ring(TestKeys.ec("a"), TestKeys.ec("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsNeverPrinted() {
    var key = (SigningKey.Parsed.Usable) SigningKey.parse(TestKeys.ec("a"));
    assertThat(key.toString()).contains("SigningKey[a]").doesNotContain("\"d\"");
  }

  private static JsonObject header(String compact) {
    return new JsonObject(
        new String(
            Base64.getUrlDecoder().decode(compact.substring(0, compact.indexOf('.'))), UTF_8));
  }

  private static String kid(String compact) {
    return header(compact).getString("kid");
  }
}

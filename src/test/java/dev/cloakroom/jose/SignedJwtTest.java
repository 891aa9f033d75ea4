package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.Verification.Forged;
import dev.cloakroom.jose.Verification.Genuine;
import dev.cloakroom.jose.Verification.Reason;
import dev.cloakroom.jose.Verification.UnknownKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedJwtTest {
  private static final Signer RSA = Signer.of(Algorithm.RS256);
  private static final Signer OTHER = Signer.of(Algorithm.RS256);
  private static final JsonObject CLAIMS = new JsonObject().put("sub", "alice");
  private static final Set<String> JWT = Set.of("jwt");
  private static final Set<String> RS256 = Set.of("RS256");

  private static Verification verify(String compact, KeySet keys, String... algorithms) {
    return SignedJwt.verify(compact, keys, Set.of(algorithms), JWT);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  @Proves({"IDT-04", "IDT-05"})
  void aTokenSignedByAKeyOfTheSetIsGenuine(Algorithm algorithm) {
    var signer = Signer.of(algorithm);
    var token = signer.sign(CLAIMS, Map.of("kid", "1", "typ", "JWT"));
    assertThat(verify(token, Signer.set(signer.jwk("1")), algorithm.value()))
        .isEqualTo(new Genuine(CLAIMS, algorithm));
    assertThat(verify(token, Signer.set(Signer.of(algorithm).jwk("1")), algorithm.value()))
        .isEqualTo(new Forged(Reason.SIGNATURE_INVALID));
  }

  @Test
  @Proves({"IDT-05"})
  void anAlgorithmThatIsNotAllowedIsRefusedHoweverGoodTheSignature() {
    var token = RSA.sign(CLAIMS, Map.of("kid", "1"));
    assertThat(verify(token, Signer.set(RSA.jwk("1")), "ES256", "PS256"))
        .isEqualTo(new Forged(Reason.ALGORITHM_NOT_ALLOWED));
  }

  /// FAPI 2 `invalid-alternate-alg`: the key fits another algorithm than the header says.
  @Test
  @Proves({"IDT-05"})
  void theKeyHasToFitTheAlgorithm() {
    var token = RSA.sign(CLAIMS, Map.of("kid", "1", "alg", "ES256"));
    assertThat(verify(token, Signer.set(RSA.jwk("1")), "RS256", "ES256"))
        .isEqualTo(new UnknownKey());
    var bound = RSA.jwk("1").put("alg", "PS256");
    assertThat(verify(RSA.sign(CLAIMS, Map.of("kid", "1")), Signer.set(bound), "RS256"))
        .isEqualTo(new UnknownKey());
  }

  /// `oidcc-client-test-idtoken-sig-none`, FAPI 2 `invalid-null-alg`.
  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
  @Proves("IDT-06")
  void noneIsNeverAnAlgorithm(String none) {
    var unsigned =
        Signer.encode("{\"alg\":\"" + none + "\"}") + "." + Signer.encode(CLAIMS.toString()) + ".";
    assertThat(verify(unsigned, Signer.set(RSA.jwk("1")), "RS256", none))
        .isInstanceOf(Forged.class);
    assertThat(verify(unsigned + "AA", Signer.set(RSA.jwk("1")), "RS256", none))
        .isEqualTo(new Forged(Reason.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  @Proves({"IDT-05", "JWKS-05"})
  void hmacIsNeverTakenNotEvenWhereItIsConfiguredAndItsKeyPublished() throws Exception {
    var secret = RSA.pair().getPublic().getEncoded();
    var input =
        Signer.encode("{\"alg\":\"HS256\",\"kid\":\"1\"}") + "." + Signer.encode(CLAIMS.toString());
    var mac =
        new MACSigner(secret)
            .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(US_ASCII))
            .toString();
    var oct =
        new JsonObject()
            .put("kty", "oct")
            .put("kid", "1")
            .put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    var keys = Signer.set(oct, RSA.jwk("1"));
    assertThat(keys.size()).isEqualTo(1);
    assertThat(verify(input + "." + mac, keys, "HS256", "RS256"))
        .isEqualTo(new Forged(Reason.ALGORITHM_NOT_ALLOWED));
  }

  @Test
  @Proves("IDT-12")
  void keysAndAddressesInTheHeaderMeanNothing() {
    var own = OTHER.jwk("1");
    var header =
        Map.<String, Object>of(
            "kid", "1",
            "jwk", own,
            "jku", "https://evil.example/jwks",
            "x5u", "https://evil.example/cert",
            "x5c", new JsonArray(List.of("MIIB")));
    var keys = Signer.set(RSA.jwk("1"));
    assertThat(verify(OTHER.sign(CLAIMS, header), keys, "RS256"))
        .isEqualTo(new Forged(Reason.SIGNATURE_INVALID));
    assertThat(verify(RSA.sign(CLAIMS, header), keys, "RS256")).isInstanceOf(Genuine.class);
  }

  @Test
  @Proves("IDT-12")
  void anExtensionMarkedCriticalIsRefused() {
    var keys = Signer.set(RSA.jwk("1"));
    var crit = Map.<String, Object>of("kid", "1", "crit", new JsonArray(List.of("exp")), "exp", 1);
    var b64 = Map.<String, Object>of("kid", "1", "b64", false);
    assertThat(verify(RSA.sign(CLAIMS, crit), keys, "RS256"))
        .isEqualTo(new Forged(Reason.CRITICAL_EXTENSION));
    assertThat(verify(RSA.sign(CLAIMS, b64), keys, "RS256"))
        .isEqualTo(new Forged(Reason.CRITICAL_EXTENSION));
  }

  @Test
  @Proves("IDT-12")
  void onlyTheCompactFormIsRead() {
    var keys = Signer.set(RSA.jwk("1"));
    var parts = RSA.sign(CLAIMS, Map.of("kid", "1")).split("\\.");
    var json =
        new JsonObject()
            .put("protected", parts[0])
            .put("payload", parts[1])
            .put("signature", parts[2])
            .toString();
    for (var other :
        List.of(
            json,
            parts[0] + "." + parts[1],
            String.join(".", parts) + ".",
            String.join(".", parts) + "=",
            " " + String.join(".", parts),
            String.join(".", parts) + "\n",
            "a.b.c.d.e",
            "..",
            "")) {
      assertThat(verify(other, keys, "RS256")).isEqualTo(new Forged(Reason.MALFORMED));
    }
  }

  @Test
  @Proves("IDT-13")
  void aTokenOfAnotherTypeIsRefused() {
    var keys = Signer.set(RSA.jwk("1"));
    for (var type : List.of("at+jwt", "application/at+jwt", "logout+jwt", "secevent+jwt", "", 7)) {
      assertThat(verify(RSA.sign(CLAIMS, Map.of("kid", "1", "typ", type)), keys, "RS256"))
          .isEqualTo(new Forged(Reason.TYPE_NOT_ALLOWED));
    }
    for (var type : List.of("JWT", "jwt", "application/jwt")) {
      assertThat(verify(RSA.sign(CLAIMS, Map.of("kid", "1", "typ", type)), keys, "RS256"))
          .isInstanceOf(Genuine.class);
    }
  }

  @Test
  @Proves({"IDT-12", "TOK-05"})
  void membersTwiceDeepNestingAndGreatLengthAreMalformed() {
    var keys = Signer.set(RSA.jwk("1"));
    var header = Map.<String, Object>of("kid", "1");
    for (var claims :
        List.of(
            "{\"sub\":\"alice\",\"sub\":\"bob\"}",
            "{\"a\":" + "[".repeat(20) + "]".repeat(20) + "}",
            "[\"sub\"]",
            "{\"sub\":\"alice\"} {}",
            "{\"sub\":\"" + "a".repeat(70_000) + "\"}")) {
      assertThat(verify(RSA.sign(claims, header), keys, "RS256"))
          .isEqualTo(new Forged(Reason.MALFORMED));
    }
    var twice = Signer.encode("{\"alg\":\"none\",\"alg\":\"RS256\"}");
    assertThat(verify(twice + ".e30.AA", keys, "RS256")).isEqualTo(new Forged(Reason.MALFORMED));
  }

  /// `oidcc-client-test-kid-absent-single-jwks`, `-kid-absent-multiple-jwks`.
  @Test
  @Proves("JWKS-03")
  void withoutKidEveryFittingKeyIsTried() {
    var token = RSA.sign(CLAIMS, Map.of());
    assertThat(verify(token, Signer.set(RSA.jwk("1")), "RS256")).isInstanceOf(Genuine.class);
    assertThat(verify(token, Signer.set(OTHER.jwk("2"), RSA.jwk("1"), RSA.jwk("")), "RS256"))
        .isInstanceOf(Genuine.class);
    assertThat(verify(token, Signer.set(OTHER.jwk("2")), "RS256")).isEqualTo(new UnknownKey());
  }

  @Test
  @Proves("JWKS-04")
  void ofKeysWithTheSameKidTheFittingOneIsChosen() {
    var ec = Signer.of(Algorithm.ES256);
    var keys =
        Signer.set(
            ec.jwk("1"),
            Signer.of(Algorithm.ES384).jwk("1"),
            OTHER.jwk("1").put("use", "enc"),
            RSA.jwk("1").put("use", "sig"));
    assertThat(verify(RSA.sign(CLAIMS, Map.of("kid", "1")), keys, "RS256", "ES256"))
        .isInstanceOf(Genuine.class);
    assertThat(verify(ec.sign(CLAIMS, Map.of("kid", "1")), keys, "RS256", "ES256"))
        .isInstanceOf(Genuine.class);
  }

  @Test
  @Proves("JWKS-05")
  void keysForOtherUsesAndWeakKeysNeverVerify() {
    var weak = new Signer(Algorithm.RS256, Signer.generate("RSA", 1024));
    var keys =
        Signer.set(
            RSA.jwk("1").put("use", "enc"),
            RSA.jwk("2").put("key_ops", new JsonArray(List.of("encrypt"))),
            weak.jwk("3"),
            new JsonObject().put("kty", "RSA").put("kid", "4").put("n", "!!").put("e", "AQAB"),
            new JsonObject().put("kty", "EC").put("crv", "P-256").put("x", "AA").put("y", "AA"),
            new JsonObject().put("kty", "new").put("kid", "5"));
    assertThat(keys.size()).isZero();
    assertThat(verify(RSA.sign(CLAIMS, Map.of("kid", "1")), keys, "RS256"))
        .isEqualTo(new UnknownKey());
  }

  @Test
  @Proves("JWKS-05")
  void oneKeyThatCannotBeReadDoesNotHideTheOthers() {
    var keys = Signer.set(new JsonObject().put("kty", "RSA").put("n", "!!"), RSA.jwk("1"));
    assertThat(verify(RSA.sign(CLAIMS, Map.of("kid", "1")), keys, "RS256"))
        .isInstanceOf(Genuine.class);
  }

  @Test
  @Proves("TOK-05")
  void whatIsNoKeySetIsNone() {
    for (var text :
        List.of("", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "<html>")) {
      assertThat(KeySet.parse(text.getBytes(UTF_8))).isEmpty();
    }
  }

  @Test
  @Proves("TOK-11")
  void aVerifiedTokenDoesNotPrintItsClaims() {
    assertThat(new Genuine(CLAIMS, Algorithm.RS256).toString()).doesNotContain("alice");
  }

  @Test
  void eachBitOfTheSignatureCounts() {
    var token = RSA.sign(CLAIMS, Map.of("kid", "1"));
    var keys = Signer.set(RSA.jwk("1"));
    var signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    for (int i = 0; i < signature.length; i += 17) {
      var flipped = signature.clone();
      flipped[i] ^= 1;
      var forged =
          token.substring(0, token.lastIndexOf('.') + 1)
              + Base64.getUrlEncoder().withoutPadding().encodeToString(flipped);
      assertThat(SignedJwt.verify(forged, keys, RS256, JWT))
          .isEqualTo(new Forged(Reason.SIGNATURE_INVALID));
    }
  }
}

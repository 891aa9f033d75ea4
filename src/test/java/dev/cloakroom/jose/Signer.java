package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// Signs tokens, well or badly, and publishes keys.
record Signer(Algorithm algorithm, KeyPair pair) {
  static Signer of(Algorithm algorithm) {
    return switch (algorithm.family()) {
      case RSA -> new Signer(algorithm, generate("RSA", 2048));
      case EC -> new Signer(algorithm, generate(algorithm.curve()));
      case OKP -> new Signer(algorithm, generate("Ed25519", 255));
    };
  }

  static KeyPair generate(String kind, int size) {
    try {
      var generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair generate(String curve) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve.replace("P-", "secp") + "r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonObject jwk(String kid) {
    var key =
        switch (pair.getPublic()) {
          case RSAPublicKey rsa -> new JsonObject(new RSAKey.Builder(rsa).build().toJSONObject());
          case ECPublicKey ec ->
              new JsonObject(
                  new ECKey.Builder(Curve.parse(algorithm.curve()), ec).build().toJSONObject());
          default -> {
            var encoded = pair.getPublic().getEncoded();
            var x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            yield new JsonObject()
                .put("kty", "OKP")
                .put("crv", "Ed25519")
                .put("x", Base64.getUrlEncoder().withoutPadding().encodeToString(x));
          }
        };
    return kid.isEmpty() ? key : key.put("kid", kid);
  }

  static KeySet set(JsonObject... keys) {
    var json = new JsonObject().put("keys", new JsonArray(Arrays.asList(keys)));
    return KeySet.parse(json.toString().getBytes(UTF_8)).orElseThrow();
  }

  String sign(JsonObject claims, Map<String, Object> header) {
    return sign(claims.toString(), header);
  }

  String sign(String claims, Map<String, Object> header) {
    var head = new JsonObject(header).copy();
    if (!head.containsKey("alg")) {
      head.put("alg", algorithm.value());
    }
    var input = encode(head.toString()) + "." + encode(claims);
    return input + "." + signature(input);
  }

  private String signature(String input) {
    try {
      var bytes = input.getBytes(US_ASCII);
      var header = new JWSHeader(JWSAlgorithm.parse(algorithm.value()));
      return switch (algorithm.family()) {
        case RSA -> new RSASSASigner(pair.getPrivate()).sign(header, bytes).toString();
        case EC ->
            new ECDSASigner(pair.getPrivate(), Curve.parse(algorithm.curve()))
                .sign(header, bytes)
                .toString();
        case OKP -> {
          var signature = Signature.getInstance("Ed25519");
          signature.initSign(pair.getPrivate());
          signature.update(bytes);
          yield Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        }
      };
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}

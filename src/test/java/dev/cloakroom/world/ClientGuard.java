package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How the scripted provider finds out which client asks: by one method, and no other.
final class ClientGuard {
  private static final long LONGEST_LIFE = 60;

  private final ScriptedProvider provider;
  private final Set<String> used = ConcurrentHashMap.newKeySet();
  private volatile String method = "client_secret_basic";
  private volatile String secret = ScriptedProvider.CLIENT_SECRET;
  private volatile String name = "";
  private volatile String thumbprint = "";
  private volatile JWKSet keys = new JWKSet();
  private volatile Optional<String> audience = Optional.empty();

  ClientGuard(ScriptedProvider provider) {
    this.provider = provider;
  }

  void takes(String only) {
    method = only;
  }

  void secret(String other) {
    secret = other;
  }

  void knowsName(String registered) {
    name = registered;
  }

  void knowsThumbprint(String registered) {
    thumbprint = registered;
  }

  void wantsAudience(String other) {
    audience = Optional.of(other);
  }

  void knowsKeys(JsonObject jwks) {
    try {
      keys = JWKSet.parse(jwks.encode());
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
  }

  /// What is wrong with the client authentication of a request.
  List<String> wrongWith(HttpServerRequest request) {
    var wrong = new ArrayList<String>();
    var form = request.formAttributes();
    var header = request.getHeader("Authorization");
    var inBody = form.get("client_secret");
    var assertion = form.get("client_assertion");
    if (List.of(header != null, inBody != null, assertion != null).indexOf(true)
        != List.of(header != null, inBody != null, assertion != null).lastIndexOf(true)) {
      wrong.add("two ways of client authentication");
    }
    switch (method) {
      case "client_secret_basic" -> {
        if (!isBasic(header)) {
          wrong.add("client_secret_basic is missing, wrong or not form-encoded");
        }
      }
      case "client_secret_post" -> {
        if (!secret.equals(inBody) || !Objects.equals(form.get("client_id"), provider.clientId)) {
          wrong.add("client_secret_post is missing or wrong");
        }
      }
      case "apple_jwt" -> {
        if (!Objects.equals(form.get("client_id"), provider.clientId)) {
          wrong.add("client_id is missing or wrong");
        }
        wrongSecret(inBody).ifPresent(wrong::add);
      }
      case "tls_client_auth", "self_signed_tls_client_auth" -> {
        if (!Objects.equals(form.get("client_id"), provider.clientId)) {
          wrong.add("client_id is missing or wrong");
        }
        if (header != null || inBody != null || assertion != null) {
          wrong.add("more than a certificate");
        }
        if (Secured.shown(request.connection()).filter(this::isRegistered).isEmpty()) {
          wrong.add(method + ": no certificate, or another one");
        }
      }
      default -> wrongAssertion(form.get("client_assertion_type"), assertion).ifPresent(wrong::add);
    }
    return wrong;
  }

  private boolean isRegistered(X509Certificate certificate) {
    return method.equals("tls_client_auth")
        ? certificate.getSubjectX500Principal().getName().equals("CN=" + name)
        : Secured.thumbprint(certificate).equals(thumbprint);
  }

  private boolean isBasic(@Nullable String header) {
    if (header == null || !header.startsWith("Basic ")) {
      return false;
    }
    var pair = new String(Base64.getDecoder().decode(header.substring(6)), UTF_8).split(":", -1);
    return pair.length == 2
        && URLDecoder.decode(pair[0], UTF_8).equals(provider.clientId)
        && URLDecoder.decode(pair[1], UTF_8).equals(secret);
  }

  private Optional<String> wrongAssertion(@Nullable String type, @Nullable String assertion) {
    if (!Objects.equals(type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        || assertion == null) {
      return Optional.of(method + " is missing");
    }
    provider.grants.remember(assertion);
    try {
      var jwt = SignedJWT.parse(assertion);
      return jwt.verify(verifier(jwt))
          ? wrongClaims(new JsonObject(jwt.getPayload().toString()))
          : Optional.of("the assertion's signature is wrong");
    } catch (ParseException | JOSEException e) {
      return Optional.of("the assertion cannot be verified: " + e.getMessage());
    }
  }

  /// Apple takes six months; a gateway that makes one for each request needs a quarter of an hour.
  private Optional<String> wrongSecret(@Nullable String minted) {
    if (minted == null) {
      return Optional.of("no client secret");
    }
    provider.grants.remember(minted);
    try {
      var jwt = SignedJWT.parse(minted);
      if (!jwt.getHeader().getAlgorithm().getName().equals("ES256") || !jwt.verify(verifier(jwt))) {
        return Optional.of("the client secret's signature is wrong");
      }
      var claims = new JsonObject(jwt.getPayload().toString());
      long now = provider.clock.instant().getEpochSecond();
      boolean good =
          name.equals(claims.getValue("iss"))
              && provider.clientId.equals(claims.getValue("sub"))
              && Objects.equals(audience.orElseThrow(), claims.getValue("aud"))
              && Objects.equals(claims.getLong("iat"), now)
              && claims.getLong("exp") > now
              && claims.getLong("exp") <= now + 900;
      return good ? Optional.empty() : Optional.of("the client secret says " + claims);
    } catch (ParseException | JOSEException e) {
      return Optional.of("the client secret cannot be verified: " + e.getMessage());
    }
  }

  private JWSVerifier verifier(SignedJWT jwt) throws JOSEException {
    if (method.equals("client_secret_jwt")) {
      // The library wants 32 octets, and what lies beyond a shorter secret is zero in HMAC anyway.
      return new MACVerifier(Arrays.copyOf(secret.getBytes(UTF_8), 64));
    }
    JWK key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
    return switch (key) {
      case null -> throw new JOSEException("no key " + jwt.getHeader().getKeyID());
      default ->
          key.getKeyType().getValue().equals("RSA")
              ? new RSASSAVerifier(key.toRSAKey())
              : new ECDSAVerifier(key.toECKey());
    };
  }

  private Optional<String> wrongClaims(JsonObject claims) {
    long now = provider.clock.instant().getEpochSecond();
    var wanted = audience.orElseGet(provider::issuer);
    if (!Objects.equals(claims.getValue("iss"), provider.clientId)
        || !Objects.equals(claims.getValue("sub"), provider.clientId)) {
      return Optional.of("the assertion is somebody else's");
    }
    if (!wanted.equals(claims.getValue("aud"))) {
      return Optional.of("the assertion is meant for " + claims.getValue("aud"));
    }
    if (!(claims.getValue("iat") instanceof Number iat && iat.longValue() == now)) {
      return Optional.of("the assertion was not made just now");
    }
    if (!(claims.getValue("exp") instanceof Number exp
        && exp.longValue() > now
        && exp.longValue() <= now + LONGEST_LIFE)) {
      return Optional.of("the assertion is good for too long");
    }
    return claims.getValue("jti") instanceof String jti && jti.length() >= 22 && used.add(jti)
        ? Optional.empty()
        : Optional.of("the assertion is not a new one");
  }
}

package dev.cloakroom.world;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Checks proofs of possession as a strict server does (RFC 9449, 4.3), and wants nonces where it
/// is told to. One for each server: a proof and a nonce are good at one of them.
public final class ProofGuard {
  private static final long LONGEST_AGE_SECONDS = 10;

  private final String name;
  private final InstantSource clock;
  private final Set<String> used = ConcurrentHashMap.newKeySet();
  private volatile boolean wantsNonces;
  private volatile boolean rotates;
  private final AtomicInteger nonces = new AtomicInteger(1);
  private volatile Duration skew = Duration.ZERO;

  public ProofGuard(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
  }

  /// What came of a proof.
  public sealed interface Verdict {
    /// Made with the key of that thumbprint.
    record Good(String thumbprint) implements Verdict {}

    /// Made without the nonce that is wanted.
    record Stale() implements Verdict {}

    /// Dated otherwise than this clock shows.
    record Untimely() implements Verdict {}

    record Wrong(String what) implements Verdict {}
  }

  /// From now on a proof needs the latest nonce.
  public void wantsNonces() {
    wantsNonces = true;
  }

  /// From now on a proof needs the latest nonce, and there is a new one after each.
  public void wantsANewNonceEachTime() {
    wantsNonces = true;
    rotates = true;
  }

  /// The nonces given so far are not good any more.
  public void changesTheNonce() {
    nonces.incrementAndGet();
  }

  /// Whether answers bring a nonce.
  public boolean givesNonces() {
    return wantsNonces;
  }

  public String nonce() {
    return name + "-nonce-" + nonces.get();
  }

  /// The clock is off by so much.
  public void isOffBy(Duration much) {
    skew = much;
  }

  /// As in the `Date` field.
  public String date() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        clock.instant().plus(skew).atOffset(ZoneOffset.UTC));
  }

  /// Judges the `DPoP` fields of one request.
  ///
  /// @param token what is sent with it; null where nothing is
  public Verdict check(String method, String url, List<String> fields, @Nullable String token) {
    if (fields.size() != 1) {
      return new Verdict.Wrong(fields.size() + " proofs");
    }
    try {
      return check(method, url, SignedJWT.parse(fields.getFirst()), token);
    } catch (ParseException | JOSEException e) {
      return new Verdict.Wrong("unreadable: " + e.getMessage());
    }
  }

  private Verdict check(String method, String url, SignedJWT proof, @Nullable String token)
      throws ParseException, JOSEException {
    var header = proof.getHeader();
    var jwk = header.getJWK();
    if (header.getType() == null
        || !header.getType().getType().equals("dpop+jwt")
        || !header.getAlgorithm().equals(JWSAlgorithm.ES256)
        || jwk == null
        || jwk.isPrivate()
        || jwk.getKeyID() != null) {
      return new Verdict.Wrong("header " + header);
    }
    if (!proof.verify(new ECDSAVerifier(jwk.toECKey()))) {
      return new Verdict.Wrong("signature");
    }
    var claims = new JsonObject(proof.getPayload().toString());
    var ath =
        token == null
            ? null
            : ProviderKeys.base64(
                ProviderKeys.sha256(token.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    if (!method.equals(claims.getValue("htm"))) {
      return new Verdict.Wrong("htm " + claims.getValue("htm"));
    }
    if (!url.equals(claims.getValue("htu"))) {
      return new Verdict.Wrong("htu " + claims.getValue("htu") + " at " + url);
    }
    if (!java.util.Objects.equals(ath, claims.getValue("ath"))) {
      return new Verdict.Wrong("ath " + claims.getValue("ath"));
    }
    if (!(claims.getValue("jti") instanceof String jti && jti.length() >= 22 && used.add(jti))) {
      return new Verdict.Wrong("jti " + claims.getValue("jti"));
    }
    var nonce = claims.getString("nonce");
    if (nonce != null && !nonce.startsWith(name + "-nonce-")) {
      return new Verdict.Wrong("a nonce of somebody else: " + nonce);
    }
    if (wantsNonces && !nonce().equals(nonce)) {
      return new Verdict.Stale();
    }
    var age = clock.instant().plus(skew).getEpochSecond() - claims.getLong("iat");
    if (Math.abs(age) > LONGEST_AGE_SECONDS) {
      return new Verdict.Untimely();
    }
    if (rotates) {
      changesTheNonce();
    }
    return new Verdict.Good(jwk.computeThumbprint().toString());
  }
}

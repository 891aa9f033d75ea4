package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A signed token in compact form, of at most 64 KiB. Its header is read for `alg`, `kid` and `typ`
/// only: keys, certificates and URLs in it mean nothing, and an extension marked critical, `b64`
/// included, is refused.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515, 5.2
/// @spec https://www.rfc-editor.org/rfc/rfc8725#section-3 RFC 8725, 3
public final class SignedJwt {
  private static final int LONGEST = 64 << 10;
  private static final int LONGEST_KID = 1024;
  private static final Pattern COMPACT =
      Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

  private final JsonObject header;
  private final JsonObject claims;
  private final byte[] signed;
  private final byte[] signature;

  private SignedJwt(JsonObject header, JsonObject claims, byte[] signed, byte[] signature) {
    this.header = header;
    this.claims = claims;
    this.signed = signed;
    this.signature = signature;
  }

  /// Verifies the signature of a compact token.
  ///
  /// @param algorithms the allow-list, as in `alg`; names unknown to [Algorithm] allow nothing
  /// @param types the allow-list for `typ`, in lower case and without `application/`; a token
  ///   without `typ` passes
  public static Verification verify(
      String compact, KeySet keys, Set<String> algorithms, Set<String> types) {
    return parse(compact)
        .map(jwt -> jwt.verify(keys, algorithms, types))
        .orElseGet(() -> new Verification.Forged(Verification.Reason.MALFORMED));
  }

  /// The claims of a token that is **not verified here**; only for tokens that once were.
  public static Optional<JsonObject> unverifiedClaims(String compact) {
    return parse(compact).map(jwt -> jwt.claims.copy());
  }

  private static Optional<SignedJwt> parse(String compact) {
    if (compact.length() > LONGEST) {
      return Optional.empty();
    }
    var parts = COMPACT.matcher(compact);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      var header = StrictJson.object(Base64.getUrlDecoder().decode(parts.group(1)));
      var claims = StrictJson.object(Base64.getUrlDecoder().decode(parts.group(2)));
      var signature = Base64.getUrlDecoder().decode(parts.group(3));
      var signed = compact.substring(0, parts.end(2)).getBytes(US_ASCII);
      return header.flatMap(
          head -> claims.map(body -> new SignedJwt(head, body, signed, signature)));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // not base64url
    }
  }

  private Verification verify(KeySet keys, Set<String> algorithms, Set<String> types) {
    if (header.containsKey("crit") || header.containsKey("b64")) {
      return new Verification.Forged(Verification.Reason.CRITICAL_EXTENSION);
    }
    var algorithm =
        text(header.getValue("alg")).filter(algorithms::contains).flatMap(Algorithm::named);
    if (algorithm.isEmpty()) {
      return new Verification.Forged(Verification.Reason.ALGORITHM_NOT_ALLOWED);
    }
    if (!typeAllowed(types)) {
      return new Verification.Forged(Verification.Reason.TYPE_NOT_ALLOWED);
    }
    var kid = header.getValue("kid");
    if (kid != null && !(kid instanceof String name && name.length() <= LONGEST_KID)) {
      return new Verification.Forged(Verification.Reason.MALFORMED);
    }
    return verify(keys, algorithm.get(), text(kid));
  }

  private Verification verify(KeySet keys, Algorithm algorithm, Optional<String> kid) {
    var candidates = keys.candidates(algorithm, kid);
    if (candidates.stream().anyMatch(key -> key.verifies(algorithm, signed, signature))) {
      return new Verification.Genuine(claims.copy(), algorithm);
    }
    // Without a `kid`, a key that is missing cannot be told from a signature that is wrong.
    return candidates.isEmpty() || kid.isEmpty()
        ? new Verification.UnknownKey()
        : new Verification.Forged(Verification.Reason.SIGNATURE_INVALID);
  }

  private boolean typeAllowed(Set<String> types) {
    var type = header.getValue("typ");
    if (type == null) {
      return true;
    }
    if (!(type instanceof String name)) {
      return false;
    }
    var lower = name.toLowerCase(Locale.ROOT);
    return types.contains(
        lower.startsWith("application/") ? lower.substring("application/".length()) : lower);
  }

  private static Optional<String> text(@Nullable Object value) {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }
}

package dev.cloakroom.dpop;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes proofs for one kind of server and remembers of each origin, at most 1000 of them, which
/// nonce it gave last and how far its clock is off. Safe from every thread; a proof takes about a
/// tenth of a millisecond.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-8 RFC 9449, 8
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-9 RFC 9449, 9
public final class Proofs {
  /// The field that a proof goes into.
  public static final String FIELD = "DPoP";

  /// The field that a nonce comes in.
  public static final String NONCE_FIELD = "DPoP-Nonce";

  /// Why a server refuses a request that it might take with another proof.
  public static final String WANTS_NONCE = "use_dpop_nonce";

  /// Why a server refuses a proof.
  public static final String REFUSED = "invalid_dpop_proof";

  private static final int MOST_ORIGINS = 1000;
  private static final int LONGEST_NONCE = 1024;
  private static final int ID_OCTETS = 16;

  /// A clock is off by more than this, or it is not the trouble.
  private static final Duration USUAL_SKEW = Duration.ofSeconds(5);

  /// Nobody gets proofs that are dated further from now.
  private static final Duration MOST_SKEW = Duration.ofMinutes(10);

  private final InstantSource clock;
  private final Entropy entropy;
  private final Cache<String, Known> known =
      Caffeine.newBuilder().maximumSize(MOST_ORIGINS).executor(Runnable::run).build();

  /// What is known of an origin.
  private record Known(@Nullable String nonce, Duration skew) {
    static final Known NOTHING = new Known(null, Duration.ZERO);
  }

  public Proofs(InstantSource clock, Entropy entropy) {
    this.clock = clock;
    this.entropy = entropy;
  }

  /// A new proof for one request to `origin`.
  ///
  /// @param path without the query
  /// @param token the access token that goes with the request; null where none does
  public String make(
      ProofKey key, String method, String origin, String path, @Nullable Secret token) {
    var about = of(origin);
    var id = Base64.getUrlEncoder().withoutPadding().encodeToString(entropy.bytes(ID_OCTETS));
    var now = clock.instant().plus(about.skew);
    return new Proof(method, origin + path, id, now, token, about.nonce).signedBy(key);
  }

  /// Takes note of the nonce an answer brought, whatever its status: it is the next one to use.
  public void hear(String origin, @Nullable String nonce) {
    if (nonce != null && isNonce(nonce) && !nonce.equals(of(origin).nonce)) {
      known
          .asMap()
          .compute(
              origin, (_, about) -> new Known(nonce, about == null ? Duration.ZERO : about.skew));
    }
  }

  /// Whether a refused request deserves one more try, with a new proof: the server wants a nonce
  /// and gave one, or its clock turned out to be off.
  ///
  /// @param error what the server calls the trouble
  /// @param nonce the one it gave with its refusal
  /// @param date what time it says it is (RFC 9110, 6.6.1)
  public boolean mayRepeat(
      String origin, String error, @Nullable String nonce, @Nullable String date) {
    hear(origin, nonce);
    return switch (error) {
      case WANTS_NONCE -> nonce != null && isNonce(nonce);
      case REFUSED -> date != null && hearsTime(origin, date);
      default -> false;
    };
  }

  private boolean hearsTime(String origin, String date) {
    Instant theirs;
    try {
      theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException _) {
      return false;
    }
    var skew = Duration.between(clock.instant(), theirs);
    boolean off = skew.minus(of(origin).skew).abs().compareTo(USUAL_SKEW) > 0;
    if (!off || skew.abs().compareTo(MOST_SKEW) > 0) {
      return false;
    }
    known
        .asMap()
        .compute(origin, (_, about) -> new Known(about == null ? null : about.nonce, skew));
    return true;
  }

  private Known of(String origin) {
    var about = known.getIfPresent(origin);
    return about == null ? Known.NOTHING : about;
  }

  /// RFC 9449, 8.1: it goes into a header field later, inside a signature.
  private static boolean isNonce(String value) {
    return !value.isEmpty()
        && value.length() <= LONGEST_NONCE
        && value.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '"' && c != '\\');
  }

  /// The origin of a URL, as it is written in proofs: in small letters, without the scheme's own
  /// port.
  public static String origin(URI url) {
    var scheme = url.getScheme().toLowerCase(Locale.ROOT);
    var host = url.getHost().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    return scheme
        + "://"
        + host
        + (url.getPort() < 0 || url.getPort() == usual ? "" : ":" + url.getPort());
  }
}

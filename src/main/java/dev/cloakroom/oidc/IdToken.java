package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.Algorithm;
import dev.cloakroom.jose.Verification;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What an ID token must say once its signature is known to be genuine. Pure.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation OpenID Connect
///   Core 1.0, 3.1.3.7
final class IdToken {
  /// `typ` values an ID token may carry; a logout token, an access token and the like name theirs.
  static final Set<String> TYPES = Set.of("jwt");

  private static final Duration OLDEST = Duration.ofMinutes(10);
  private static final Duration MOST_SKEW = Duration.ofSeconds(60);
  private static final String SESSION_EXPIRY = "session_expiry";
  private static final int LONGEST_SUBJECT = 255;

  /// What Keycloak and Cognito call their other tokens, signed with the same keys.
  private static final Set<String> OTHER_TOKENS =
      Set.of("Bearer", "DPoP", "Refresh", "Offline", "Logout", "access");

  private final Claims claims;
  private final Algorithm algorithm;
  private final Expected expected;
  private final Instant now;

  private IdToken(Verification.Genuine genuine, Expected expected, Instant now) {
    this.claims = new Claims(genuine.claims());
    this.algorithm = genuine.algorithm();
    this.expected = expected;
    this.now = now;
  }

  /// What the login, or the session, expects.
  ///
  /// @param nonce empty at a refresh, when the one of the login is no longer known
  record Expected(
      IssuerRule issuer,
      String clientId,
      Duration clockSkew,
      Optional<Nonce> nonce,
      Optional<Duration> maxAge,
      List<String> acrValues,
      Secret access) {
    Expected {
      acrValues = List.copyOf(acrValues);
      clockSkew = clockSkew.compareTo(MOST_SKEW) > 0 ? MOST_SKEW : clockSkew;
    }

    static Expected atLogin(
        ProviderSettings settings, Provider.Redemption redemption, Secret access) {
      return new Expected(
          settings.issuerRule(),
          settings.clientId(),
          settings.clockSkew(),
          Optional.of(redemption.nonce()),
          redemption.maxAge(),
          redemption.acrValues(),
          access);
    }

    static Expected atRefresh(ProviderSettings settings, Secret access) {
      return new Expected(
          settings.issuerRule(),
          settings.clientId(),
          settings.clockSkew(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          access);
    }
  }

  sealed interface Checked {
    /// It passed.
    ///
    /// @param sessionExpiry when the provider wants the session to be over
    record Accepted(
        Identity identity,
        Optional<Instant> authTime,
        Optional<String> acr,
        Optional<Instant> sessionExpiry)
        implements Checked {}

    record Refused(Reason reason) implements Checked {}
  }

  /// Which check failed; the name is what the log shows.
  enum Reason {
    NOT_AN_ID_TOKEN,
    ISSUER,
    AUDIENCE,
    AUTHORIZED_PARTY,
    SUBJECT,
    EXPIRY,
    ISSUED_AT,
    NOT_BEFORE,
    NONCE,
    AUTH_TIME,
    ACR,
    SESSION_EXPIRY,
    AT_HASH
  }

  static Checked check(Verification.Genuine genuine, Expected expected, Instant now) {
    var token = new IdToken(genuine, expected, now);
    return token.problem().<Checked>map(Checked.Refused::new).orElseGet(() -> token.accepted());
  }

  private Optional<Reason> problem() {
    return Stream.<Supplier<Optional<Reason>>>of(
            () -> unless(isIdToken(), Reason.NOT_AN_ID_TOKEN),
            () -> unless(expected.issuer().fits(claims), Reason.ISSUER),
            () -> unless(audienceFits(), Reason.AUDIENCE),
            () -> unless(authorizedPartyFits(), Reason.AUTHORIZED_PARTY),
            () -> unless(claims.text("sub").filter(IdToken::isSubject), Reason.SUBJECT),
            () -> unless(claims.instant("exp").filter(this::isAhead), Reason.EXPIRY),
            () -> unless(claims.instant("iat").filter(this::isRecent), Reason.ISSUED_AT),
            () -> unless(notBeforeFits(), Reason.NOT_BEFORE),
            () -> unless(nonceFits(), Reason.NONCE),
            () -> unless(authTimeFits(), Reason.AUTH_TIME),
            () -> unless(acrFits(), Reason.ACR),
            () -> unless(sessionExpiryFits(), Reason.SESSION_EXPIRY),
            () -> unless(atHashFits(), Reason.AT_HASH))
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Checked accepted() {
    var identity =
        new Identity(
            claims.text("iss").orElseThrow(), claims.text("sub").orElseThrow(), claims.text("sid"));
    return new Checked.Accepted(
        identity, claims.instant("auth_time"), claims.text("acr"), claims.instant(SESSION_EXPIRY));
  }

  private boolean isIdToken() {
    return !claims.has("events")
        && claims.text("typ").filter(OTHER_TOKENS::contains).isEmpty()
        && claims.text("token_use").filter(OTHER_TOKENS::contains).isEmpty();
  }

  private boolean audienceFits() {
    var audiences = claims.audiences();
    return !audiences.isEmpty() && audiences.stream().allMatch(expected.clientId()::equals);
  }

  private boolean authorizedPartyFits() {
    return !claims.has("azp") || claims.text("azp").filter(expected.clientId()::equals).isPresent();
  }

  static boolean isSubject(String subject) {
    return subject.length() <= LONGEST_SUBJECT && subject.chars().allMatch(c -> c > 0 && c < 128);
  }

  private boolean isAhead(Instant exp) {
    return exp.plus(expected.clockSkew()).isAfter(now);
  }

  private boolean isPast(Instant moment) {
    return !moment.minus(expected.clockSkew()).isAfter(now);
  }

  private boolean isRecent(Instant iat) {
    return isPast(iat) && iat.plus(OLDEST).plus(expected.clockSkew()).isAfter(now);
  }

  private boolean notBeforeFits() {
    return !claims.has("nbf") || claims.instant("nbf").filter(this::isPast).isPresent();
  }

  private boolean nonceFits() {
    return expected
        .nonce()
        .map(nonce -> nonce.matches(claims.text("nonce").orElse(null)))
        .orElse(true);
  }

  private boolean authTimeFits() {
    var authTime = claims.instant("auth_time").filter(this::isPast);
    if (expected.maxAge().isEmpty()) {
      return authTime.isPresent() || !claims.has("auth_time");
    }
    var allowed = expected.maxAge().get().plus(expected.clockSkew());
    return authTime.filter(moment -> !moment.isBefore(now.minus(allowed))).isPresent();
  }

  private boolean acrFits() {
    return expected.acrValues().isEmpty()
        || claims.text("acr").filter(expected.acrValues()::contains).isPresent();
  }

  /// A session that would be over already must not begin, nor go on.
  ///
  /// @spec https://openid.net/specs/ipsie-openid-connect-sl1-profile-1_0.html IPSIE SL1
  private boolean sessionExpiryFits() {
    return !claims.has(SESSION_EXPIRY)
        || claims.instant(SESSION_EXPIRY).filter(now::isBefore).isPresent();
  }

  private boolean atHashFits() {
    return !claims.has("at_hash")
        || claims
            .text("at_hash")
            .filter(
                hash -> MessageDigest.isEqual(hash.getBytes(US_ASCII), atHash().getBytes(US_ASCII)))
            .isPresent();
  }

  /// The left half of the hash of the access token.
  private String atHash() {
    try {
      var hash =
          MessageDigest.getInstance(algorithm.hash())
              .digest(expected.access().reveal().getBytes(US_ASCII));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(hash, hash.length / 2));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-2", e);
    }
  }

  private static Optional<Reason> unless(boolean fits, Reason reason) {
    return fits ? Optional.empty() : Optional.of(reason);
  }

  private static Optional<Reason> unless(Optional<?> fitting, Reason reason) {
    return unless(fitting.isPresent(), reason);
  }
}

package dev.cloakroom.login;

import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.oidc.ProviderSettings.ResponseMode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Seals login attempts into cookies and finds the one that a callback belongs to. Each value is
/// bound to its cookie's name, so that swapping names opens nothing.
final class AttemptCookies {
  /// What all attempt cookies together may take in a request: names, values and separators.
  static final int MOST_OCTETS = 4096;

  private final Sealer sealer;
  private final InstantSource clock;

  AttemptCookies(Sealer sealer, InstantSource clock) {
    this.sealer = sealer;
    this.clock = clock;
  }

  AttemptCookie seal(Attempt attempt, ResponseMode mode) {
    var name = attempt.cookieName();
    var sealed = sealer.seal(attempt.pack(), context(name));
    var value = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    return new AttemptCookie(name, value, mode.isPosted());
  }

  /// The attempt whose state this is, unless it is too old. Every state is compared in constant
  /// time.
  Optional<Attempt> find(List<AttemptCookie> presented, String state) {
    return presented.stream()
        .flatMap(cookie -> open(cookie).stream())
        .filter(attempt -> attempt.state().matches(state))
        .findFirst();
  }

  /// The cookies to delete so that `added` fits beside the rest: those that open no more, then the
  /// oldest.
  List<String> evictedBy(AttemptCookie added, List<AttemptCookie> presented) {
    List<String> evicted = new ArrayList<>();
    List<Aged> kept = new ArrayList<>();
    for (var cookie : presented) {
      open(cookie)
          .ifPresentOrElse(
              attempt -> kept.add(new Aged(cookie, attempt.startedAt())),
              () -> evicted.add(cookie.name()));
    }
    kept.sort(Comparator.comparing(Aged::startedAt));
    int octets = size(added) + kept.stream().mapToInt(aged -> size(aged.cookie)).sum();
    for (var oldest : kept) {
      if (octets <= MOST_OCTETS) {
        break;
      }
      octets -= size(oldest.cookie);
      evicted.add(oldest.cookie.name());
    }
    return evicted;
  }

  private Optional<Attempt> open(AttemptCookie cookie) {
    byte[] sealed;
    try {
      sealed = Base64.getUrlDecoder().decode(cookie.value());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return switch (sealer.open(sealed, context(cookie.name()))) {
      case Sealer.Opened.Plain plain ->
          Attempt.unpack(plain.bytes())
              .filter(attempt -> clock.instant().isBefore(attempt.expiresAt()));
      case Sealer.Opened.UnknownKey() -> Optional.empty();
      case Sealer.Opened.Broken() -> Optional.empty();
    };
  }

  private static int size(AttemptCookie cookie) {
    return cookie.name().length() + "=".length() + cookie.value().length() + "; ".length();
  }

  private static String context(String cookieName) {
    return "login attempt " + cookieName;
  }

  private record Aged(AttemptCookie cookie, Instant startedAt) {}
}

package dev.cloakroom.login.landing;

import java.util.Optional;
import java.util.function.Predicate;

/// Where a login may end: at a page that needs no session to load and, where another proxy asks the
/// gateway about its calls, at a page behind that proxy.
///
/// The two differ in how a browser gets there. Such a page is loaded with the session cookie and by
/// a request that proves its origin, and what ends a login is neither: a redirect from another
/// site. So there the browser starts anew, from a page of the gateway's own; and because that lends
/// the gateway's origin to whoever chose the address, it is done only for addresses that were not
/// chosen by another site.
public final class Landings {
  private final ReturnTo open;
  private final ReturnTo any;

  /// Takes the test for paths that show a page to anybody, and the one for those behind a proxy
  /// that asks.
  public Landings(Predicate<String> open, Predicate<String> guarded) {
    this.open = new ReturnTo(path -> !open.test(path));
    this.any = new ReturnTo(path -> !open.test(path) && !guarded.test(path));
  }

  /// A checked address.
  public sealed interface Landing {
    /// Path, query and fragment, as a browser would write them.
    String address();
  }

  /// One that a redirect may lead to.
  public record Open(String address) implements Landing {}

  /// One that is loaded with the session.
  public record Guarded(String address) implements Landing {}

  /// What [ReturnTo#check] makes of it.
  public Optional<Landing> check(String candidate) {
    return open.check(candidate)
        .<Landing>map(Open::new)
        .or(() -> any.check(candidate).map(Guarded::new));
  }

  /// The rule for everything but the end of a login.
  public ReturnTo open() {
    return open;
  }
}

package dev.cloakroom.session.redis;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SessionKey;
import java.util.Optional;
import java.util.OptionalLong;

/// One end of one session, however often it has to be said.
///
/// @param version ends no other version
/// @param alsoOnItsWay leaves a tombstone where there is no session yet
/// @param onlyExpired ends nothing before its deadline
/// @param receipt by which it knows its own work again, when the answer was lost
/// @param held the session as it was open on this node
/// @param successor what takes its place: who comes later to end the one ends the other
record Ending(
    SessionKey key,
    EndCause cause,
    OptionalLong version,
    boolean alsoOnItsWay,
    boolean onlyExpired,
    String receipt,
    Optional<NearSessions.Near> held,
    Optional<SessionKey> successor) {

  private Ending(
      SessionKey key,
      EndCause cause,
      OptionalLong version,
      boolean alsoOnItsWay,
      boolean onlyExpired,
      String receipt,
      Optional<NearSessions.Near> held) {
    this(key, cause, version, alsoOnItsWay, onlyExpired, receipt, held, Optional.empty());
  }

  static Ending of(
      SessionKey key, EndCause cause, String receipt, Optional<NearSessions.Near> held) {
    return new Ending(key, cause, OptionalLong.empty(), false, false, receipt, held);
  }

  /// One that has been carried out, said to a server that may not know.
  static Ending again(SessionKey key, EndCause cause) {
    return new Ending(key, cause, OptionalLong.empty(), true, false, "", Optional.empty());
  }

  /// With a tombstone even where there is no session yet.
  Ending orBarred() {
    return new Ending(key, cause, version, true, onlyExpired, receipt, held);
  }

  /// So that another session may take its place.
  Ending inFavourOf(SessionKey other) {
    return new Ending(
        key, cause, version, alsoOnItsWay, onlyExpired, receipt, held, Optional.of(other));
  }

  /// The same, for another cause: whoever did it under the first knows his work again.
  Ending dueTo(EndCause other) {
    return new Ending(key, other, version, alsoOnItsWay, onlyExpired, receipt, held, successor);
  }

  Ending ifVersion(long only) {
    return new Ending(key, cause, OptionalLong.of(only), false, false, receipt, held);
  }

  Ending ifExpired() {
    return new Ending(key, cause, version, false, true, receipt, held);
  }

  boolean isUnconditional() {
    return version.isEmpty() && !onlyExpired;
  }

  /// Whether what took the session's place is meant as well.
  boolean follows() {
    return isUnconditional() && successor.isEmpty();
  }

  /// Whether another node has to see to the tokens, for want of anybody here who can read them.
  boolean isSealed() {
    return held.isEmpty() && follows() && !receipt.isEmpty();
  }
}

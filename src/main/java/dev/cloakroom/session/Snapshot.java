package dev.cloakroom.session;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a memory store hands over to the process after it: every session, sealed, and what it
/// remembers of those that are over.
///
/// @param sessions sealed as they are read, so that few are in memory twice
/// @param ended sessions whose end is remembered, and why they ended
/// @param loggedOut sessions of providers that a provider logged out
/// @param claims what is claimed, and until when
public record Snapshot(
    Iterable<SealedSession> sessions,
    Map<SessionKey, EndCause> ended,
    List<SessionSelector.BySid> loggedOut,
    Map<String, Instant> claims) {
  public Snapshot {
    ended = Map.copyOf(ended);
    loggedOut = List.copyOf(loggedOut);
    claims = Map.copyOf(claims);
  }
}

package dev.cloakroom.session;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/// A session as it lies outside memory: what a store needs in order to find, order and end it can
/// be read; the rest is sealed. See [SessionSeal].
///
/// @param session the session with its tokens; opens with the key ring and the cookie together
/// @param card the [SessionCard]; opens with the key ring
/// @param names keyed hashes of the names it is found by
public record SealedSession(
    SessionKey key,
    long version,
    Buffer session,
    Buffer card,
    Instant idleExpiresAt,
    Instant expiresAt,
    List<String> names) {
  public SealedSession {
    names = List.copyOf(names);
  }
}

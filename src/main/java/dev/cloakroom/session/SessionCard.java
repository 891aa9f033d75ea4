package dev.cloakroom.session;

import dev.cloakroom.oidc.Identity;
import java.time.Instant;

/// What a list shows of a session: whose it is and which, but no token. A store can tell it without
/// opening the session.
///
/// @param handle the public name of the session; opens nothing
/// @param provider the configured name of the provider
/// @param device what the user may recognise the browser by
public record SessionCard(
    String handle,
    String provider,
    Identity identity,
    String device,
    Instant startedAt,
    Instant expiresAt) {

  public static SessionCard of(Session session) {
    return new SessionCard(
        session.handle(),
        session.provider(),
        session.identity(),
        session.device(),
        session.startedAt(),
        session.expiresAt());
  }
}

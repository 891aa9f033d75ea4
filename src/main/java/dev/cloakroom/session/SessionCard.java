package dev.cloakroom.session;

import dev.cloakroom.oidc.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a list shows of a session: whose it is and which, but no token. A store can tell it without
/// opening the session.
///
/// @param frontEnd the one it was started at
/// @param handle the public name of the session; opens nothing
/// @param provider the configured name of the provider
/// @param device what the user may recognise the browser by
public record SessionCard(
    FrontEnd frontEnd,
    String handle,
    String provider,
    Identity identity,
    String device,
    Instant startedAt,
    Instant expiresAt) {

  public static SessionCard of(Session session) {
    return new SessionCard(
        session.frontEnd(),
        session.handle(),
        session.provider(),
        session.identity(),
        session.device(),
        session.startedAt(),
        session.expiresAt());
  }

  /// Every selector that names the session.
  public List<SessionSelector> names() {
    var names = new ArrayList<SessionSelector>(3);
    names.add(new SessionSelector.ByHandle(frontEnd, handle));
    names.add(new SessionSelector.BySubject(frontEnd, identity.issuer(), identity.subject()));
    identity
        .sid()
        .ifPresent(sid -> names.add(new SessionSelector.BySid(frontEnd, identity.issuer(), sid)));
    return List.copyOf(names);
  }
}

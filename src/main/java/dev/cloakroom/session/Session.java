package dev.cloakroom.session;

import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import java.time.Instant;
import java.util.Optional;

/// What the gateway remembers of one login. Immutable; when it was last used is the store's to
/// know.
///
/// @param handle the public name of the session, shown in `/auth/session`; opens nothing
/// @param provider the configured name of the provider
/// @param claims the allow-listed claims, as JSON text
/// @param expiresAt the absolute end; nothing moves it
/// @param device what the user may recognise the browser by, such as `Chrome on Linux`: words of
///   ours, nothing the browser sent
/// @param version counts replacements; see [SessionStore#replace]
public record Session(
    SessionKey key,
    String handle,
    String provider,
    Identity identity,
    String claims,
    Tokens tokens,
    Instant startedAt,
    Instant expiresAt,
    Optional<Instant> authTime,
    Optional<String> acr,
    String device,
    long version) {

  public Session with(Tokens renewed) {
    return new Session(
        key,
        handle,
        provider,
        identity,
        claims,
        renewed,
        startedAt,
        expiresAt,
        authTime,
        acr,
        device,
        version + 1);
  }
}

package dev.cloakroom.session;

import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.oidc.Tokens;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What the gateway remembers of one login. Immutable; when it was last used is the store's to
/// know.
///
/// @param frontEnd the one it was started at, and the only one that knows it
/// @param handle the public name of the session, shown in `/auth/session`; opens nothing
/// @param provider the configured name of the provider
/// @param claims the allow-listed claims, as JSON text
/// @param tokens those of the login itself
/// @param others further access tokens, for routes that ask for their own; at most 32
/// @param expiresAt the absolute end; nothing moves it
/// @param device what the user may recognise the browser by, such as `Chrome on Linux`: words of
///   ours, nothing the browser sent
/// @param version counts replacements; see [SessionStore#replace]
public record Session(
    SessionKey key,
    FrontEnd frontEnd,
    String handle,
    String provider,
    Identity identity,
    String claims,
    Tokens tokens,
    Map<TokenTarget, AccessToken> others,
    Instant startedAt,
    Instant expiresAt,
    Optional<Instant> authTime,
    Optional<String> acr,
    String device,
    long version) {
  private static final int MOST_OTHERS = 32;

  public Session {
    others = Map.copyOf(others);
  }

  /// A session as it begins, with the tokens of its login.
  public Session(
      SessionKey key,
      FrontEnd frontEnd,
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
    this(
        key, frontEnd, handle, provider, identity, claims, tokens, Map.of(), startedAt, expiresAt,
        authTime, acr, device, version);
  }

  /// The same login, known by another key, as a session that begins. For an app: first its code's,
  /// then its own.
  public Session under(SessionKey other, Instant end) {
    return new Session(
        other, frontEnd, handle, provider, identity, claims, tokens, others, startedAt, end,
        authTime, acr, device, 0);
  }

  public Session with(Tokens renewed) {
    return with(renewed, others);
  }

  /// With a further access token, and without those that had expired when it was issued.
  public Session with(Tokens own, TokenTarget target, AccessToken token) {
    var next = new HashMap<>(others);
    next.values().removeIf(other -> !token.issuedAt().isBefore(other.expiresAt()));
    next.remove(target);
    if (next.size() >= MOST_OTHERS) {
      next.entrySet().stream()
          .min(Comparator.comparing(entry -> entry.getValue().expiresAt()))
          .ifPresent(soonest -> next.remove(soonest.getKey()));
    }
    next.put(target, token);
    return with(own, next);
  }

  private Session with(Tokens own, Map<TokenTarget, AccessToken> further) {
    return new Session(
        key,
        frontEnd,
        handle,
        provider,
        identity,
        claims,
        own,
        further,
        startedAt,
        expiresAt,
        authTime,
        acr,
        device,
        version + 1);
  }
}

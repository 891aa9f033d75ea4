package dev.cloakroom.world;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What the scripted provider has granted: codes, refresh tokens in families, access tokens. A
/// refresh token that is used twice revokes its family.
final class Grants {
  /// One login at the provider.
  record Login(String user, String sid, @Nullable String nonce, MultiMap request) {}

  private final Map<String, Login> codes = new ConcurrentHashMap<>();
  private final Map<String, Login> accessTokens = new ConcurrentHashMap<>();
  private final Map<String, Login> liveRefreshTokens = new ConcurrentHashMap<>();
  private final Map<String, Login> usedRefreshTokens = new ConcurrentHashMap<>();
  private final Map<String, List<String>> audiencesOf = new ConcurrentHashMap<>();
  private final Map<String, String> boundTo = new ConcurrentHashMap<>();
  private final Set<String> endedSids = ConcurrentHashMap.newKeySet();
  private final Set<String> issued = ConcurrentHashMap.newKeySet();
  private final AtomicInteger counter = new AtomicInteger();

  String code(Login login) {
    var code = remember("CODE-SENTINEL-" + counter.incrementAndGet());
    codes.put(code, login);
    return code;
  }

  /// Empty for a code that was never given, or was taken before: then its login is over.
  Optional<Login> takeCode(String code) {
    return Optional.ofNullable(codes.remove(code));
  }

  String accessToken(Login login, List<String> audiences) {
    var token = remember("AT-SENTINEL-" + counter.incrementAndGet());
    accessTokens.put(token, login);
    audiencesOf.put(token, List.copyOf(audiences));
    return token;
  }

  /// Whoever brings the token has to show this certificate.
  void bind(String accessToken, String thumbprint) {
    boundTo.put(accessToken, thumbprint);
  }

  Optional<String> confirmationOf(String accessToken) {
    return Optional.ofNullable(boundTo.get(accessToken));
  }

  String refreshToken(Login login) {
    var token = remember("RT-SENTINEL-" + counter.incrementAndGet());
    liveRefreshTokens.put(token, login);
    return token;
  }

  Optional<Login> useRefreshToken(String token, boolean rotates, boolean bearsReuse) {
    var replayed = usedRefreshTokens.get(token);
    if (replayed != null && bearsReuse && !endedSids.contains(replayed.sid())) {
      return Optional.of(replayed);
    }
    if (replayed != null) {
      end(replayed.sid());
      return Optional.empty();
    }
    var login = rotates ? liveRefreshTokens.remove(token) : liveRefreshTokens.get(token);
    if (login == null || endedSids.contains(login.sid())) {
      return Optional.empty();
    }
    if (rotates) {
      usedRefreshTokens.put(token, login);
    }
    return Optional.of(login);
  }

  /// Whether the user granted these resources with the login that a refresh token is of.
  boolean mayHave(String refreshToken, List<String> resources) {
    var login = liveRefreshTokens.getOrDefault(refreshToken, usedRefreshTokens.get(refreshToken));
    return resources.isEmpty()
        || login == null
        || login.request().getAll("resource").containsAll(resources);
  }

  /// Whom an access token was given for; empty: for nobody in particular.
  List<String> audiencesOf(String accessToken) {
    return audiencesOf.getOrDefault(accessToken, List.of());
  }

  /// Ends the login a token belongs to; unknown tokens are fine (RFC 7009, 2.2).
  void revoke(String token) {
    var login = liveRefreshTokens.get(token);
    if (login == null) {
      login = accessTokens.remove(token);
    } else {
      end(login.sid());
    }
  }

  void end(String sid) {
    endedSids.add(sid);
  }

  void endAllOf(String user) {
    accessTokens.values().stream()
        .filter(login -> login.user().equals(user))
        .forEach(login -> end(login.sid()));
  }

  boolean isOver(String sid) {
    return endedSids.contains(sid);
  }

  Optional<Login> byAccessToken(String token) {
    return Optional.ofNullable(accessTokens.get(token));
  }

  String remember(String secret) {
    issued.add(secret);
    return secret;
  }

  /// Everything that must never be seen by a browser or in a log.
  Set<String> issued() {
    return Set.copyOf(issued);
  }
}

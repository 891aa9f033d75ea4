package dev.cloakroom.proxy;

import dev.cloakroom.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One line of the routing table (`routes[]`).
///
/// @param path the pattern: a literal path, or a prefix with `/**` (any depth, itself included)
/// @param stripPrefix taken off the front of the path before it is forwarded
/// @param rewritePrefix put there instead
/// @param replayBuffer bytes of a request body kept for one replay after a 401; 0: none
public record Route(
    String path,
    Upstream upstream,
    Optional<String> stripPrefix,
    Optional<String> rewritePrefix,
    Access access,
    TokenKind token,
    Set<String> methods,
    Csrf csrf,
    Requirement require,
    boolean touch,
    Timeouts timeouts,
    EncodedSlashes encodedSlashes,
    int replayBuffer,
    Optional<Long> maxBody,
    boolean preserveHost,
    WebSockets websocket) {

  public Route {
    methods = Set.copyOf(methods);
  }

  /// The same route with a bound on request bodies, unless it has one of its own.
  public Route boundedTo(Optional<Long> bytes) {
    return new Route(
        path,
        upstream,
        stripPrefix,
        rewritePrefix,
        access,
        token,
        methods,
        csrf,
        require,
        touch,
        timeouts,
        encodedSlashes,
        replayBuffer,
        maxBody.or(() -> bytes),
        preserveHost,
        websocket);
  }

  /// Who may call.
  public enum Access {
    SESSION,
    OPTIONAL,
    ANONYMOUS
  }

  /// Which token the upstream gets.
  public enum TokenKind {
    ACCESS_TOKEN,
    NONE
  }

  /// How a call that uses the session proves its origin.
  public enum Csrf {
    /// Fetch Metadata, then an exact `Origin`, then `X-CSRF: 1`.
    AUTO,
    /// `X-CSRF: 1` is compulsory.
    HEADER,
    /// Logs what `AUTO` would refuse.
    REPORT,
    /// No defence.
    INSECURE_OFF
  }

  /// What becomes of `%2F` in a path.
  public enum EncodedSlashes {
    REFUSE,
    PASS
  }

  /// What the session must show before the call goes out (`require`). Empty parts ask nothing.
  public record Requirement(
      Optional<String> acr, Optional<Duration> maxAge, List<ClaimRule> claims) {
    public Requirement {
      claims = List.copyOf(claims);
    }

    public static Requirement nothing() {
      return new Requirement(Optional.empty(), Optional.empty(), List.of());
    }
  }

  /// A claim that must equal one of `anyOf`, or, where the claim is a list, hold one of them.
  public record ClaimRule(String claim, List<String> anyOf) {
    public ClaimRule {
      anyOf = List.copyOf(anyOf);
    }
  }

  /// How long the upstream may take.
  ///
  /// @param idle no byte in either direction for so long, once the answer has begun
  public record Timeouts(Duration connect, Duration firstByte, Duration idle) {}

  /// Whether and how sockets are relayed.
  ///
  /// @param onTokenExpiry what an open socket does when its access token expires
  public record WebSockets(boolean enabled, boolean slides, OnTokenExpiry onTokenExpiry) {
    public enum OnTokenExpiry {
      KEEP,
      CLOSE
    }
  }
}

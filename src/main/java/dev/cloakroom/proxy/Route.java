package dev.cloakroom.proxy;

import dev.cloakroom.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One line of the routing table (`routes[]`).
///
/// @param path the pattern: a literal path, or a prefix with `/**` (any depth, itself included)
/// @param stripPrefix taken off the front of the path before it is forwarded
/// @param rewritePrefix put there instead
/// @param proofOrigin what the upstream takes for its own origin when it reads proofs of
///   possession; empty: that of its own address
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
    StepUps stepUps,
    boolean touch,
    Timeouts timeouts,
    EncodedSlashes encodedSlashes,
    Optional<String> proofOrigin,
    int replayBuffer,
    Optional<Long> maxBody,
    RateLimit rateLimit,
    boolean preserveHost,
    Identity identity,
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
        stepUps,
        touch,
        timeouts,
        encodedSlashes,
        proofOrigin,
        replayBuffer,
        maxBody.or(() -> bytes),
        rateLimit,
        preserveHost,
        identity,
        websocket);
  }

  /// A token of the gateway itself gets no stronger by a login of the user.
  boolean translatesStepUps() {
    return token != TokenKind.CLIENT && stepUps == StepUps.TRANSLATE;
  }

  /// Who may call.
  public enum Access {
    SESSION,
    OPTIONAL,
    ANONYMOUS
  }

  /// Which token the upstream gets.
  public enum TokenKind {
    /// That of the login.
    ACCESS_TOKEN,
    /// One of the user for this route, which whoever knows tokens knows by the route's path.
    TARGETED,
    /// One of the gateway itself, known in the same way.
    CLIENT,
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

  /// What becomes of an upstream's wish to see more of the user (`step_up`).
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470, 3
  public enum StepUps {
    /// A problem with the address of the login that shows it.
    TRANSLATE,
    /// The browser gets the upstream's own answer.
    PASS
  }

  /// What becomes of `%2F` in a path.
  public enum EncodedSlashes {
    REFUSE,
    PASS
  }

  /// What the session must show before the call goes out (`require`). Empty parts ask nothing.
  ///
  /// @param provider the configured name of the provider the login must have been at
  public record Requirement(
      Optional<String> provider,
      Optional<String> acr,
      Optional<Duration> maxAge,
      List<ClaimRule> claims) {
    public Requirement {
      claims = List.copyOf(claims);
    }

    public static Requirement nothing() {
      return new Requirement(Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }
  }

  /// A claim that must equal one of `anyOf`, or, where the claim is a list, hold one of them.
  public record ClaimRule(String claim, List<String> anyOf) {
    public ClaimRule {
      anyOf = List.copyOf(anyOf);
    }
  }

  /// What the upstream is told of the user beside the token (`identity`). A name that is not one of
  /// those that [#mayCarry] is an `IllegalArgumentException`.
  ///
  /// @param headers the name of a field, and the claim whose value it holds
  /// @param assertion a signed statement goes along
  public record Identity(Map<String, String> headers, Optional<Assertion> assertion) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");
    private static final Pattern TAKEN =
        Pattern.compile(
            "accept.*|access-control-.*|authorization|baggage|cache-control|connection|content-.*"
                + "|cookie2?|date|dpop|expect|forwarded|host|http2-settings|if-.*|keep-alive"
                + "|link|origin|pragma|proxy-.*|range|referer|sec-.*|set-cookie2?|te|trailer"
                + "|transfer-encoding|traceparent|tracestate|upgrade|user-agent|via"
                + "|x-cloakroom-.*|x-csrf|x-forwarded-(by|for|host|method|port|prefix|proto"
                + "|scheme|server|ssl|uri)|x-http-method.*|x-method-override|x-original-.*"
                + "|x-real-ip|x-rewrite-url|x-session-touch");
    private static final Identity NONE = new Identity(Map.of(), Optional.empty());

    public Identity {
      headers = Map.copyOf(headers);
      headers.keySet().forEach(Identity::check);
    }

    private static void check(String name) {
      if (!mayCarry(name)) {
        throw new IllegalArgumentException(name + " cannot tell who calls");
      }
    }

    /// Whether a field of this name can tell an upstream who calls: letters, digits and hyphens,
    /// and nothing that means something to HTTP, to the gateway or to a proxy.
    public static boolean mayCarry(String name) {
      return NAME.matcher(name).matches()
          && !TAKEN.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    /// Nothing.
    public static Identity none() {
      return NONE;
    }

    public boolean isNone() {
      return headers.isEmpty() && assertion.isEmpty();
    }
  }

  /// A signed statement about the user, for an upstream that believes no bare field. A claim that
  /// every statement has is an `IllegalArgumentException`.
  ///
  /// @param audience whom it is meant for
  /// @param claims those of the user that go into it, beside who he is
  public record Assertion(String audience, Set<String> claims) {
    private static final Set<String> OWN =
        Set.of(
            "iss",
            "aud",
            "sub",
            "sid",
            "iat",
            "exp",
            "nbf",
            "jti",
            "idp",
            "acr",
            "auth_time",
            "cnf");

    public Assertion {
      claims = Set.copyOf(claims);
      if (!claims.stream().allMatch(Assertion::mayCarry)) {
        throw new IllegalArgumentException("a claim that the gateway makes itself");
      }
    }

    /// Whether a claim of the user may go into it: the gateway makes some itself.
    public static boolean mayCarry(String claim) {
      return !OWN.contains(claim);
    }
  }

  /// How many calls there may be in a minute; empty: no bound.
  public record RateLimit(Optional<Integer> perClient, Optional<Integer> perSession) {
    private static final RateLimit NONE = new RateLimit(Optional.empty(), Optional.empty());

    /// No bound.
    public static RateLimit none() {
      return NONE;
    }
  }

  /// How long the upstream may take.
  ///
  /// @param idle no byte in either direction for so long, once the answer has begun
  /// @param total from the head of the request to the end of the answer; empty: no bound. A socket
  ///   and a stream of events have none in any case, since a route may lead to those as well
  public record Timeouts(
      Duration connect, Duration firstByte, Duration idle, Optional<Duration> total) {
    /// Without a bound in all.
    public Timeouts(Duration connect, Duration firstByte, Duration idle) {
      this(connect, firstByte, idle, Optional.empty());
    }
  }

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

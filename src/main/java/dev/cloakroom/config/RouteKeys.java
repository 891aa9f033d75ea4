package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.bool;
import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.duration;
import static dev.cloakroom.config.shape.Words.integer;
import static dev.cloakroom.config.shape.Words.orNone;
import static dev.cloakroom.config.shape.Words.size;
import static dev.cloakroom.config.shape.Words.text;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.shape.Shape.Named;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.proxy.Route.Csrf;
import dev.cloakroom.proxy.Route.EncodedSlashes;
import dev.cloakroom.proxy.Route.StepUps;
import dev.cloakroom.proxy.Route.WebSockets.OnTokenExpiry;
import dev.cloakroom.upstream.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The keys of a route.
final class RouteKeys {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final String PREFIX = "(/[A-Za-z0-9._~!$&'()+,;=:@-]+)*/?";

  static final Key<String> PROVIDER =
      Key.of(
              "provider",
              text(),
              "The provider the login must have been at; else `step_up_required`, with a `login_url`"
                  + " that names it.")
          .like("main");
  static final Key<String> ACR =
      Key.of("acr", text(), "The `acr` the login must have had; else `step_up_required`.")
          .like("urn:example:mfa");
  static final Key<Duration> MAX_AGE =
      Key.of("max_age", duration(Duration.ofSeconds(1)), "How long ago the login may be.")
          .like("5m");
  static final Key<Map<String, List<String>>> CLAIMS =
      Key.<Map<String, List<String>>>of(
              "claims",
              new Named<>(new Many<>(text(), Alone.ONE_ITEM), "[^\\s]{1,128}"),
              "Claims and the values one of which each must have; else 403.")
          .or("{}")
          .like("{groups: [staff, admin]}");
  static final Group REQUIRE = Group.of(PROVIDER, ACR, MAX_AGE, CLAIMS);

  static final Key<Duration> CONNECT =
      Key.of("connect", duration(MILLISECOND), "To connect to the upstream.").or("2s");
  static final Key<Duration> FIRST_BYTE =
      Key.of("first_byte", duration(MILLISECOND), "Until the upstream begins to answer.").or("30s");
  static final Key<Duration> IDLE =
      Key.of("idle", duration(MILLISECOND), "Without a byte in either direction.").or("60s");

  static final Key<Optional<Duration>> TOTAL =
      Key.of(
              "total",
              orNone(duration(MILLISECOND)),
              "The whole call, from its head to the end of its answer; sockets and event streams"
                  + " have no such bound.")
          .or("none");

  static final Key<Boolean> WS_ENABLED =
      Key.of("enabled", bool(), "Whether upgrades are relayed.").or("true");
  static final Key<Boolean> WS_SLIDES =
      Key.of(
              "slides",
              choice(Map.of("never", false), Set.of("traffic")),
              "Frames never keep the session alive.")
          .or("never");
  static final Key<OnTokenExpiry> ON_TOKEN_EXPIRY =
      Key.of(
              "on_token_expiry",
              choice(OnTokenExpiry.class),
              "What becomes of an open socket when its access token expires: it stays, or is closed with"
                  + " 1008, and may connect again.")
          .or("keep");

  static final Key<Map<String, String>> IDENTITY_HEADERS =
      Key.<Map<String, String>>of(
              "headers",
              new Named<>(text("a claim", "[^\\s]{1,128}", "a claim's name"), "[^\\s]{1,64}"),
              "Fields, and for each the claim whose value it holds: one that the provider's `claims`"
                  + " lists, or one of the ID token. A claim that is not there makes no field.")
          .or("{}")
          .like("{X-Auth-Subject: sub, X-Auth-Groups: groups}");
  static final Key<Boolean> SIGNED =
      Key.of(
              "signed",
              bool(),
              "A statement signed by `auth.signing_keys` (ES256) goes along in"
                  + " `X-Cloakroom-Identity`, anew every 45 s.")
          .or("false");
  static final Key<String> AUDIENCE =
      Key.of("audience", text(), "Whom the statement is meant for (`aud`).")
          .orComputed("the origin of the first upstream")
          .like("https://orders:8443");
  static final Key<List<String>> ASSERTED =
      Key.of(
              "claims",
              new Many<>(text("a claim", "[^\\s]{1,128}", "a claim's name"), Alone.WORDS),
              "Claims of the user in the statement, beside who he is.")
          .or("[]")
          .like("[email, groups]");
  static final Group IDENTITY = Group.of(IDENTITY_HEADERS, SIGNED, AUDIENCE, ASSERTED);

  static final Key<Optional<Integer>> PER_CLIENT =
      Key.of(
              "per_client",
              orNone(integer(1, 10_000_000)),
              "Calls a minute from one client address (IPv6: one /64); more is 429. Behind a proxy"
                  + " that is not in `trusted_proxies` everybody is one client.")
          .or("none");
  static final Key<Optional<Integer>> PER_SESSION =
      Key.of(
              "per_session",
              orNone(integer(1, 10_000_000)),
              "Calls a minute of one session; more is 429.")
          .or("none");
  static final Group RATE_LIMIT = Group.of(PER_CLIENT, PER_SESSION);
  static final Key<Optional<Section>> RATE_LIMIT_KEY =
      Key.<Optional<Section>>of(
              "rate_limit",
              new Shape.OrNone(RATE_LIMIT),
              "How often this route may be called, on every node.")
          .or("none")
          .like("{per_client: 1200, per_session: 600}");

  static final Key<String> PATH =
      Key.required(
          "path", text(), "/api/**", "A path, or a prefix and `/**`. The longest match wins.");
  static final Key<String> STRIP_PREFIX =
      Key.of("strip_prefix", text("a path", PREFIX, "like /api"), "Taken off the path's front.")
          .like("/api");
  static final Key<String> REWRITE =
      Key.of("rewrite", text("a path", PREFIX, "like /v2"), "Put in place of `strip_prefix`.")
          .like("/v2");
  static final Key<Access> ACCESS =
      Key.of("access", choice(Access.class), "Who may call.").or("session");
  static final Key<Optional<Section>> IDENTITY_KEY =
      Key.<Optional<Section>>of(
              "identity",
              new Shape.OrNone(IDENTITY),
              "What the upstream is told of the user beside the token.")
          .or("none")
          .like("{headers: {X-Auth-Subject: sub}, signed: true}");
  static final Key<List<String>> METHODS =
      Key.of(
              "methods",
              new Many<>(
                  text("a method", "[A-Z][A-Z0-9_-]{0,31}", "write it in capitals"), Alone.WORDS),
              "Methods that are let through; others are 405.")
          .or("[GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS]");
  static final Key<Csrf> CSRF =
      Key.of(
              "csrf",
              choice(Csrf.class),
              "How a call proves its origin. `header`: `X-CSRF: 1` is compulsory; `report`: only log.")
          .or("auto");
  static final Key<Section> REQUIRE_KEY =
      Key.<Section>of("require", REQUIRE, "What the login must have been.").or("{}");
  static final Key<StepUps> STEP_UP =
      Key.of(
              "step_up",
              choice(StepUps.class),
              "What becomes of an upstream's 401 that wants to see more of the user (RFC 9470): 401"
                  + " `step_up_required` with the `login_url` that shows it, or the upstream's own"
                  + " answer.")
          .or("translate");
  static final Key<Boolean> TOUCH =
      Key.of("touch", bool(), "Whether a call keeps the session alive.").or("true");
  static final Key<Section> TIMEOUT_KEY =
      Key.<Section>of(
              "timeout",
              Group.of(CONNECT, FIRST_BYTE, IDLE, TOTAL),
              "How long the upstream may take.")
          .or("{}");
  static final Key<EncodedSlashes> ENCODED_SLASHES =
      Key.of("encoded_slashes", choice(EncodedSlashes.class), "What becomes of `%2F` in a path.")
          .or("refuse");
  static final Key<Optional<URI>> DPOP_ORIGIN =
      Key.of(
              "origin",
              orNone(Origins.word()),
              "What the upstream takes for its own origin when it checks a proof (`htu`), where that"
                  + " is not its address here.")
          .or("none")
          .like("https://api.example.com");
  static final Key<Section> DPOP_KEY =
      Key.<Section>of(
              "dpop", Group.of(DPOP_ORIGIN), "Proofs for the upstream, with a provider's `dpop`.")
          .or("{}");
  static final Key<Long> REPLAY_BUFFER =
      Key.of(
              "replay_buffer",
              size(0, 16 << 20),
              "Bytes of a request body kept, to send it once more after a 401.")
          .or("0");
  static final Key<Optional<Long>> MAX_BODY =
      Key.of("max_body", orNone(size(0, 1L << 40)), "Largest request body of this route.")
          .or("none");
  static final Key<Boolean> PRESERVE_HOST =
      Key.of("preserve_host", bool(), "Send the browser's `Host` to the upstream.").or("false");
  static final Key<Section> WEBSOCKET_KEY =
      Key.<Section>of("websocket", Group.of(WS_ENABLED, WS_SLIDES, ON_TOKEN_EXPIRY), "Sockets.")
          .or("{}");

  static final Group ROUTE =
      Group.of(
              PATH,
              UpstreamKeys.UPSTREAM,
              UpstreamKeys.PROTOCOL,
              UpstreamKeys.HEALTH_KEY,
              UpstreamKeys.TLS_KEY,
              STRIP_PREFIX,
              REWRITE,
              ACCESS,
              TokenKeys.TOKEN,
              IDENTITY_KEY,
              METHODS,
              CSRF,
              REQUIRE_KEY,
              STEP_UP,
              TOUCH,
              TIMEOUT_KEY,
              ENCODED_SLASHES,
              DPOP_KEY,
              REPLAY_BUFFER,
              MAX_BODY,
              RATE_LIMIT_KEY,
              PRESERVE_HOST,
              WEBSOCKET_KEY)
          .later("retries");

  private RouteKeys() {}

  static Route.Identity identity(Section identity, Upstream upstream) {
    return new Route.Identity(
        identity.get(IDENTITY_HEADERS),
        identity.get(SIGNED)
            ? Optional.of(
                new Route.Assertion(
                    identity
                        .find(AUDIENCE)
                        .orElseGet(() -> Origins.of(upstream.targets().getFirst())),
                    Set.copyOf(identity.get(ASSERTED))))
            : Optional.empty());
  }

  static Route.RateLimit rateLimit(Optional<Section> limit) {
    return limit
        .map(section -> new Route.RateLimit(section.get(PER_CLIENT), section.get(PER_SESSION)))
        .orElseGet(Route.RateLimit::none);
  }
}

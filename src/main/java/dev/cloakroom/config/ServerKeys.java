package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.bool;
import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.duration;
import static dev.cloakroom.config.shape.Words.integer;
import static dev.cloakroom.config.shape.Words.or;
import static dev.cloakroom.config.shape.Words.orNone;
import static dev.cloakroom.config.shape.Words.path;
import static dev.cloakroom.config.shape.Words.secret;
import static dev.cloakroom.config.shape.Words.size;
import static dev.cloakroom.config.shape.Words.text;
import static dev.cloakroom.config.shape.Words.url;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Listed;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.config.shape.Words;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.edge.CookieSettings.SameSite;
import dev.cloakroom.edge.ServerSettings.Transport;
import dev.cloakroom.observe.LogSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The keys of the listeners, of `auth`, `session`, `spa` and `logging`.
final class ServerKeys {
  private static final String AUTHORITY = "(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:\\d{1,5})?";
  private static final Duration SECOND = Duration.ofSeconds(1);

  static final Key<Path> CERTIFICATE =
      Key.required(
          "certificate", path(), "tls/server.crt", "PEM file: the certificate, then its chain.");
  static final Key<Path> PRIVATE_KEY =
      Key.required("key", path(), "tls/server.key", "PEM file: the private key (PKCS#8).");
  static final Key<List<Section>> FURTHER =
      Key.<List<Section>>of(
              "further",
              new Listed(Group.of(CERTIFICATE, PRIVATE_KEY)),
              "More of them, say for other front ends: a browser gets the first that is for the"
                  + " name it asks for (SNI), else the one above.")
          .or("[]")
          .like("[{certificate: tls/shop.crt, key: tls/shop.key}]");
  static final Group TLS = Group.of(CERTIFICATE, PRIVATE_KEY, FURTHER);

  static final Key<Long> HEADER_BYTES =
      Key.of(
              "header_bytes",
              size(1024, 1 << 20),
              "All header fields of a request together; more is 431.")
          .or("16KiB");
  static final Key<Optional<Long>> BODY =
      Key.of("body", orNone(size(0, 1L << 40)), "Largest request body; more is 413.").or("none");
  static final Key<Integer> CONNECTIONS =
      Key.of("connections", integer(1, 1_000_000), "Connections open at a time.").or("20000");
  static final Key<Optional<Integer>> LOGINS =
      Key.of(
              "logins_per_minute",
              orNone(integer(1, 1_000_000)),
              "Logins one client address may start; more is 429. Behind a proxy that is not in"
                  + " `trusted_proxies` everybody is one client.")
          .or("600");
  static final Key<Optional<Integer>> UNKNOWN_SESSIONS =
      Key.of(
              "unknown_sessions_per_minute",
              orNone(integer(1, 1_000_000)),
              "Session ids from one client address that may lead nowhere; more is 429, while good"
                  + " ones are served.")
          .or("600");
  static final Key<Optional<Integer>> REJECTED_LOGOUTS =
      Key.of(
              "rejected_logouts_per_minute",
              orNone(integer(1, 1_000_000)),
              "Back-channel logouts from one client address that may turn out to be none; more is"
                  + " 429. Genuine ones do not count.")
          .or("600");
  static final Key<Optional<Integer>> CALLS_PER_SESSION =
      Key.of(
              "calls_per_session",
              orNone(integer(1, 1_000_000)),
              "Calls of one session under way at a time, sockets and event streams of routes"
                  + " included; more is 429.")
          .or("none");
  static final Group LIMITS =
      Group.of(
          HEADER_BYTES,
          BODY,
          CONNECTIONS,
          LOGINS,
          UNKNOWN_SESSIONS,
          REJECTED_LOGOUTS,
          CALLS_PER_SESSION);
  static final Key<Optional<Section>> RATE_LIMIT_KEY =
      Key.<Optional<Section>>of(
              "rate_limit",
              new Shape.OrNone(RouteKeys.RATE_LIMIT),
              "How often all routes together may be called, on every node.")
          .or("none")
          .like("{per_client: 6000, per_session: 3000}");

  static final Key<String> MANAGEMENT_HOST =
      Key.of("host", text(), "Address of the management port. Off loopback it needs `token`.")
          .or("127.0.0.1");
  static final Key<Integer> MANAGEMENT_PORT =
      Key.of(
              "port",
              integer(0, 65535),
              "Port for `/livez`, `/readyz` and `/metrics`; 0: any free port.")
          .or("9090");
  static final Key<List<String>> MANAGEMENT_HOSTS =
      Key.of(
              "hosts",
              new Many<>(text("a host name", "[A-Za-z0-9._-]+", ""), Alone.ONE_ITEM),
              "Host names it answers to, besides IP addresses and `localhost`.")
          .or("[]");
  static final Key<Optional<Secret>> MANAGEMENT_TOKEN =
      Key.of(
              "token",
              orNone(secret()),
              "Bearer token for callers that are not on loopback, and for `/sessions`, which is off"
                  + " without it.")
          .or("none")
          .like("${file:/run/secrets/management_token}");
  static final Group MANAGEMENT =
      Group.of(MANAGEMENT_HOST, MANAGEMENT_PORT, MANAGEMENT_HOSTS, MANAGEMENT_TOKEN);

  static final Key<Duration> DRAIN_DELAY =
      Key.of(
              "drain_delay",
              duration(Duration.ZERO),
              "After SIGTERM: not ready, but still serving, so that load balancers notice.")
          .or("0s");
  static final Key<Duration> GRACE =
      Key.of("grace", duration(Duration.ZERO), "How long requests may take to finish after that.")
          .or("25s");
  static final Group SHUTDOWN = Group.of(DRAIN_DELAY, GRACE);

  static final Key<URI> PUBLIC_URL =
      Key.required(
          "public_url",
          url("https", "http"),
          "https://app.example.com",
          "The origin that browsers see. Drives the redirect URI, cookies and origin checks; plain"
              + " http on loopback only.");
  static final Key<Boolean> INSECURE_HTTP =
      Key.of(
              "insecure_http",
              bool(),
              "Accept a plain http `public_url` off loopback. Browsers drop the cookies there.")
          .or("false");
  static final Key<String> HOST =
      Key.of("host", text(), "Address the gateway listens on.").or("0.0.0.0");
  static final Key<Integer> PORT =
      Key.of("port", integer(0, 65535), "Port the gateway listens on; 0: any free port.")
          .or("8080");
  static final Key<List<String>> ADDITIONAL_HOSTS =
      Key.of(
              "additional_hosts",
              new Many<>(text("a host", AUTHORITY, "write host or host:port"), Alone.ONE_ITEM),
              "Further values of `Host` that are answered; any other is 421.")
          .or("[]")
          .like("[app.internal:8080]");
  static final Key<Section> TLS_KEY =
      Key.of(
          "tls",
          TLS,
          "Serve https; the files are read again when they change. Safari needs it even on"
              + " localhost.");
  static final Key<Transport> TRANSPORT =
      Key.of(
              "transport",
              choice(Transport.class),
              "How the process talks to the kernel: `native` is epoll on Linux, kqueue on macOS,"
                  + " else `nio`. `io_uring` needs a Linux that allows it.")
          .or("native");
  static final Key<Boolean> HTTP2 =
      Key.of("http2", bool(), "Speak HTTP/2 over TLS, to whoever prefers it.").or("true");
  static final Key<Boolean> H2C =
      Key.of(
              "h2c",
              bool(),
              "Speak HTTP/2 without TLS too, to a proxy in front that begins with it (prior"
                  + " knowledge).")
          .or("false");
  static final Key<List<String>> TRUSTED_PROXIES =
      Key.of(
              "trusted_proxies",
              new Many<>(text(), Alone.ONE_ITEM),
              "Networks (CIDR) whose `X-Forwarded-*` and `Forwarded` are believed.")
          .or("[]")
          .like("[10.0.0.0/8]");
  static final Key<Section> LIMITS_KEY = Key.<Section>of("limits", LIMITS, "Bounds.").or("{}");
  static final Key<Section> MANAGEMENT_KEY =
      Key.<Section>of("management", MANAGEMENT, "The management port.").or("{}");
  static final Key<Section> SHUTDOWN_KEY =
      Key.<Section>of("shutdown", SHUTDOWN, "How the gateway leaves.").or("{}");
  static final Group SERVER =
      Group.of(
          PUBLIC_URL,
          INSECURE_HTTP,
          HOST,
          PORT,
          ADDITIONAL_HOSTS,
          TLS_KEY,
          HTTP2,
          H2C,
          TRANSPORT,
          TRUSTED_PROXIES,
          LIMITS_KEY,
          RATE_LIMIT_KEY,
          MANAGEMENT_KEY,
          SHUTDOWN_KEY);

  static final Key<String> BASE_PATH =
      Key.of(
              "base_path",
              text("a path", "(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", "like /auth"),
              "Where the gateway's own endpoints lie.")
          .or("/auth");
  static final Key<List<URI>> ALLOWED_ORIGINS =
      Key.of(
              "allowed_origins",
              new Many<>(Origins.word(), Alone.ONE_ITEM),
              "Further origins whose pages may use the session (CORS); same site only.")
          .or("[]")
          .like("[https://admin.example.com]");
  static final Key<Boolean> CLEAR_SITE_DATA =
      Key.of(
              "clear_site_data",
              bool(),
              "A logout has the browser forget this origin's cache and storage"
                  + " (`Clear-Site-Data`), the app's own included.")
          .or("false");
  static final Key<Boolean> THIRD_PARTY_LOGIN =
      Key.of(
              "third_party_login",
              bool(),
              "Let other sites start a login at `/auth/login`, by GET or POST, with `iss` and"
                  + " `target_link_uri` (OpenID Connect Core, 4).")
          .or("false");
  static final Key<Secret> VERIFY_SECRET =
      Key.required(
          "secret",
          secret(),
          "${file:/run/secrets/verify_secret}",
          "What the proxy shows in `X-Cloakroom-Verify`: at least 32 characters that nobody else"
              + " knows.");
  static final Key<Optional<Section>> VERIFY_KEY =
      Key.<Optional<Section>>of(
              "verify",
              new Shape.OrNone(Group.of(VERIFY_SECRET)),
              "Let another proxy ask whether a request may go out (`/auth/verify`): one of"
                  + " `server.trusted_proxies`, with the secret.")
          .or("none")
          .like("{secret: \"${file:/run/secrets/verify_secret}\"}");
  static final Group AUTH =
      Group.of(
          BASE_PATH,
          ALLOWED_ORIGINS,
          CLEAR_SITE_DATA,
          THIRD_PARTY_LOGIN,
          VERIFY_KEY,
          NativeAppKeys.NATIVE_APPS,
          ClientKeys.SIGNING_KEYS);

  static final Key<String> COOKIE_NAME =
      Key.of(
              "name",
              text("a cookie's name", "[!#$%&'*+.^_`|~0-9A-Za-z-]+", ""),
              "Must begin with `__Host-`; `__Host-Http-` keeps scripts from planting it.")
          .or("__Host-Http-session");
  static final Key<SameSite> SAME_SITE =
      Key.of("same_site", choice(SameSite.class), "The cookie's `SameSite`.").or("strict");
  static final Key<Boolean> PERSISTENT =
      Key.of("persistent", bool(), "Keep the cookie when the browser closes, up to `max_lifetime`.")
          .or("false");
  static final Group COOKIE = Group.of(COOKIE_NAME, SAME_SITE, PERSISTENT);

  static final Key<Store> STORE =
      Key.of("store", choice(Store.class), "Where sessions are kept.").or("memory");
  static final Key<Optional<Path>> PERSIST =
      Key.of(
              "persist",
              orNone(path()),
              "A file in which the memory store survives a restart: written sealed on graceful"
                  + " shutdown, read once, deleted. Needs `encryption_keys`.")
          .or("none");
  static final Key<List<Secret>> ENCRYPTION_KEYS =
      Key.of(
              "encryption_keys",
              new Many<>(Words.encryptionKey(), Alone.ONE_ITEM),
              "Key ring: the first seals, any opens. Empty: a key made at start, so that logins"
                  + " under way do not survive a restart. `cloakroom keygen` makes one.")
          .or("[]")
          .like("[\"${file:/run/secrets/session_key}\"]");
  static final Key<Duration> IDLE_TIMEOUT =
      Key.of(
              "idle_timeout",
              duration(SECOND),
              "A session unused for so long ends; up to ten seconds sooner, in Redis a minute.")
          .or("30m");
  static final Key<Duration> MAX_LIFETIME =
      Key.of("max_lifetime", duration(SECOND), "A session ends so long after its login.").or("8h");
  static final Key<Optional<Integer>> MAX_SESSIONS =
      Key.of(
              "max_sessions",
              or("auto", integer(1, 100_000_000)),
              "Sessions in memory; the least used go first. `auto`: as many as the heap has room"
                  + " for.")
          .or("auto");
  static final Key<Optional<Integer>> MAX_PER_USER =
      Key.of(
              "max_per_user",
              orNone(integer(1, 100_000)),
              "Sessions of one user; the oldest goes first.")
          .or("none");
  static final Key<Section> REDIS_KEY =
      Key.<Section>of("redis", RedisSettingsKeys.REDIS, "Where `store: redis` keeps them.")
          .or("{}");
  static final Key<Section> COOKIE_KEY =
      Key.<Section>of("cookie", COOKIE, "The session cookie.").or("{}");
  static final Group SESSION =
      Group.of(
          STORE,
          PERSIST,
          REDIS_KEY,
          ENCRYPTION_KEYS,
          IDLE_TIMEOUT,
          MAX_LIFETIME,
          MAX_SESSIONS,
          MAX_PER_USER,
          COOKIE_KEY);

  static final Key<Path> DIRECTORY =
      Key.of("directory", path(), "The built app; navigations fall back to its `index.html`.")
          .like("/srv/app");
  static final Key<URI> DEV_SERVER =
      Key.of("dev_server", url("http"), "A dev server on loopback, hot reload included, instead.")
          .like("http://localhost:5173");
  static final Key<String> CSP =
      Key.of("content_security_policy", text(), "Replaces the pages' Content-Security-Policy.")
          .like("\"default-src 'self'\"");
  static final Group SPA = Group.of(DIRECTORY, DEV_SERVER, CSP);

  static final Key<LogSettings.Format> LOG_FORMAT =
      Key.of(
              "format",
              choice(LogSettings.Format.class),
              "How log lines look; `auto`: text on a terminal, else JSON.")
          .or("text");
  static final Key<Boolean> LOG_ACCESS =
      Key.of(
              "access",
              bool(),
              "One line per request, too; refusals and failures are logged in any case.")
          .or("false");
  static final Group LOGGING = Group.of(LOG_FORMAT, LOG_ACCESS);

  private ServerKeys() {}

  /// Where sessions are kept.
  enum Store {
    MEMORY,
    REDIS
  }
}

package dev.cloakroom.edge;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.login.app.NativeApp;
import dev.cloakroom.proxy.Route;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The public listener (`server.*`, `auth.*`).
///
/// @param publicUrl the one origin browsers use: drives the redirect URI, cookies and origin checks
/// @param port 0: any free port, which then replaces the port of a loopback `publicUrl`
/// @param additionalHosts further authorities that are answered
/// @param http2 spoken too, over TLS, by ALPN
/// @param h2c HTTP/2 is spoken too, without TLS, by whoever begins with its preface
/// @param transport how all connections of the process reach the kernel
/// @param trustedProxies CIDRs whose forwarded fields are believed
/// @param allowedOrigins further origins that may use the session (CORS), compared whole
/// @param clearSiteData a logout empties the browser's cache and storage of this origin
/// @param thirdPartyLogin other sites may start a login
/// @param verifySecret what a trusted proxy shows that asks whether a request may go out; empty:
///   none may ask
/// @param nativeApps which apps may log users in; empty: none
public record ServerSettings(
    URI publicUrl,
    String host,
    int port,
    List<String> additionalHosts,
    Optional<Tls> tls,
    boolean http2,
    boolean h2c,
    Transport transport,
    List<String> trustedProxies,
    Limits limits,
    Shutdown shutdown,
    String basePath,
    Set<String> allowedOrigins,
    boolean clearSiteData,
    boolean thirdPartyLogin,
    Optional<Secret> verifySecret,
    List<NativeApp> nativeApps) {

  public ServerSettings {
    additionalHosts = List.copyOf(additionalHosts);
    trustedProxies = List.copyOf(trustedProxies);
    allowedOrigins = Set.copyOf(allowedOrigins);
    nativeApps = List.copyOf(nativeApps);
  }

  /// How connections reach the kernel.
  public enum Transport {
    /// What the system has: epoll, kqueue, else [#NIO].
    NATIVE,
    /// Linux only, and only where it is allowed.
    IO_URING,
    /// The JDK's own.
    NIO
  }

  /// PEM files.
  ///
  /// @param own what is shown to whoever asks for no name, or for one that none of them is for
  /// @param further chosen by the names in them
  public record Tls(TlsFiles.KeyPair own, List<TlsFiles.KeyPair> further) {
    public Tls {
      further = List.copyOf(further);
    }
  }

  /// What one request, and all of them together, may take.
  ///
  /// @param body bytes a request body may have on any route; empty: no bound
  public record Limits(
      int headerBytes, Optional<Long> body, int connections, Rates rates, Calls calls) {}

  /// How often clients and sessions may call, on all routes together.
  ///
  /// @param atOncePerSession calls, sockets and streams of a session under way; empty: no bound
  public record Calls(Route.RateLimit rate, Optional<Integer> atOncePerSession) {}

  /// How often one client address may do what costs work without a session; empty: no bound.
  ///
  /// @param loginsPerMinute login starts, and as many callbacks
  /// @param unknownSessionsPerMinute session ids that lead nowhere
  /// @param rejectedLogoutsPerMinute back-channel logouts that are none
  public record Rates(
      Optional<Integer> loginsPerMinute,
      Optional<Integer> unknownSessionsPerMinute,
      Optional<Integer> rejectedLogoutsPerMinute) {}

  /// How the gateway leaves.
  ///
  /// @param drainDelay not ready, but still serving
  /// @param grace how long requests may take to finish after that
  public record Shutdown(Duration drainDelay, Duration grace) {}
}

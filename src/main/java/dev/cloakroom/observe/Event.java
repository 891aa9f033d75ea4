package dev.cloakroom.observe;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Everything worth telling an operator. The list is closed, so this file is the vocabulary of
/// logs, metrics and audit. No component may hold a token, a code, a cookie, a query string or a
/// claim set.
public sealed interface Event {

  // -- the process

  /// It listens.
  ///
  /// @param publicUrls of each front end
  record GatewayReady(List<URI> publicUrls, String listen, String management) implements Event {
    public GatewayReady {
      publicUrls = List.copyOf(publicUrls);
    }
  }

  record GatewayStopping() implements Event {}

  record GatewayStopped() implements Event {}

  /// A weakening that the configuration asked for by name, said once at start.
  record InsecureSetting(String key, String meaning) implements Event {}

  /// More sessions may be in memory than the heap has room for, said once at start.
  ///
  /// @param allowed `session.max_sessions`
  /// @param room how many there is room for
  record SessionsExceedHeap(int allowed, int room) implements Event {}

  /// The public listener uses what the PEM files hold now.
  record CertificateReloaded(Path certificate, Instant expiresAt) implements Event {}

  /// The PEM files have changed and cannot be used; the listener goes on with what it has.
  record CertificateRefused(Path certificate, String problem) implements Event {}

  // -- logins

  record LoginStarted(String provider) implements Event {}

  record LoginSucceeded(String provider, String session) implements Event {}

  record LoginRejected(String provider, String reason) implements Event {}

  // -- sessions

  record SessionStarted(String provider, String session) implements Event {}

  /// A session ended, whatever the cause; said once.
  ///
  /// @param tokens `open`: this node could read the tokens, and revoke them where the cause asks
  ///   for it; `sealed`: it could not, and leaves that to a node that still holds the session open
  record SessionEnded(String session, String cause, String tokens) implements Event {}

  /// The store of the sessions cannot be used; said once per outage.
  ///
  /// @param problem one word: unreachable, silent, readonly, loading, noauth, …
  record SessionStoreAway(String problem) implements Event {}

  /// The store can be used again.
  record SessionStoreBack() implements Event {}

  /// A stored session could not be opened.
  ///
  /// @param problem `unknown_key`: kept for a node that has the key; `broken`: altered, or of a
  ///   version this one cannot read
  record SessionUnreadable(String problem) implements Event {}

  /// More ends were asked for during an outage than can be kept until it is over.
  record SessionEndLost(String cause) implements Event {}

  /// The sessions in memory are in the file that survives a restart.
  record SessionsPersisted(int sessions) implements Event {}

  /// The sessions of the process before are here.
  record SessionsRestored(int sessions) implements Event {}

  /// The file with the sessions could not be used, or not be written.
  ///
  /// @param problem `unknown_key`, `damaged`, `too_old`, `unreadable`, `cannot_delete`,
  ///   `unwritable`, `too_slow`: there was no time to write all of it
  /// @param file where it lies, where it still does
  record SnapshotRefused(String problem, String file) implements Event {}

  /// The provider confirmed that it forgot the tokens of a session.
  record TokensRevoked(String provider, String session) implements Event {}

  /// A refresh ended.
  ///
  /// @param outcome renewed, revoked, rejected, unavailable
  /// @param problem a registered error code, or one word of ours; `none`
  record TokenRefreshed(String provider, String outcome, String problem, Duration took)
      implements Event {}

  /// The provider was asked for a further access token.
  ///
  /// @param grant resource, exchange, client
  /// @param outcome renewed, revoked, rejected, unavailable
  /// @param problem a registered error code, or one word of ours; `none`
  record TokenObtained(String provider, String grant, String outcome, String problem, Duration took)
      implements Event {}

  /// Another caller's refresh was shared.
  record RefreshShared(String provider) implements Event {}

  // -- providers

  record ProviderDiscovered(String provider, String issuer) implements Event {}

  record ProviderUnavailable(String provider, String problem, Duration retryAfter)
      implements Event {}

  record ProviderUnusable(String provider, String problem) implements Event {}

  /// The provider does not list its code challenge methods, so nobody knows whether it checks one.
  record PkceUnconfirmed(String provider) implements Event {}

  record KeysFetched(String provider, int keys) implements Event {}

  record KeysUnavailable(String provider, String problem) implements Event {}

  /// The provider knows the gateway by `previous_client_secret`, and not by `client_secret`.
  record PreviousSecretUsed(String provider) implements Event {}

  /// A refresh brought an ID token that is not as configured; the tokens beside it are kept.
  record IdTokenIgnored(String provider, String reason) implements Event {}

  /// The provider calls an access token inactive that it gave, and so the one after it. It may be
  /// that this client is not to know.
  record TokenDisowned(String provider) implements Event {}

  /// The provider did not say what an access token stands for.
  record IntrospectionFailed(String provider, String problem) implements Event {}

  /// The provider did not confirm a revocation, however often it was asked.
  record RevocationFailed(String provider) implements Event {}

  // -- requests

  /// One per request: the access log.
  ///
  /// @param route the template, never the raw path
  record RequestServed(
      String method, String route, int status, Duration took, String client, String traceId)
      implements Event {}

  /// The gateway refused a request; `code` is the problem's code.
  record RequestRefused(String code, String reason, String route, String traceId)
      implements Event {}

  /// `csrf: report` would have refused this request.
  record RequestReported(String reason, String route, String traceId) implements Event {}

  record UpstreamFailed(String upstream, String problem, String traceId) implements Event {}

  /// A call went out again, because its first try cannot have had, or must not mind, an effect.
  record UpstreamRetried(String upstream, String problem, String traceId) implements Event {}

  /// A target is out of the balance; said once per outage.
  ///
  /// @param problem `unreachable`: no connection; `failing`: no answers; `unhealthy`: its health
  ///   checks fail
  record UpstreamAway(String upstream, String problem) implements Event {}

  /// The target is back in the balance.
  record UpstreamBack(String upstream) implements Event {}

  /// A fault: a bug, or something nobody foresaw.
  record Fault(Optional<String> traceId, Throwable cause) implements Event {}
}

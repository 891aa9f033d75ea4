package dev.cloakroom.observe;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// Writes events to the log: the message is the event's name, everything else a key and a value.
/// Requests go to `cloakroom.access`, the rest to `cloakroom`.
public final class LogListener implements Observer {
  private final Logger log = LoggerFactory.getLogger("cloakroom");
  private final Logger access = LoggerFactory.getLogger("cloakroom.access");
  private final boolean logsAccess;

  public LogListener(boolean logsAccess) {
    this.logsAccess = logsAccess;
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.GatewayReady(var publicUrls, var listen, var management) ->
          at(Level.INFO)
              .addKeyValue("public_url", joined(publicUrls))
              .addKeyValue("listen", listen)
              .addKeyValue("management", management)
              .log("gateway.ready");
      case Event.GatewayStopping _ -> at(Level.INFO).log("gateway.stopping");
      case Event.GatewayStopped _ -> at(Level.INFO).log("gateway.stopped");
      case Event.InsecureSetting(var key, var meaning) ->
          at(Level.WARN)
              .addKeyValue("key", key)
              .addKeyValue("meaning", meaning)
              .log("configuration.insecure");
      case Event.SessionsExceedHeap(var allowed, var room) ->
          at(Level.WARN)
              .addKeyValue("max_sessions", allowed)
              .addKeyValue("heap_holds", room)
              .log("sessions.exceed_heap");
      case Event.CertificateReloaded(var certificate, var expiresAt) ->
          at(Level.INFO)
              .addKeyValue("certificate", certificate)
              .addKeyValue("expires_at", expiresAt)
              .log("certificate.reloaded");
      case Event.CertificateRefused(var certificate, var problem) ->
          at(Level.ERROR)
              .addKeyValue("certificate", certificate)
              .addKeyValue("problem", problem)
              .log("certificate.refused");
      case Event.LoginStarted(var provider) ->
          at(Level.DEBUG).addKeyValue("provider", provider).log("login.started");
      case Event.LoginSucceeded(var provider, var session) ->
          session(Level.INFO, provider, session).log("login.succeeded");
      case Event.LoginRejected(var provider, var reason) ->
          provider(Level.WARN, provider, reason).log("login.rejected");
      case Event.SessionStarted(var provider, var session) ->
          session(Level.INFO, provider, session).log("session.started");
      case Event.SessionEnded(var session, var cause, var tokens) ->
          at(Level.INFO)
              .addKeyValue("session", session)
              .addKeyValue("cause", cause)
              .addKeyValue("tokens", tokens)
              .log("session.ended");
      case Event.SessionStoreAway(var problem) ->
          at(Level.ERROR).addKeyValue("problem", problem).log("session_store.away");
      case Event.SessionStoreBack() -> at(Level.INFO).log("session_store.back");
      case Event.SessionUnreadable(var problem) ->
          at(Level.WARN).addKeyValue("problem", problem).log("session.unreadable");
      case Event.SessionEndLost(var cause) ->
          at(Level.ERROR).addKeyValue("cause", cause).log("session.end_lost");
      case Event.SessionsPersisted(var sessions) ->
          at(Level.INFO).addKeyValue("sessions", sessions).log("sessions.persisted");
      case Event.SessionsRestored(var sessions) ->
          at(Level.INFO).addKeyValue("sessions", sessions).log("sessions.restored");
      case Event.SnapshotRefused(var problem, var file) ->
          at(Level.WARN)
              .addKeyValue("problem", problem)
              .addKeyValue("file", file)
              .log("sessions.file_refused");
      case Event.TokensRevoked(var provider, var session) ->
          session(Level.INFO, provider, session).log("tokens.revoked");
      case Event.RevocationFailed(var provider) ->
          at(Level.WARN).addKeyValue("provider", provider).log("tokens.revocation_failed");
      case Event.TokenRefreshed(var provider, var outcome, var problem, var took) ->
          at(outcome.equals("renewed") ? Level.DEBUG : Level.WARN)
              .addKeyValue("provider", provider)
              .addKeyValue("outcome", outcome)
              .addKeyValue("problem", problem)
              .addKeyValue("took_ms", took.toMillis())
              .log("token.refreshed");
      case Event.TokenObtained(var provider, var grant, var outcome, var problem, var took) ->
          at(outcome.equals("renewed") ? Level.DEBUG : Level.WARN)
              .addKeyValue("provider", provider)
              .addKeyValue("grant", grant)
              .addKeyValue("outcome", outcome)
              .addKeyValue("problem", problem)
              .addKeyValue("took_ms", took.toMillis())
              .log("token.obtained");
      case Event.RefreshShared(var provider) ->
          at(Level.DEBUG).addKeyValue("provider", provider).log("token.refresh_shared");
      case Event.ProviderDiscovered(var provider, var issuer) ->
          at(Level.INFO)
              .addKeyValue("provider", provider)
              .addKeyValue("issuer", issuer)
              .log("provider.discovered");
      case Event.ProviderUnavailable(var provider, var problem, var after) ->
          provider(Level.WARN, provider, problem)
              .addKeyValue("retry_after_s", after.toSeconds())
              .log("provider.unavailable");
      case Event.ProviderUnusable(var provider, var problem) ->
          provider(Level.ERROR, provider, problem).log("provider.unusable");
      case Event.PkceUnconfirmed(var provider) ->
          at(Level.WARN).addKeyValue("provider", provider).log("provider.pkce_unconfirmed");
      case Event.PreviousSecretUsed(var provider) ->
          at(Level.WARN).addKeyValue("provider", provider).log("provider.previous_secret_used");
      case Event.IdTokenIgnored(var provider, var reason) ->
          provider(Level.WARN, provider, reason).log("token.id_token_ignored");
      case Event.TokenDisowned(var provider) ->
          at(Level.WARN).addKeyValue("provider", provider).log("token.disowned");
      case Event.IntrospectionFailed(var provider, var problem) ->
          provider(Level.WARN, provider, problem).log("token.introspection_failed");
      case Event.KeysFetched(var provider, var keys) ->
          at(Level.INFO)
              .addKeyValue("provider", provider)
              .addKeyValue("keys", keys)
              .log("provider.keys_fetched");
      case Event.KeysUnavailable(var provider, var problem) ->
          provider(Level.WARN, provider, problem).log("provider.keys_unavailable");
      case Event.RequestServed served -> {
        if (logsAccess) {
          served(served);
        }
      }
      case Event.RequestRefused(var code, var reason, var route, var traceId) ->
          request(Level.INFO, reason, route, traceId)
              .addKeyValue("code", code)
              .log("request.refused");
      case Event.RequestReported(var reason, var route, var traceId) ->
          request(Level.WARN, reason, route, traceId).log("request.reported");
      case Event.UpstreamFailed(var upstream, var problem, var traceId) ->
          at(Level.WARN)
              .addKeyValue("upstream", upstream)
              .addKeyValue("problem", problem)
              .addKeyValue("trace_id", traceId)
              .log("upstream.failed");
      case Event.UpstreamRetried(var upstream, var problem, var traceId) ->
          at(Level.INFO)
              .addKeyValue("upstream", upstream)
              .addKeyValue("problem", problem)
              .addKeyValue("trace_id", traceId)
              .log("upstream.retried");
      case Event.UpstreamAway(var upstream, var problem) ->
          at(Level.ERROR)
              .addKeyValue("upstream", upstream)
              .addKeyValue("problem", problem)
              .log("upstream.away");
      case Event.UpstreamBack(var upstream) ->
          at(Level.INFO).addKeyValue("upstream", upstream).log("upstream.back");
      case Event.Fault(var traceId, var cause) ->
          at(Level.ERROR).addKeyValue("trace_id", traceId.orElse("-")).setCause(cause).log("fault");
    }
  }

  private static String joined(List<URI> urls) {
    return urls.stream().map(URI::toString).collect(Collectors.joining(","));
  }

  private void served(Event.RequestServed served) {
    access
        .atInfo()
        .addKeyValue("method", served.method())
        .addKeyValue("route", served.route())
        .addKeyValue("status", served.status())
        .addKeyValue("took_ms", served.took().toMillis())
        .addKeyValue("client", served.client())
        .addKeyValue("trace_id", served.traceId())
        .log("request.served");
  }

  private LoggingEventBuilder session(Level level, String provider, String session) {
    return at(level).addKeyValue("provider", provider).addKeyValue("session", session);
  }

  private LoggingEventBuilder provider(Level level, String provider, String problem) {
    return at(level).addKeyValue("provider", provider).addKeyValue("problem", problem);
  }

  private LoggingEventBuilder request(Level level, String reason, String route, String traceId) {
    return at(level)
        .addKeyValue("reason", reason)
        .addKeyValue("route", route)
        .addKeyValue("trace_id", traceId);
  }

  private LoggingEventBuilder at(Level level) {
    return log.atLevel(level);
  }
}

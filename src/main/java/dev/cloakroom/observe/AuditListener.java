package dev.cloakroom.observe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Writes what a security team asks about to the logger `cloakroom.audit`, in the words of the
/// OWASP logging vocabulary.
///
/// @spec https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html OWASP
///   Logging Vocabulary
public final class AuditListener implements Observer {
  private final Logger audit = LoggerFactory.getLogger("cloakroom.audit");

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.GatewayReady _ -> audit.atInfo().log("sys_startup");
      case Event.GatewayStopped _ -> audit.atInfo().log("sys_shutdown");
      case Event.Fault(var traceId, _) ->
          audit.atError().addKeyValue("trace_id", traceId.orElse("-")).log("sys_crash");
      case Event.LoginSucceeded(var provider, var session) ->
          about(provider, session).log("authn_login_success");
      case Event.LoginRejected(var provider, var reason) ->
          audit
              .atWarn()
              .addKeyValue("provider", provider)
              .addKeyValue("reason", reason)
              .log("authn_login_fail");
      case Event.SessionStarted(var provider, var session) ->
          about(provider, session).log("session_created");
      case Event.SessionEnded(var session, var cause, var tokens) ->
          audit
              .atInfo()
              .addKeyValue("session", session)
              .addKeyValue("cause", cause)
              .addKeyValue("tokens", tokens)
              .log("session_expired");
      case Event.TokensRevoked(var provider, var session) ->
          about(provider, session).log("authn_token_revoked");
      case Event.TokenRefreshed(var provider, var outcome, _, _) ->
          audit
              .atInfo()
              .addKeyValue("provider", provider)
              .addKeyValue("outcome", outcome)
              .log("authn_token_created");
      case Event.TokenObtained(var provider, var grant, var outcome, _, _) ->
          audit
              .atInfo()
              .addKeyValue("provider", provider)
              .addKeyValue("grant", grant)
              .addKeyValue("outcome", outcome)
              .log("authn_token_created");
      case Event.RequestRefused refused -> refused(refused);
      case Event.CertificateReloaded _,
          Event.CertificateRefused _,
          Event.GatewayStopping _,
          Event.InsecureSetting _,
          Event.SessionsExceedHeap _,
          Event.LoginStarted _,
          Event.SessionsPersisted _,
          Event.SessionsRestored _,
          Event.SnapshotRefused _,
          Event.RefreshShared _,
          Event.ProviderDiscovered _,
          Event.ProviderUnavailable _,
          Event.ProviderUnusable _,
          Event.PkceUnconfirmed _,
          Event.KeysFetched _,
          Event.KeysUnavailable _,
          Event.PreviousSecretUsed _,
          Event.IdTokenIgnored _,
          Event.TokenDisowned _,
          Event.IntrospectionFailed _,
          Event.RevocationFailed _,
          Event.SessionStoreAway _,
          Event.SessionStoreBack _,
          Event.SessionUnreadable _,
          Event.SessionEndLost _,
          Event.RequestServed _,
          Event.RequestReported _,
          Event.UpstreamFailed _,
          Event.UpstreamRetried _,
          Event.UpstreamAway _,
          Event.UpstreamBack _ -> {}
    }
  }

  /// Only refusals that tell of an attempt, not of a wrong address or an outage.
  private void refused(Event.RequestRefused refused) {
    var name =
        switch (refused.code()) {
          case "forbidden", "step_up_required" -> "authz_fail";
          case "cross_site_request", "origin_not_allowed" -> "malicious_cors";
          case "rate_limited" -> "excess_rate_limit_exceeded";
          case "session_ended" -> "session_use_after_expire";
          case "bad_request", "invalid_request_path", "invalid_return_to", "invalid_parameter" ->
              "input_validation_fail";
          default -> "";
        };
    if (!name.isEmpty()) {
      audit
          .atWarn()
          .addKeyValue("code", refused.code())
          .addKeyValue("reason", refused.reason())
          .addKeyValue("route", refused.route())
          .addKeyValue("trace_id", refused.traceId())
          .log(name);
    }
  }

  private LoggingEventBuilder about(String provider, String session) {
    return audit.atInfo().addKeyValue("provider", provider).addKeyValue("session", session);
  }
}

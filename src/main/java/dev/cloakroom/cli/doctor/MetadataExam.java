package dev.cloakroom.cli.doctor;

import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Hardening.Dpop;
import dev.cloakroom.oidc.Hardening.Profile;
import dev.cloakroom.oidc.Hardening.PushedAuthorization;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.client.ClientAuth;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Holds a provider's metadata against the configuration. Pure.
final class MetadataExam {
  private static final String PKCE = "code_challenge_methods_supported";
  private static final String AUTH = "token_endpoint_auth_methods_supported";
  private static final String PROOFS = "dpop_signing_alg_values_supported";
  private static final String ALGS = "id_token_signing_alg_values_supported";

  private static final Set<String> FAPI = Profile.FAPI2.algorithms();

  private final String where;
  private final ProviderSettings settings;
  private final Metadata metadata;
  private final List<Symptom> seen = new ArrayList<>();

  private MetadataExam(String where, ProviderSettings settings, Metadata metadata) {
    this.where = where;
    this.settings = settings;
    this.metadata = metadata;
  }

  static List<Symptom> of(String where, ProviderSettings settings, Metadata metadata) {
    var exam = new MetadataExam(where, settings, metadata);
    exam.issuer();
    exam.pkce();
    exam.clientAuthentication();
    exam.boundTokens();
    exam.profile();
    exam.pushedRequests();
    exam.proofs();
    exam.introspection();
    exam.details();
    exam.responseMode();
    exam.scopes();
    exam.algorithms();
    exam.logout();
    return exam.seen;
  }

  private void fault(String text, String remedy) {
    seen.add(Symptom.fault(where, text, remedy));
  }

  private void note(String text, String remedy) {
    seen.add(Symptom.note(where, text, remedy));
  }

  private void issuer() {
    var stated = metadata.text("issuer").orElse("");
    if (stated.equals(settings.issuer())) {
      seen.add(Symptom.good(where, "issuer " + stated));
      return;
    }
    var microsoft = URI.create(settings.issuer().replace(Dialect.TENANT, "t")).getHost();
    fault(
        "the issuer is '" + stated + "', configured is '" + settings.issuer() + "'",
        Objects.equals(microsoft, "login.microsoftonline.com")
            ? "name the tenant by its GUID: issuer: " + stated
            : "write issuer: " + stated + " (every character counts, a slash at the end too)");
  }

  private void pkce() {
    metadata
        .words(PKCE)
        .ifPresentOrElse(
            methods -> {
              if (!methods.contains("S256")) {
                fault(
                    "it does not offer PKCE with S256 (it lists " + methods + ")",
                    "switch PKCE on there; without it no login begins");
              }
            },
            () -> note("it says nothing of PKCE", "let the client demand S256 there, if it can"));
  }

  private void clientAuthentication() {
    var offered = metadata.words(AUTH).orElse(List.of("client_secret_basic"));
    var method = settings.clientAuth().method();
    if (!offered.contains(method)) {
      fault(
          "it does not take client_auth " + method + " (it lists " + offered + ")",
          "write client_auth: "
              + offered.stream()
                  .filter(known -> known.startsWith("client_secret_"))
                  .findFirst()
                  .orElse("one of those"));
    }
  }

  private void introspection() {
    if (settings.introspection() && metadata.text("introspection_endpoint").isEmpty()) {
      fault(
          "it does not say what access tokens stand for (RFC 7662)",
          "switch introspection on there, or remove introspection");
    }
  }

  private void details() {
    var wanted = settings.resources().detailTypes();
    metadata
        .words("authorization_details_types_supported")
        .filter(known -> !known.containsAll(wanted))
        .ifPresent(
            known ->
                fault(
                    "it does not know all types of authorization_details (it lists " + known + ")",
                    "write only those it lists, or register the others there"));
  }

  private void boundTokens() {
    boolean offered = metadata.says("tls_client_certificate_bound_access_tokens");
    boolean wanted = settings.hardening().boundTokens();
    if (wanted && !offered) {
      fault(
          "it does not bind access tokens to certificates (RFC 8705)",
          "switch it on there, or remove certificate_bound_tokens");
    }
    if (!wanted && offered && settings.clientAuth() instanceof ClientAuth.Certificate) {
      note(
          "it can bind access tokens to the certificate that is shown",
          "certificate_bound_tokens: true, so that nobody else can use them");
    }
  }

  private void profile() {
    if (settings.hardening().profile() == Profile.NONE) {
      return;
    }
    if (!metadata.says("authorization_response_iss_parameter_supported")) {
      fault(
          "it does not send iss with its answers (RFC 9207), as fapi2 wants it",
          "switch it on there, or write profile: none");
    }
    if (metadata.words(PKCE).isEmpty()) {
      fault(
          "it does not say that it knows PKCE with S256, as fapi2 wants it",
          "switch it on there, or write profile: none");
    }
    var signed = metadata.words("token_endpoint_auth_signing_alg_values_supported");
    if (settings.clientAuth() instanceof ClientAuth.PrivateKeyJwt
        && signed.filter(all -> all.stream().noneMatch(FAPI::contains)).isPresent()) {
      fault(
          "it takes assertions signed with " + signed.get() + ", and fapi2 allows none of them",
          "allow PS256 or ES256 there");
    }
    if (!metadata.says("require_pushed_authorization_requests")) {
      note(
          "it does not say that it refuses logins that were not pushed",
          "let it demand them of this client, if it can");
    }
  }

  private void pushedRequests() {
    boolean insists = settings.hardening().pushedAuthorization() == PushedAuthorization.REQUIRED;
    boolean offered =
        settings.endpoints().pushedAuthorization().isPresent()
            || metadata.text("pushed_authorization_request_endpoint").isPresent();
    if (insists && !offered) {
      fault(
          "it takes no pushed authorization requests (RFC 9126)",
          "switch them on there, or write pushed_authorization: auto");
    }
    boolean signed = settings.hardening().requestObjects().isPresent();
    if (metadata.says("require_signed_request_object") && !signed) {
      fault(
          "it takes signed requests only (RFC 9101)",
          "sign them (request_object), or let the client send plain ones there");
    }
  }

  private void proofs() {
    var offered = metadata.words(PROOFS);
    if (settings.hardening().dpop() == Dpop.REQUIRED
        && !offered.orElse(List.of()).contains("ES256")) {
      fault(
          offered
              .map(algorithms -> "it takes DPoP proofs in " + algorithms + ", and not in ES256")
              .orElse("it does not offer DPoP (RFC 9449)"),
          "switch it on there, or write dpop: off");
    }
  }

  private void responseMode() {
    var mode = settings.responseMode().value();
    var offered = metadata.words("response_modes_supported").orElse(List.of("query", "form_post"));
    if (!offered.contains(mode)) {
      fault(
          "it does not offer response_mode " + mode + " (it lists " + offered + ")",
          "write response_mode: " + (mode.startsWith("query") ? "form_post" : "query"));
    }
  }

  private void scopes() {
    var offered = metadata.words("scopes_supported").orElse(settings.scopes());
    var unknown = settings.scopes().stream().filter(scope -> !offered.contains(scope)).toList();
    if (!unknown.isEmpty()) {
      note(
          "it does not list the scopes " + unknown,
          "many list standard ones only; if a login fails with invalid_scope, remove them");
    }
    if (offered.contains("offline_access") && !settings.scopes().contains("offline_access")) {
      note(
          "offline_access is offered and not asked for",
          "if sessions end with their first access token, add it to scopes");
    }
  }

  private void algorithms() {
    var offered = metadata.words(ALGS).orElse(List.of("RS256"));
    if (offered.stream().noneMatch(settings.idTokenAlgs()::contains)) {
      fault(
          "it signs ID tokens with " + offered + ", accepted are " + settings.idTokenAlgs(),
          offered.stream().allMatch(alg -> alg.startsWith("HS") || alg.equals("none"))
              ? "choose a signing key there: what the client secret signs, anybody with it can forge"
              : "write id_token_algs: " + offered);
    }
  }

  private void logout() {
    boolean wanted =
        settings.dialect().endSession().method() == Dialect.EndSession.Method.RP_INITIATED;
    if (wanted
        && metadata.text("end_session_endpoint").isEmpty()
        && settings.endpoints().endSession().isEmpty()) {
      note(
          "it offers no logout: users stay signed in there",
          "endpoints.end_session, if it has one");
    }
    if (metadata.says("backchannel_logout_supported")) {
      note("it can end sessions here", "register the back-channel logout URI below");
    }
  }
}

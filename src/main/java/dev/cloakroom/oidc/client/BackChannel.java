package dev.cloakroom.oidc.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.jose.JwtSigner;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.jose.StrictJson;
import io.vertx.core.Future;
import java.net.URI;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// Posts forms to a provider as the client this gateway is, with exactly one authentication method.
///
/// Of two secrets the one that worked last is used; only when the provider does not know the
/// gateway by it, the other one is tried, once.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-2.3 RFC 6749, 2.3
public final class BackChannel {
  /// The second is Keycloak's word for a wrong secret.
  private static final Set<String> UNKNOWN_CLIENT = Set.of("invalid_client", "unauthorized_client");

  private final ProviderHttp http;
  private final String clientId;
  private final ClientAuth clientAuth;
  private final ClientAssertion assertion;
  private final Runnable previousWorks;
  private final ProvenCalls proven;
  private volatile boolean previousWorked;

  /// Runs `previousWorks` when the provider takes the previous secret and not the current one.
  public BackChannel(
      ProviderHttp http,
      String clientId,
      ClientAuth clientAuth,
      Runnable previousWorks,
      InstantSource clock,
      Entropy entropy) {
    this.http = http;
    this.clientId = clientId;
    this.clientAuth = clientAuth;
    this.previousWorks = previousWorks;
    this.assertion = new ClientAssertion(clientId, clock, entropy);
    this.proven = new ProvenCalls(new Proofs(clock, entropy));
  }

  /// Posts a form.
  public Future<Answer> post(AuthorizationServer server, URI endpoint, Map<String, String> fields) {
    return post(server, endpoint, Form.of(fields));
  }

  /// Posts a form.
  public Future<Answer> post(AuthorizationServer server, URI endpoint, Form fields) {
    return post(server, endpoint, fields, Map::of);
  }

  /// Posts a form with a proof of the key that what comes back is to be bound to; without a key, as
  /// ever.
  public Future<Answer> post(
      AuthorizationServer server, URI endpoint, Form fields, Optional<ProofKey> key) {
    return key.map(
            known ->
                proven.call(
                    endpoint,
                    () ->
                        post(
                            server,
                            endpoint,
                            fields,
                            () -> proven.fields(known, "POST", endpoint, null))))
        .orElseGet(() -> post(server, endpoint, fields));
  }

  /// Takes further header fields, made anew for each try.
  private Future<Answer> post(
      AuthorizationServer server,
      URI endpoint,
      Form fields,
      Supplier<Map<String, String>> headers) {
    return switch (clientAuth) {
      case ClientAuth.SecretBasic(var secrets) ->
          with(
              secrets,
              secret ->
                  http.post(endpoint, and(headers.get(), "Authorization", basic(secret)), fields));
      case ClientAuth.SecretPost(var secrets) ->
          with(
              secrets,
              secret ->
                  http.post(
                      endpoint,
                      headers.get(),
                      and(fields, "client_id", clientId, "client_secret", secret.reveal())));
      case ClientAuth.SecretJwt(var secrets, var audience) ->
          with(
              secrets,
              secret ->
                  asserted(
                      endpoint,
                      fields,
                      assertion.make(server, audience, JwtSigner.hs256(secret)),
                      headers.get()));
      case ClientAuth.PrivateKeyJwt(var keys, var audience) ->
          asserted(
              endpoint,
              fields,
              assertion.make(server, audience, signer(keys, server)),
              headers.get());
      case ClientAuth.MintedSecret minted ->
          http.post(
              endpoint,
              headers.get(),
              and(
                  fields,
                  "client_id",
                  clientId,
                  "client_secret",
                  assertion.minted(server, minted)));
      case ClientAuth.Certificate _ ->
          http.post(endpoint, headers.get(), fields.copy().put("client_id", clientId));
    };
  }

  private Future<Answer> with(ClientAuth.Secrets secrets, Function<Secret, Future<Answer>> call) {
    if (secrets.previous().isEmpty()) {
      return call.apply(secrets.current());
    }
    var previous = secrets.previous().get();
    boolean previousFirst = previousWorked;
    return call.apply(previousFirst ? previous : secrets.current())
        .compose(
            answer ->
                isUnknownClient(answer)
                    ? call.apply(previousFirst ? secrets.current() : previous)
                        .onSuccess(other -> remember(other, !previousFirst))
                    : Future.succeededFuture(answer));
  }

  private void remember(Answer answer, boolean previous) {
    if (answer instanceof Answer.Received received
        && (received.status() == 200 || !received.isTransient())
        && !isUnknownClient(answer)) {
      previousWorked = previous;
      if (previous) {
        previousWorks.run();
      }
    }
  }

  private static boolean isUnknownClient(Answer answer) {
    return answer instanceof Answer.Received received
        && (received.status() == 400 || received.status() == 401)
        && StrictJson.object(received.body())
            .filter(
                body ->
                    body.getValue("error") instanceof String error
                        && UNKNOWN_CLIENT.contains(error))
            .isPresent();
  }

  private Future<Answer> asserted(
      URI endpoint, Form fields, String signed, Map<String, String> headers) {
    return http.post(
        endpoint,
        headers,
        and(fields, "client_assertion_type", ClientAssertion.TYPE, "client_assertion", signed));
  }

  /// Discovery has refused a provider that takes none of the keys.
  private static JwtSigner signer(SigningKeys keys, AuthorizationServer server) {
    var offered = server.assertionAlgorithms();
    return (offered.isEmpty() ? keys.signer() : keys.signer(offered)).orElseThrow();
  }

  /// Both halves are form-encoded before they are joined, so that a colon in one stays in it.
  private String basic(Secret secret) {
    var pair = ProviderHttp.encode(clientId) + ":" + ProviderHttp.encode(secret.reveal());
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private static Map<String, String> and(Map<String, String> headers, String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return all;
  }

  private static Form and(Form fields, String name, String value, String other, String otherValue) {
    return fields.copy().put(name, value).put(other, otherValue);
  }
}

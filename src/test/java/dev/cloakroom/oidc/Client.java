package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.Waiting;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// A scripted provider and an [OidcProvider] that talks to it, with a browser between them.
final class Client {
  static final URI REDIRECT = URI.create("https://app.example.com/auth/callback");

  final Vertx vertx;
  final TestClock clock = new TestClock();
  final ScriptedProvider op;
  final List<Event> events = new CopyOnWriteArrayList<>();
  final Entropy entropy = new CountingEntropy();
  private OidcProvider provider;

  Client(Vertx vertx) {
    this.vertx = vertx;
    op = ScriptedProvider.start(vertx, clock);
    op.asksForAClick(false);
    op.registers(REDIRECT.toString());
    provider = provider(UnaryOperator.identity());
  }

  /// Another gateway, configured otherwise.
  void configure(UnaryOperator<SettingsDraft> change) {
    provider = provider(change);
  }

  private OidcProvider provider(UnaryOperator<SettingsDraft> change) {
    var settings = change.apply(new SettingsDraft(op.issuer())).settings();
    return new OidcProvider(
        vertx, settings, new TlsWatch(vertx, events::add), clock, entropy, events::add);
  }

  OidcProvider provider() {
    return provider;
  }

  Discovery discovery() {
    return Waiting.on(provider.discover());
  }

  ProviderMetadata metadata() {
    return ((Discovery.Found) discovery()).metadata();
  }

  /// One login, all the way.
  RedeemOutcome logsIn() {
    return logsIn(Optional.empty(), List.of());
  }

  RedeemOutcome logsIn(Optional<Duration> maxAge, List<String> acrValues) {
    var attempt = attempt(maxAge, acrValues);
    return Waiting.on(provider.redeem(attempt.code(), attempt.redemption()));
  }

  RedeemOutcome.Granted isLoggedIn() {
    return (RedeemOutcome.Granted) logsIn();
  }

  RefreshOutcome refreshes(RedeemOutcome.Granted login) {
    return Waiting.on(provider.refresh(login.tokens(), login.identity()));
  }

  record Attempt(AuthorizationResponse.Code code, Provider.Redemption redemption) {}

  /// As far as the provider's door.
  AuthorizationStart starts(Map<String, String> passThrough) {
    return Waiting.on(provider.authorize(metadata(), request(passThrough)));
  }

  private AuthorizationRequest request(Map<String, String> passThrough) {
    return new AuthorizationRequest(
        REDIRECT,
        new State(entropy.token()),
        new Nonce(entropy.token()),
        new CodeVerifier(entropy.token()),
        proofKey(),
        passThrough);
  }

  private Optional<ProofKey> proofKey() {
    return provider.settings().hardening().provesPossession()
        ? Optional.of(ProofKey.derive(entropy.bytes(32)))
        : Optional.empty();
  }

  /// As far as the callback.
  Attempt attempt(Optional<Duration> maxAge, List<String> acrValues) {
    var request = request(Map.of());
    var start = (AuthorizationStart.Ready) Waiting.on(provider.authorize(metadata(), request));
    var answer = browse(start.url());
    var checked =
        AuthorizationResponse.check(
            answer,
            AuthorizationResponse.Expected.of(provider.settings(), metadata(), request.state()));
    return new Attempt(
        (AuthorizationResponse.Code) checked,
        new Provider.Redemption(
            REDIRECT, request.verifier(), request.nonce(), request.proofKey(), maxAge, acrValues));
  }

  private static MultiMap browse(String url) {
    try (var browser = HttpClient.newHttpClient()) {
      var answer =
          browser.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofString());
      var location = answer.headers().firstValue("Location").orElseThrow();
      var parameters = MultiMap.caseInsensitiveMultiMap();
      new QueryStringDecoder(location).parameters().forEach(parameters::add);
      return parameters;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Settings with one value changed at a time.
  static final class SettingsDraft {
    String issuer;
    Optional<URI> discoveryUrl = Optional.empty();
    ProviderSettings.EndpointOverrides endpoints = ProviderSettings.EndpointOverrides.none();
    ClientAuth clientAuth = new ClientAuth.SecretBasic(Secret.of(ScriptedProvider.CLIENT_SECRET));
    Hardening hardening = Hardening.usual();
    List<String> scopes = List.of("openid", "profile");
    Map<String, String> authorizeParams = Map.of();
    ProviderSettings.ResponseMode responseMode = ProviderSettings.ResponseMode.QUERY;
    Resources resources = Resources.none();
    Set<String> algorithms = Set.of("RS256");
    boolean userinfo;
    boolean introspection;
    Duration timeout = Duration.ofSeconds(10);
    Duration reuseGrace = Duration.ZERO;
    Duration clockSkew = Duration.ofSeconds(30);
    ProviderSettings.IdTokenHint idTokenHint = ProviderSettings.IdTokenHint.AUTO;
    Optional<TlsFiles> tls = Optional.empty();
    boolean insecureHttp;
    Dialect dialect = Dialect.none();

    SettingsDraft(String issuer) {
      this.issuer = issuer;
    }

    ProviderSettings settings() {
      return new ProviderSettings(
          "main",
          issuer,
          discoveryUrl,
          endpoints,
          ScriptedProvider.CLIENT_ID,
          clientAuth,
          hardening,
          scopes,
          resources,
          authorizeParams,
          Set.of("login_hint"),
          responseMode,
          algorithms,
          userinfo,
          introspection,
          List.of("sub", "name"),
          Optional.empty(),
          reuseGrace,
          Duration.ofMinutes(3),
          timeout,
          clockSkew,
          idTokenHint,
          false,
          ProviderSettings.Redirect.SHARED,
          new ProviderSettings.Display("main", true),
          dialect,
          tls,
          insecureHttp);
    }
  }
}

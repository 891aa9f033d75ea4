package dev.cloakroom.oidc;

import dev.cloakroom.crypto.ClientTls;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.jose.Verification;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.client.AddressRule;
import dev.cloakroom.oidc.client.BackChannel;
import dev.cloakroom.oidc.client.ProvenCalls;
import dev.cloakroom.oidc.client.ProviderHttp;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import java.net.URI;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// A provider over HTTP. One instance serves all event loops; every future completes on the context
/// it was asked from, and fails only by a fault of ours.
public final class OidcProvider implements Provider {
  private final Vertx vertx;
  private final ProviderSettings settings;
  private final MetadataCache metadata;
  private final ProviderUrls urls;
  private final AuthorizationEndpoint authorizationEndpoint;
  private final CodeGrant codeGrant;
  private final RefreshGrant refreshGrant;
  private final TargetGrant targetGrant;
  private final Revocation revocation;
  private final Introspection introspection;
  private final TokenVerifier signatures;
  private final SignedResponse signedResponse;
  private final InstantSource clock;

  /// A provider that has not been asked anything yet; the first question starts discovery.
  ///
  /// @param tls what its files are read by
  /// @param entropy spreads the pauses between attempts to reach it
  public OidcProvider(
      Vertx vertx,
      ProviderSettings settings,
      TlsWatch tls,
      InstantSource clock,
      Entropy entropy,
      Observer observer) {
    var http =
        new ProviderHttp(
            vertx,
            connection(settings, tls),
            new AddressRule(settings.insecureHttp()),
            settings.timeout());
    var backChannel =
        new BackChannel(
            http,
            settings.clientId(),
            settings.clientAuth(),
            () -> observer.on(new Event.PreviousSecretUsed(settings.name())),
            clock,
            entropy);
    this.signatures =
        new TokenVerifier(
            new KeyCache(settings.name(), http, clock, observer), settings.idTokenAlgs());
    this.signedResponse = new SignedResponse(settings, signatures, clock);
    var idTokens = new IdTokenVerifier(signatures, clock);
    var tokenEndpoint =
        new TokenEndpoint(
            backChannel,
            new TokenResponse(
                settings.defaultTokenLife(), settings.hardening().decryptionKeys(), clock),
            clock);
    this.vertx = vertx;
    this.clock = clock;
    this.settings = settings;
    this.metadata = new MetadataCache(vertx, settings, http, clock, entropy, observer);
    this.urls = new ProviderUrls(vertx, settings);
    this.authorizationEndpoint =
        new AuthorizationEndpoint(settings, urls, backChannel, clock, entropy);
    this.revocation = new Revocation(vertx, backChannel, clock, observer, settings.name());
    this.codeGrant =
        new CodeGrant(
            settings,
            tokenEndpoint,
            idTokens,
            new UserClaims(http, signatures, settings, new ProvenCalls(new Proofs(clock, entropy))),
            revocation);
    this.refreshGrant = new RefreshGrant(settings, tokenEndpoint, idTokens, revocation, observer);
    this.targetGrant = new TargetGrant(refreshGrant, tokenEndpoint, ownKey(settings, entropy));
    this.introspection = new Introspection(backChannel, clock);
  }

  private static Supplier<ClientSSLOptions> connection(ProviderSettings settings, TlsWatch tls) {
    var usual = ClientTls.verifying();
    Supplier<ClientSSLOptions> files =
        settings
            .tls()
            .<Supplier<ClientSSLOptions>>map(own -> tls.of(own)::current)
            .orElse(() -> usual);
    return switch (settings.hardening().profile()) {
      case NONE -> files;
      case FAPI2 -> () -> ClientTls.recommended(files.get());
    };
  }

  /// What the gateway's own tokens are bound to; it lives as long as the process, like they do.
  private static Optional<ProofKey> ownKey(ProviderSettings settings, Entropy entropy) {
    return settings.hardening().provesPossession()
        ? Optional.of(ProofKey.derive(entropy.bytes(32)))
        : Optional.empty();
  }

  @Override
  public ProviderSettings settings() {
    return settings;
  }

  @Override
  public Future<Discovery> discover() {
    return home(metadata.current());
  }

  @Override
  public Future<AuthorizationStart> authorize(
      ProviderMetadata metadata, AuthorizationRequest request) {
    return home(authorizationEndpoint.start(metadata, request));
  }

  @Override
  public Future<SignedResponse.Outcome> open(ProviderMetadata metadata, MultiMap parameters) {
    return home(signedResponse.open(parameters, metadata.jwks()));
  }

  @Override
  public Optional<String> endSessionUrl(
      ProviderMetadata metadata, Optional<Secret> idToken, URI returnUri, State state) {
    return urls.endSession(metadata, idToken, returnUri, state);
  }

  @Override
  public Future<RedeemOutcome> redeem(AuthorizationResponse.Code code, Redemption redemption) {
    return home(metadata.current().compose(known -> redeem(known, code, redemption)));
  }

  private Future<RedeemOutcome> redeem(
      Discovery known, AuthorizationResponse.Code code, Redemption redemption) {
    return switch (known) {
      case Discovery.Found(var found) -> codeGrant.redeem(found, code, redemption);
      case Discovery.Unreachable(var after) ->
          Future.succeededFuture(new RedeemOutcome.Unavailable(after));
      case Discovery.Unusable _ ->
          Future.succeededFuture(new RedeemOutcome.Refused("provider_unusable"));
    };
  }

  @Override
  public Future<RefreshOutcome> refresh(Tokens tokens, Identity identity) {
    return home(metadata.current().compose(known -> refresh(known, tokens, identity)));
  }

  private Future<RefreshOutcome> refresh(Discovery known, Tokens tokens, Identity identity) {
    return switch (known) {
      case Discovery.Found(var found) -> refreshGrant.refresh(found, tokens, identity);
      case Discovery.Unreachable(var after) ->
          Future.succeededFuture(new RefreshOutcome.Unavailable(after));
      case Discovery.Unusable _ ->
          Future.succeededFuture(new RefreshOutcome.Rejected("provider_unusable"));
    };
  }

  @Override
  public Future<ObtainOutcome> obtain(Tokens tokens, Identity identity, TokenTarget target) {
    return home(metadata.current().compose(known -> obtain(known, tokens, identity, target)));
  }

  private Future<ObtainOutcome> obtain(
      Discovery known, Tokens tokens, Identity identity, TokenTarget target) {
    return switch (known) {
      case Discovery.Found(var found) -> targetGrant.obtain(found, tokens, identity, target);
      case Discovery.Unreachable(var after) ->
          Future.succeededFuture(new ObtainOutcome.Unavailable(after));
      case Discovery.Unusable _ ->
          Future.succeededFuture(new ObtainOutcome.Rejected("provider_unusable"));
    };
  }

  @Override
  public Future<ClientOutcome> clientToken(ClientTarget target) {
    return home(metadata.current().compose(known -> clientToken(known, target)));
  }

  private Future<ClientOutcome> clientToken(Discovery known, ClientTarget target) {
    return switch (known) {
      case Discovery.Found(var found) -> targetGrant.client(found, target);
      case Discovery.Unreachable(var after) ->
          Future.succeededFuture(new ClientOutcome.Unavailable(after));
      case Discovery.Unusable _ ->
          Future.succeededFuture(new ClientOutcome.Rejected("provider_unusable"));
    };
  }

  @Override
  public Future<LogoutOrder> checkLogout(String logoutToken) {
    return home(metadata.current().compose(known -> checkLogout(known, logoutToken)));
  }

  private Future<LogoutOrder> checkLogout(Discovery known, String logoutToken) {
    return switch (known) {
      case Discovery.Found(var found) ->
          signatures
              .verify(logoutToken, found.jwks(), LogoutToken.TYPES)
              .map(
                  verified ->
                      verified
                          .map(this::judge)
                          .orElseGet(() -> new LogoutOrder.Unavailable(settings.timeout())));
      case Discovery.Unreachable(var after) ->
          Future.succeededFuture(new LogoutOrder.Unavailable(after));
      case Discovery.Unusable _ ->
          Future.succeededFuture(new LogoutOrder.Refused("provider_unusable"));
    };
  }

  private LogoutOrder judge(Verification verification) {
    return switch (verification) {
      case Verification.Genuine genuine ->
          LogoutToken.check(genuine.claims(), settings, clock.instant());
      case Verification.UnknownKey _ -> new LogoutOrder.Refused("logout_token_key_unknown");
      case Verification.Forged(var reason) ->
          new LogoutOrder.Refused("logout_token_" + reason.name().toLowerCase(Locale.ROOT));
    };
  }

  @Override
  public Future<Introspection.Outcome> introspect(Secret accessToken) {
    return home(metadata.current().compose(known -> introspect(known, accessToken)));
  }

  private Future<Introspection.Outcome> introspect(Discovery known, Secret accessToken) {
    return switch (known) {
      case Discovery.Found(var found) ->
          found
              .offers()
              .introspection()
              .map(endpoint -> introspection.ask(found.server(), endpoint, accessToken))
              .orElseGet(
                  () ->
                      Future.succeededFuture(
                          new Introspection.Outcome.Rejected("introspection_not_offered")));
      case Discovery.Unreachable(var after) ->
          Future.succeededFuture(new Introspection.Outcome.Unavailable(after));
      case Discovery.Unusable _ ->
          Future.succeededFuture(new Introspection.Outcome.Rejected("provider_unusable"));
    };
  }

  @Override
  public Future<Boolean> revoke(Tokens tokens, Collection<AccessToken> others) {
    return home(metadata.current().compose(known -> revoke(known, tokens, others)));
  }

  private Future<Boolean> revoke(Discovery known, Tokens tokens, Collection<AccessToken> others) {
    return switch (known) {
      case Discovery.Found(var found) ->
          found
              .revocation()
              .map(endpoint -> revocation.revoke(found.server(), endpoint, tokens, others))
              .orElseGet(() -> Future.succeededFuture(true));
      case Discovery.Unreachable _, Discovery.Unusable _ -> Future.succeededFuture(false);
    };
  }

  /// Brings shared work home: a continuation of a shared future would run on the context that
  /// completes it, not on the caller's.
  private <T> Future<T> home(Future<T> shared) {
    var caller = vertx.getOrCreateContext();
    Promise<T> home = Promise.promise();
    shared.onComplete(
        value -> caller.runOnContext(_ -> home.complete(value)),
        fault -> caller.runOnContext(_ -> home.fail(fault)));
    return home.future();
  }
}

package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.Verification;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A provider over HTTP. One instance serves all event loops; every future completes on the context
/// it was asked from, and fails only by a fault of ours.
public final class OidcProvider implements Provider {
  private final Vertx vertx;
  private final ProviderSettings settings;
  private final InstantSource clock;
  private final MetadataCache metadata;
  private final BackChannel backChannel;
  private final TokenResponse tokenResponse;
  private final TokenVerifier verifier;
  private final UserClaims userClaims;
  private final Revocation revocation;
  private final ProviderUrls urls;

  /// A provider that has not been asked anything yet; the first question starts discovery.
  ///
  /// @param entropy spreads the pauses between attempts to reach it
  public OidcProvider(
      Vertx vertx,
      ProviderSettings settings,
      InstantSource clock,
      Entropy entropy,
      Observer observer) {
    this(vertx, settings, clock, entropy, observer, new HttpClientOptions());
  }

  /// With options of its own for the connection, such as which authorities to trust.
  OidcProvider(
      Vertx vertx,
      ProviderSettings settings,
      InstantSource clock,
      Entropy entropy,
      Observer observer,
      HttpClientOptions options) {
    var http =
        new ProviderHttp(
            vertx, options, new AddressRule(settings.insecureHttp()), settings.timeout());
    var keys = new KeyCache(settings.name(), http, clock, observer);
    this.vertx = vertx;
    this.settings = settings;
    this.clock = clock;
    this.metadata = new MetadataCache(vertx, settings, http, clock, entropy, observer);
    this.backChannel = new BackChannel(http, settings);
    this.tokenResponse = new TokenResponse(settings.defaultTokenLife(), clock);
    this.verifier = new TokenVerifier(keys, settings.idTokenAlgs());
    this.userClaims = new UserClaims(http, verifier, settings);
    this.revocation = new Revocation(vertx, backChannel, clock, observer, settings.name());
    this.urls = new ProviderUrls(settings);
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
  public String authorizationUrl(ProviderMetadata metadata, AuthorizationRequest request) {
    return urls.authorization(metadata, request);
  }

  @Override
  public Optional<String> endSessionUrl(
      ProviderMetadata metadata, Optional<Secret> idToken, URI returnUri, State state) {
    return urls.endSession(metadata, idToken, returnUri, state);
  }

  @Override
  public Future<RedeemOutcome> redeem(AuthorizationResponse.Code code, Redemption redemption) {
    return home(
        metadata
            .current()
            .compose(
                known ->
                    switch (known) {
                      case Discovery.Found(var found) -> redeem(found, code, redemption);
                      case Discovery.Unreachable(var after) ->
                          done(new RedeemOutcome.Unavailable(after));
                      case Discovery.Unusable _ ->
                          done(new RedeemOutcome.Refused("provider_unusable"));
                    }));
  }

  private Future<RedeemOutcome> redeem(
      ProviderMetadata found, AuthorizationResponse.Code code, Redemption redemption) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("code", code.value());
    form.put("redirect_uri", redemption.redirectUri().toString());
    form.put("code_verifier", redemption.verifier().value());
    return backChannel
        .post(found.token(), form)
        .map(tokenResponse::read)
        .compose(
            answer ->
                switch (answer) {
                  case TokenAnswer.Issued issued -> check(found, issued, redemption);
                  case TokenAnswer.Unfit(var reason) -> done(new RedeemOutcome.Refused(reason));
                  case TokenAnswer.Denied(var error) -> done(new RedeemOutcome.Refused(error));
                  case TokenAnswer.Unavailable(var after) ->
                      done(new RedeemOutcome.Unavailable(after));
                });
  }

  private Future<RedeemOutcome> check(
      ProviderMetadata found, TokenAnswer.Issued issued, Redemption redemption) {
    if (issued.idToken().isEmpty()) {
      return done(new RedeemOutcome.Refused("id_token_missing"));
    }
    var expected =
        expected(
            Optional.of(redemption.nonce()),
            redemption.maxAge(),
            redemption.acrValues(),
            issued.access());
    return verifier
        .verify(issued.idToken().get().reveal(), found.jwks(), IdToken.TYPES)
        .compose(
            verification ->
                verification
                    .map(known -> judge(found, issued, known, expected))
                    .orElseGet(() -> done(new RedeemOutcome.Unavailable(Answer.Failed.RETRY))));
  }

  private Future<RedeemOutcome> judge(
      ProviderMetadata found,
      TokenAnswer.Issued issued,
      Verification verification,
      IdToken.Expected expected) {
    return switch (verification) {
      case Verification.Forged(var reason) -> done(refused(reason));
      case Verification.UnknownKey _ -> done(new RedeemOutcome.Refused("id_token_key_unknown"));
      case Verification.Genuine genuine ->
          switch (IdToken.check(genuine, expected, clock.instant())) {
            case IdToken.Checked.Refused(var reason) -> done(refused(reason));
            case IdToken.Checked.Accepted accepted ->
                userClaims
                    .add(found, issued.access(), accepted.identity(), genuine.claims())
                    .map(claims -> grant(issued, accepted, claims));
          };
    };
  }

  private static RedeemOutcome grant(
      TokenAnswer.Issued issued, IdToken.Checked.Accepted accepted, UserClaims.Outcome claims) {
    return switch (claims) {
      case UserClaims.Outcome.Refused(var reason) -> new RedeemOutcome.Refused(reason);
      case UserClaims.Outcome.Added(var all) ->
          new RedeemOutcome.Granted(
              tokens(issued, issued.refresh(), issued.idToken(), issued.scope()),
              accepted.identity(),
              all,
              accepted.authTime(),
              accepted.acr());
    };
  }

  @Override
  public Future<RefreshOutcome> refresh(Tokens tokens, Identity identity) {
    if (tokens.refresh().isEmpty()) {
      return done(new RefreshOutcome.Revoked("no_refresh_token"));
    }
    var refresh = tokens.refresh().get();
    return home(
        metadata
            .current()
            .compose(
                known ->
                    switch (known) {
                      case Discovery.Found(var found) -> refresh(found, refresh, tokens, identity);
                      case Discovery.Unreachable(var after) ->
                          done(new RefreshOutcome.Unavailable(after));
                      case Discovery.Unusable _ ->
                          done(new RefreshOutcome.Rejected("provider_unusable"));
                    }));
  }

  private Future<RefreshOutcome> refresh(
      ProviderMetadata found, Secret refresh, Tokens tokens, Identity identity) {
    var form = Map.of("grant_type", "refresh_token", "refresh_token", refresh.reveal());
    return backChannel
        .post(found.token(), form)
        .map(tokenResponse::read)
        .compose(
            answer ->
                switch (answer) {
                  case TokenAnswer.Issued issued -> renew(found, issued, tokens, identity);
                  case TokenAnswer.Unfit(var reason) -> done(new RefreshOutcome.Rejected(reason));
                  case TokenAnswer.Denied(var error) ->
                      done(
                          error.equals("invalid_grant")
                              ? new RefreshOutcome.Revoked(error)
                              : new RefreshOutcome.Rejected(error));
                  case TokenAnswer.Unavailable(var after) ->
                      done(new RefreshOutcome.Unavailable(after));
                });
  }

  private Future<RefreshOutcome> renew(
      ProviderMetadata found, TokenAnswer.Issued issued, Tokens old, Identity identity) {
    if (issued.idToken().isEmpty()) {
      return done(new RefreshOutcome.Renewed(merge(issued, old, old.idToken())));
    }
    return verifier
        .verify(issued.idToken().get().reveal(), found.jwks(), IdToken.TYPES)
        .map(verification -> renewed(issued, old, identity, verification));
  }

  /// Without keys the new ID token is dropped unread: the provider has already rotated the refresh
  /// token, and losing it would end the session for an outage.
  private RefreshOutcome renewed(
      TokenAnswer.Issued issued,
      Tokens old,
      Identity identity,
      Optional<Verification> verification) {
    if (verification.isEmpty()) {
      return new RefreshOutcome.Renewed(merge(issued, old, old.idToken()));
    }
    return switch (verification.get()) {
      case Verification.Forged(var reason) ->
          new RefreshOutcome.Revoked(reason("id_token", reason));
      case Verification.UnknownKey _ -> new RefreshOutcome.Revoked("id_token_key_unknown");
      case Verification.Genuine genuine ->
          switch (IdToken.check(
              genuine,
              expected(Optional.empty(), Optional.empty(), List.of(), issued.access()),
              clock.instant())) {
            case IdToken.Checked.Refused(var reason) ->
                new RefreshOutcome.Revoked(reason("id_token", reason));
            case IdToken.Checked.Accepted(var now, _, _) ->
                now.issuer().equals(identity.issuer()) && now.subject().equals(identity.subject())
                    ? new RefreshOutcome.Renewed(merge(issued, old, issued.idToken()))
                    : new RefreshOutcome.Revoked("id_token_subject_changed");
          };
    };
  }

  @Override
  public Future<Boolean> revoke(Tokens tokens) {
    return home(
        metadata
            .current()
            .compose(
                known ->
                    switch (known) {
                      case Discovery.Found(var found) ->
                          found
                              .revocation()
                              .map(endpoint -> revocation.revoke(endpoint, tokens))
                              .orElseGet(() -> Future.succeededFuture(true));
                      case Discovery.Unreachable _, Discovery.Unusable _ ->
                          Future.succeededFuture(false);
                    }));
  }

  private IdToken.Expected expected(
      Optional<Nonce> nonce, Optional<Duration> maxAge, List<String> acrValues, Secret access) {
    return new IdToken.Expected(
        settings.issuer(),
        settings.clientId(),
        settings.clockSkew(),
        nonce,
        maxAge,
        acrValues,
        access);
  }

  /// New tokens, with the old refresh token and scope where the provider did not repeat them.
  private static Tokens merge(TokenAnswer.Issued issued, Tokens old, Optional<Secret> idToken) {
    return tokens(
        issued,
        issued.refresh().or(old::refresh),
        idToken,
        issued.scope().isEmpty() ? old.scope() : issued.scope());
  }

  private static Tokens tokens(
      TokenAnswer.Issued issued,
      Optional<Secret> refresh,
      Optional<Secret> idToken,
      Set<String> scope) {
    return new Tokens(
        issued.access(), refresh, idToken, scope, issued.issuedAt(), issued.expiresAt());
  }

  private static RedeemOutcome refused(Enum<?> reason) {
    return new RedeemOutcome.Refused(reason("id_token", reason));
  }

  private static String reason(String about, Enum<?> reason) {
    return about + "_" + reason.name().toLowerCase(Locale.ROOT);
  }

  private static <T> Future<T> done(T outcome) {
    return Future.succeededFuture(outcome);
  }

  private <T> Future<T> home(Future<T> shared) {
    return Homing.to(vertx.getOrCreateContext(), shared);
  }
}

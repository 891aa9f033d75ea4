package dev.cloakroom.world;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.AuthorizationRequest;
import dev.cloakroom.oidc.AuthorizationResponse;
import dev.cloakroom.oidc.AuthorizationStart;
import dev.cloakroom.oidc.ClientOutcome;
import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Discovery;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Introspection;
import dev.cloakroom.oidc.LogoutOrder;
import dev.cloakroom.oidc.ObtainOutcome;
import dev.cloakroom.oidc.Offers;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.ProviderMetadata;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.RedeemOutcome;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.oidc.Resources;
import dev.cloakroom.oidc.SignedResponse;
import dev.cloakroom.oidc.State;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.oidc.client.ClientAuth;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/// A provider without a network, for the rooms above `oidc`. Unless told otherwise it agrees to
/// every login and rotates refresh tokens strictly: a second use of one revokes its whole family.
public final class ProviderStandIn implements Provider {
  public static final Duration TOKEN_LIFE = Duration.ofMinutes(5);

  private final InstantSource clock;
  private volatile ProviderSettings settings;
  private final ProviderMetadata metadata;
  private final AtomicInteger issued = new AtomicInteger();
  private final Map<String, String> families = new ConcurrentHashMap<>();
  private final Set<String> revokedFamilies = ConcurrentHashMap.newKeySet();
  private final Map<String, Boolean> spent = new ConcurrentHashMap<>();
  private final List<String> spentTwice = new CopyOnWriteArrayList<>();
  private final List<Tokens> refreshed = new CopyOnWriteArrayList<>();
  private final List<TokenTarget> obtained = new CopyOnWriteArrayList<>();
  private final List<Redemption> redeemed = new CopyOnWriteArrayList<>();
  private final List<Tokens> revoked = new CopyOnWriteArrayList<>();
  private volatile boolean revokesFamilies = true;
  private volatile Supplier<Discovery> discovery;
  private volatile Function<Tokens, Future<RefreshOutcome>> onRefresh = this::rotate;
  private volatile BiFunction<Tokens, TokenTarget, Future<ObtainOutcome>> onObtain = this::give;
  private volatile Function<ClientTarget, Future<ClientOutcome>> onClientToken =
      _ -> Future.succeededFuture(new ClientOutcome.Granted(ownToken()));
  private volatile Function<Redemption, Future<RedeemOutcome>> onRedeem =
      _ -> Future.succeededFuture(grants("alice", "sid-1"));
  private volatile Future<Boolean> onRevoke = Future.succeededFuture(true);
  private volatile LogoutOrder onLogout = new LogoutOrder.Refused("not signed by this stand-in");

  /// What every logout token is found to be from now on.
  public void onLogout(LogoutOrder order) {
    onLogout = order;
  }

  public ProviderStandIn(String name, InstantSource clock) {
    this(name, clock, ProviderSettings.ResponseMode.QUERY, false);
  }

  public ProviderStandIn(
      String name, InstantSource clock, ProviderSettings.ResponseMode mode, boolean sendsIssuer) {
    this.clock = clock;
    var issuer = "https://" + name + ".test";
    this.settings = settings(name, issuer, mode, Dialect.none(), Optional.empty());
    this.metadata =
        new ProviderMetadata(
            issuer,
            URI.create(issuer + "/authorize"),
            URI.create(issuer + "/token"),
            Optional.of(URI.create(issuer + "/jwks")),
            Optional.empty(),
            Optional.of(URI.create(issuer + "/logout")),
            Optional.of(URI.create(issuer + "/revoke")),
            sendsIssuer,
            Offers.none());
    this.discovery = () -> new Discovery.Found(metadata);
  }

  private static ProviderSettings settings(
      String name,
      String issuer,
      ProviderSettings.ResponseMode mode,
      Dialect dialect,
      Optional<Duration> refreshAhead) {
    return new ProviderSettings(
        name,
        issuer,
        Optional.empty(),
        ProviderSettings.EndpointOverrides.none(),
        "gateway",
        new ClientAuth.SecretBasic(Secret.of("client-secret")),
        Hardening.usual(),
        List.of("openid"),
        Resources.none(),
        Map.of(),
        Set.of("prompt", "login_hint", "acr_values", "max_age", "ui_locales", "kc_idp_hint"),
        mode,
        Set.of("RS256"),
        false,
        false,
        List.of("sub", "name"),
        refreshAhead,
        Duration.ZERO,
        TOKEN_LIFE,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        ProviderSettings.IdTokenHint.AUTO,
        false,
        ProviderSettings.Redirect.SHARED,
        new ProviderSettings.Display(name, true),
        dialect,
        Optional.empty(),
        false);
  }

  // -- what a test orders

  public void speaks(Dialect dialect) {
    settings =
        settings(
            settings.name(),
            settings.issuer(),
            settings.responseMode(),
            dialect,
            settings.refreshAhead());
  }

  /// Its tokens are due so long before they expire.
  public void refreshesAhead(Duration ahead) {
    settings =
        settings(
            settings.name(),
            settings.issuer(),
            settings.responseMode(),
            settings.dialect(),
            Optional.of(ahead));
  }

  public void discovers(Discovery answer) {
    discovery = () -> answer;
  }

  public void onRefresh(Function<Tokens, Future<RefreshOutcome>> answer) {
    onRefresh = answer;
  }

  public void refreshesWith(RefreshOutcome answer) {
    onRefresh = _ -> Future.succeededFuture(answer);
  }

  public void onObtain(BiFunction<Tokens, TokenTarget, Future<ObtainOutcome>> answer) {
    onObtain = answer;
  }

  public void onClientToken(Function<ClientTarget, Future<ClientOutcome>> answer) {
    onClientToken = answer;
  }

  public void rotatesAgain() {
    onRefresh = this::rotate;
  }

  /// Refuses a refresh token that comes twice, but thinks no worse of the login.
  public void bearsReuse() {
    revokesFamilies = false;
  }

  public void redeemsWith(RedeemOutcome answer) {
    onRedeem = _ -> Future.succeededFuture(answer);
  }

  public void onRedeem(Function<Redemption, Future<RedeemOutcome>> answer) {
    onRedeem = answer;
  }

  public void onRevoke(Future<Boolean> answer) {
    onRevoke = answer;
  }

  // -- what a test asks

  /// The tokens that came in to be refreshed.
  public List<Tokens> refreshed() {
    return refreshed;
  }

  /// What tokens were asked for beside the login's own.
  public List<TokenTarget> obtained() {
    return obtained;
  }

  public List<Redemption> redeemed() {
    return redeemed;
  }

  public List<Tokens> revoked() {
    return revoked;
  }

  public String issuer() {
    return metadata.issuer();
  }

  public ProviderMetadata metadata() {
    return metadata;
  }

  /// The next tokens, five minutes long. The ID token is a text that only looks like one.
  public Tokens issue() {
    int number = issued.incrementAndGet();
    var now = clock.instant();
    return new Tokens(
        Secret.of("access-" + settings.name() + "-" + number),
        Optional.of(Secret.of("refresh-" + settings.name() + "-" + number)),
        Optional.of(Secret.of("id-" + settings.name() + "-" + number)),
        Set.of(),
        now,
        now.plus(TOKEN_LIFE));
  }

  public RedeemOutcome.Granted grants(String subject, String sid) {
    return new RedeemOutcome.Granted(
        issue(),
        new Identity(metadata.issuer(), subject, Optional.of(sid)),
        new JsonObject().put("sub", subject).put("name", "A. Name").put("internal", "not shown"),
        Optional.of(clock.instant()),
        Optional.empty(),
        Optional.empty());
  }

  /// What the provider makes of a refresh token when nothing else is ordered.
  public Future<RefreshOutcome> rotate(Tokens tokens) {
    var token = tokens.refresh().orElseThrow().reveal();
    if (isRevoked(tokens)) {
      return Future.succeededFuture(new RefreshOutcome.Revoked("invalid_grant"));
    }
    if (spent.putIfAbsent(token, true) != null) {
      spentTwice.add(token);
      if (revokesFamilies) {
        revokedFamilies.add(family(token));
      }
      return Future.succeededFuture(new RefreshOutcome.Revoked("refresh token reused"));
    }
    var next = issue();
    families.put(next.refresh().orElseThrow().reveal(), family(token));
    return Future.succeededFuture(new RefreshOutcome.Renewed(next));
  }

  /// What the provider gives beside the login's own token when nothing else is ordered: strictly,
  /// for a refresh token that rotates; freely, in exchange.
  public Future<ObtainOutcome> give(Tokens tokens, TokenTarget target) {
    return switch (target) {
      case TokenTarget.Resource _ ->
          rotate(tokens)
              .map(
                  outcome ->
                      switch (outcome) {
                        case RefreshOutcome.Renewed(var next) -> obtained(tokens, next, target);
                        case RefreshOutcome.Revoked(var why) -> new ObtainOutcome.Revoked(why);
                        case RefreshOutcome.Rejected(var why) -> new ObtainOutcome.Rejected(why);
                        case RefreshOutcome.Unavailable(var after) ->
                            new ObtainOutcome.Unavailable(after);
                      });
      case TokenTarget.Exchange _ ->
          Future.succeededFuture(
              new ObtainOutcome.Obtained(further(target, tokens.expiresAt()), tokens));
    };
  }

  private ObtainOutcome obtained(Tokens old, Tokens next, TokenTarget target) {
    return new ObtainOutcome.Obtained(
        further(target, next.expiresAt()),
        new Tokens(
            old.access(),
            next.refresh(),
            old.idToken(),
            old.scope(),
            old.issuedAt(),
            old.expiresAt()));
  }

  /// A token of the gateway itself.
  public AccessToken ownToken() {
    var value = "client-" + settings.name() + "-" + issued.incrementAndGet();
    var now = clock.instant();
    return new AccessToken(Secret.of(value), Set.of(), now, now.plus(TOKEN_LIFE));
  }

  private AccessToken further(TokenTarget target, Instant until) {
    var value = target.grant() + "-" + settings.name() + "-" + issued.incrementAndGet();
    return new AccessToken(Secret.of(value), Set.of(), clock.instant(), until);
  }

  private String family(String token) {
    return families.getOrDefault(token, token);
  }

  /// Whether a login is over at the provider: nothing can be refreshed with these tokens, nor with
  /// those that came before or after them.
  public boolean isRevoked(Tokens tokens) {
    return revokedFamilies.contains(family(tokens.refresh().orElseThrow().reveal()));
  }

  /// Refresh tokens that came a second time.
  public List<String> spentTwice() {
    return spentTwice;
  }

  // -- the provider

  @Override
  public ProviderSettings settings() {
    return settings;
  }

  @Override
  public Future<Discovery> discover() {
    return Future.succeededFuture(discovery.get());
  }

  @Override
  public Future<SignedResponse.Outcome> open(ProviderMetadata found, MultiMap parameters) {
    return Future.succeededFuture(new SignedResponse.Outcome.Opened(parameters));
  }

  @Override
  public Future<AuthorizationStart> authorize(
      ProviderMetadata found, AuthorizationRequest request) {
    var url = new StringBuilder(found.authorization() + "?redirect_uri=" + request.redirectUri());
    url.append("&state=").append(request.state().value());
    url.append("&nonce=").append(request.nonce().value());
    url.append("&code_challenge=").append(request.verifier().challenge());
    request.passThrough().forEach((name, value) -> url.append('&').append(name + "=" + value));
    return Future.succeededFuture(new AuthorizationStart.Ready(url.toString()));
  }

  @Override
  public Future<RedeemOutcome> redeem(AuthorizationResponse.Code code, Redemption redemption) {
    redeemed.add(redemption);
    return onRedeem.apply(redemption);
  }

  @Override
  public Future<RefreshOutcome> refresh(Tokens tokens, Identity identity) {
    refreshed.add(tokens);
    return onRefresh.apply(tokens);
  }

  @Override
  public Future<ObtainOutcome> obtain(Tokens tokens, Identity identity, TokenTarget target) {
    obtained.add(target);
    return onObtain.apply(tokens, target);
  }

  @Override
  public Future<ClientOutcome> clientToken(ClientTarget target) {
    return onClientToken.apply(target);
  }

  @Override
  public Future<Introspection.Outcome> introspect(Secret accessToken) {
    return Future.succeededFuture(new Introspection.Outcome.Inactive());
  }

  @Override
  public Future<LogoutOrder> checkLogout(String logoutToken) {
    return Future.succeededFuture(onLogout);
  }

  @Override
  public Future<Boolean> revoke(Tokens tokens, Collection<AccessToken> others) {
    revoked.add(tokens);
    tokens
        .refresh()
        .map(Secret::reveal)
        .filter(token -> !spent.containsKey(token)) // unknown by now
        .map(this::family)
        .ifPresent(revokedFamilies::add);
    return onRevoke;
  }

  @Override
  public Optional<String> endSessionUrl(
      ProviderMetadata found, Optional<Secret> idToken, URI returnUri, State state) {
    return found
        .endSession()
        .map(
            endpoint ->
                endpoint
                    + "?post_logout_redirect_uri="
                    + returnUri
                    + "&state="
                    + state.value()
                    + idToken.map(token -> "&id_token_hint=" + token.reveal()).orElse(""));
  }
}

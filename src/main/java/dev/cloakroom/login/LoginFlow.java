package dev.cloakroom.login;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.login.LoginRequest.From;
import dev.cloakroom.login.app.AppLogin;
import dev.cloakroom.login.app.AppStart;
import dev.cloakroom.login.app.NativeApp;
import dev.cloakroom.login.app.NativeApps;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.AuthorizationRequest;
import dev.cloakroom.oidc.AuthorizationStart;
import dev.cloakroom.oidc.Discovery;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.ProviderMetadata;
import dev.cloakroom.oidc.SignedResponse;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A login, from the navigation to `/auth/login` to the new session. Keeps nothing itself: an
/// attempt lies in its cookie, so any node can finish it.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth OpenID Connect Core
///   1.0, 3.1
public final class LoginFlow {
  private final Map<String, Provider> providers;
  private final AttemptCookies attempts;
  private final Landings landings;
  private final RedirectUris redirectUris;
  private final Chooser chooser;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;
  private final NativeApps apps;
  private final ToApp toApp;
  private final Rounds rounds;
  private final Callback callback;

  /// Takes the providers of a front end in the order of the configuration, the redirect URI they
  /// share, and the apps of the front end.
  public LoginFlow(
      FrontEnd frontEnd,
      Map<String, Provider> providers,
      SessionStore sessions,
      Revoker revoker,
      Sealer sealer,
      Landings landings,
      SessionSettings settings,
      URI redirectUri,
      NativeApps apps,
      InstantSource clock,
      Entropy entropy,
      Observer observer) {
    if (providers.isEmpty()) {
      throw new IllegalArgumentException("a login needs a provider");
    }
    this.providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
    this.attempts = new AttemptCookies(frontEnd.sealing(sealer), clock);
    this.landings = landings;
    this.redirectUris = new RedirectUris(redirectUri);
    this.chooser = new Chooser(this.providers);
    this.clock = clock;
    this.entropy = entropy;
    this.observer = observer;
    this.apps = apps;
    this.toApp = new ToApp(apps);
    this.rounds = new Rounds(frontEnd.sealing(sealer), sessions, clock);
    var newcomer = new SessionFactory(frontEnd, settings.maxLifetime(), clock, entropy);
    this.callback =
        new Callback(
            this.providers, sessions, revoker, newcomer, redirectUris, toApp, rounds, observer);
  }

  /// Starts an attempt and says where to send the browser.
  public Future<BeginOutcome> begin(LoginRequest request) {
    var parameters = request.parameters();
    if (request.thirdParties().isPresent() && ThirdPartyStart.isOne(parameters)) {
      return beginForThirdParty(request, request.thirdParties().get());
    }
    if (isRepeated(parameters, "return_to")) {
      return answer(new BeginOutcome.InvalidParameter("return_to"));
    }
    var target = landings.check(value(parameters, "return_to").orElse("/"));
    if (target.isEmpty()) {
      return answer(new BeginOutcome.InvalidReturnTo());
    }
    if (isRepeated(parameters, "provider")) {
      return answer(new BeginOutcome.InvalidParameter("provider"));
    }
    var named = value(parameters, "provider");
    if (target.get() instanceof Landings.Guarded(var address) && !isFromHere(request)) {
      return answer(new BeginOutcome.Confirm(address, named.filter(providers::containsKey)));
    }
    var asked = request.from() == From.ELSEWHERE ? MultiMap.caseInsensitiveMultiMap() : parameters;
    return named
        .or(chooser::only)
        .map(name -> begin(request, name, page(request, target.get().address()), asked))
        .orElseGet(() -> answer(chooser.offer(Map.of("return_to", target.get().address()), asked)));
  }

  /// Starts an attempt for an app, whose browser this is: the session that the browser may be in is
  /// none of the app's.
  public Future<BeginOutcome> beginForApp(LoginRequest request) {
    return switch (AppStart.read(request.parameters(), apps)) {
      case AppStart.Refused(var parameter) -> answer(new BeginOutcome.InvalidParameter(parameter));
      case AppStart.Answered(var location) -> answer(new BeginOutcome.ToApp(location));
      case AppStart.Understood(var app, var login) ->
          begin(request, app, login).map(outcome -> toApp.told(login, outcome));
    };
  }

  private Future<BeginOutcome> begin(LoginRequest request, NativeApp app, AppLogin login) {
    var asked = MultiMap.caseInsensitiveMultiMap();
    if (request.from() != From.ELSEWHERE) {
      asked.addAll(request.parameters());
      AppStart.PARAMETERS.forEach(asked::remove);
    }
    var used = usedBy(app);
    var choice = new Chooser(used);
    var name = value(request.parameters(), "provider").or(choice::only);
    if (isRepeated(request.parameters(), "provider")
        || name.filter(each -> !used.containsKey(each)).isPresent()) {
      return answer(new BeginOutcome.InvalidParameter("provider"));
    }
    if (isToBeAsked(request, app, login)) {
      return answer(
          Objects.equals(asked.get("prompt"), "none")
              ? new BeginOutcome.ToApp(login.refused("interaction_required", apps.issuer()))
              : name.map(choice::just).orElse(choice).offer(login.parameters(), asked));
    }
    return name.map(
            each ->
                begin(request, each, new Goal("/", Optional.empty(), Optional.of(login)), asked))
        .orElseGet(() -> answer(choice.offer(login.parameters(), asked)));
  }

  /// An app at an address that any app could have taken may be another than it says. So no login
  /// begins, and no session that the provider remembers is used, before the user has followed a
  /// link on a page of the gateway. A browser that does not say where a request comes from is not
  /// asked: it could never tell that the link was followed.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8252#section-8.6 RFC 8252, 8.6
  private static boolean isToBeAsked(LoginRequest request, NativeApp app, AppLogin login) {
    return !app.isAloneAt(login.redirectUri())
        && (request.from() == From.HERE || request.from() == From.ELSEWHERE);
  }

  private static boolean isFromHere(LoginRequest request) {
    return request.from() == From.HERE || request.from() == From.OWN_PAGE;
  }

  private Map<String, Provider> usedBy(NativeApp app) {
    var used = new LinkedHashMap<>(providers);
    used.keySet().removeIf(name -> !app.uses(name));
    return used;
  }

  /// Where a login leads.
  private record Goal(String returnTo, Optional<SessionKey> replaces, Optional<AppLogin> app) {}

  private static Goal page(LoginRequest request, String target) {
    return new Goal(target, request.current().map(SessionId::key), Optional.empty());
  }

  private Future<BeginOutcome> beginForThirdParty(LoginRequest request, String origin) {
    return switch (ThirdPartyStart.of(request.parameters(), providers, origin)) {
      case ThirdPartyStart.Refused(var name) -> answer(new BeginOutcome.InvalidParameter(name));
      case ThirdPartyStart.Understood(var provider, var path) ->
          landings
              .open()
              .check(path)
              .map(
                  target ->
                      begin(
                          request,
                          provider,
                          page(request, target),
                          MultiMap.caseInsensitiveMultiMap()))
              .orElseGet(() -> answer(new BeginOutcome.InvalidReturnTo()));
    };
  }

  private Future<BeginOutcome> begin(LoginRequest request, String name, Goal goal, MultiMap asked) {
    var provider = providers.get(name);
    if (provider == null) {
      return answer(new BeginOutcome.InvalidParameter("provider"));
    }
    return switch (LoginParameters.check(asked, provider.settings().allowedLoginParams())) {
      case LoginParameters.Refused(var refused) ->
          answer(new BeginOutcome.InvalidParameter(refused));
      case LoginParameters.Accepted accepted -> {
        var attempt = attempt(request, name, goal, accepted);
        yield rounds
            .check(request, attempt)
            .compose(
                loop ->
                    loop.map(cause -> answer(loop(cause, attempt, accepted)))
                        .orElseGet(() -> discover(request, provider, attempt, accepted)));
      }
    };
  }

  private BeginOutcome loop(
      BeginOutcome.LoopCause cause, Attempt attempt, LoginParameters.Accepted accepted) {
    observer.on(new Event.LoginRejected(attempt.provider(), "LOOP_" + cause));
    var again = new LinkedHashMap<>(accepted.values());
    again.put("provider", attempt.provider());
    again.put("return_to", attempt.returnTo());
    return new BeginOutcome.Loop(cause, again);
  }

  private Future<BeginOutcome> discover(
      LoginRequest request, Provider provider, Attempt attempt, LoginParameters.Accepted accepted) {
    return provider
        .discover()
        .compose(
            discovery ->
                switch (discovery) {
                  case Discovery.Found(var metadata) ->
                      start(request, provider, metadata, attempt, accepted);
                  case Discovery.Unreachable(var retryAfter) ->
                      answer(new BeginOutcome.TryLater(retryAfter));
                  case Discovery.Unusable(_) -> answer(new BeginOutcome.Unusable());
                });
  }

  private Attempt attempt(
      LoginRequest request, String provider, Goal goal, LoginParameters.Accepted accepted) {
    var attempt =
        new Attempt(
            new Seed(entropy.bytes(Seed.LENGTH)),
            provider,
            clock.instant().truncatedTo(ChronoUnit.SECONDS),
            goal.returnTo(),
            goal.replaces(),
            accepted.maxAge(),
            accepted.acrValues(),
            goal.app(),
            0);
    return attempt.after(rounds.before(request.rounds(), attempt));
  }

  private Future<BeginOutcome> start(
      LoginRequest request,
      Provider provider,
      ProviderMetadata metadata,
      Attempt attempt,
      LoginParameters.Accepted accepted) {
    var asked =
        new AuthorizationRequest(
            redirectUris.of(provider.settings()),
            attempt.state(),
            attempt.nonce(),
            attempt.verifier(),
            attempt.proofKey(provider.settings()),
            accepted.values());
    return provider
        .authorize(metadata, asked)
        .map(
            start ->
                switch (start) {
                  case AuthorizationStart.Ready(var url) ->
                      redirect(request, provider, attempt, url);
                  case AuthorizationStart.Refused(var reason) -> {
                    observer.on(new Event.LoginRejected(attempt.provider(), reason));
                    yield new BeginOutcome.Refused();
                  }
                  case AuthorizationStart.Unavailable(var retryAfter) -> {
                    observer.on(
                        new Event.LoginRejected(attempt.provider(), "PROVIDER_UNAVAILABLE"));
                    yield new BeginOutcome.TryLater(retryAfter);
                  }
                });
  }

  private BeginOutcome redirect(
      LoginRequest request, Provider provider, Attempt attempt, String location) {
    var cookie = attempts.seal(attempt, provider.settings().responseMode());
    observer.on(new Event.LoginStarted(attempt.provider()));
    return new BeginOutcome.Redirect(
        location, cookie, attempts.evictedBy(cookie, request.attempts()));
  }

  /// Finds the attempt by its state and, if it is genuine, young and not yet claimed, turns the
  /// code into a session. Without an attempt the provider is not asked.
  public Future<LoginOutcome> finish(CallbackRequest request) {
    return SignedResponse.state(request.parameters())
        .flatMap(presented -> attempts.find(request.attempts(), presented))
        .map(attempt -> callback.finish(request, attempt))
        .orElseGet(
            () -> {
              observer.on(
                  new Event.LoginRejected(request.pathProvider().orElse("-"), "STATE_MISMATCH"));
              return Future.succeededFuture(new LoginOutcome.StateMismatch(Optional.empty()));
            });
  }

  private static Optional<String> value(MultiMap parameters, String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  private static boolean isRepeated(MultiMap parameters, String name) {
    return parameters.getAll(name).size() > 1;
  }

  private static Future<BeginOutcome> answer(BeginOutcome outcome) {
    return Future.succeededFuture(outcome);
  }
}

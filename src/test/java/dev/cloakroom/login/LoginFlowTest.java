package dev.cloakroom.login;

import static dev.cloakroom.world.Waiting.on;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.house.Proves;
import dev.cloakroom.login.app.NativeApps;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.CodeVerifier;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Dialect.ErrorAction;
import dev.cloakroom.oidc.Discovery;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.ProviderSettings.ResponseMode;
import dev.cloakroom.oidc.RedeemOutcome;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LoginFlowTest {
  private static final URI REDIRECT_URI = URI.create("https://app.test/auth/callback");
  private static final SessionSettings SETTINGS =
      new SessionSettings(Duration.ofHours(1), Duration.ofHours(8), 1_000, OptionalInt.empty());

  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final Entropy entropy = Entropy.secure();
  private final Sealer sealer = KeyRingSealer.forThisProcess(entropy);
  private final ProviderStandIn main = new ProviderStandIn("main", clock);
  private final ProviderStandIn other =
      new ProviderStandIn("other", clock, ResponseMode.FORM_POST, true);
  private final WaveringStore store =
      new WaveringStore(new MemorySessionStore(SETTINGS, clock, events));
  private final LoginFlow flow = flow(sealer);

  private LoginFlow flow(Sealer seals) {
    Map<String, Provider> providers = new LinkedHashMap<>();
    providers.put("main", main);
    providers.put("other", other);
    return new LoginFlow(
        FrontEnd.ONLY,
        providers,
        store,
        new Revoker(providers, events),
        seals,
        new Landings(
            path -> !path.startsWith("/api/") && !path.startsWith("/portal/"),
            path -> path.startsWith("/portal/")),
        SETTINGS,
        REDIRECT_URI,
        new NativeApps(List.of(), "https://app.test"),
        clock,
        entropy,
        events);
  }

  // -- a browser, as far as the flow sees one

  private final List<AttemptCookie> jar = new ArrayList<>();

  private BeginOutcome begins(Optional<SessionId> current, boolean crossSite, String... pairs) {
    var parameters = parameters(pairs);
    if (!parameters.contains("provider")) {
      parameters.add("provider", "main");
    }
    return on(
        flow.begin(
            new LoginRequest(
                parameters,
                crossSite ? LoginRequest.From.ELSEWHERE : LoginRequest.From.HERE,
                Optional.empty(),
                current,
                List.copyOf(jar),
                Optional.empty())));
  }

  private Started starts(String... pairs) {
    var redirect = (BeginOutcome.Redirect) begins(Optional.empty(), false, pairs);
    jar.removeIf(cookie -> redirect.evicted().contains(cookie.name()));
    jar.add(redirect.attempt());
    return new Started(redirect, query(redirect.location()));
  }

  private LoginOutcome returns(Started started, String... pairs) {
    var parameters = parameters(pairs).add("state", started.sent("state"));
    return returns(Optional.empty(), parameters);
  }

  private LoginOutcome returns(Optional<String> pathProvider, MultiMap parameters) {
    var outcome =
        on(
            flow.finish(
                new CallbackRequest(
                    pathProvider, came, Optional.empty(), parameters, List.copyOf(jar))));
    spent(outcome).ifPresent(name -> jar.removeIf(cookie -> cookie.name().equals(name)));
    return outcome;
  }

  private Optional<SessionKey> came = Optional.empty();

  private static Optional<String> spent(LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.SignedIn signedIn -> Optional.of(signedIn.spent());
      case LoginOutcome.StateMismatch(var spent) -> spent;
      case LoginOutcome.Rejected rejected -> Optional.of(rejected.spent());
      case LoginOutcome.GoneBack(_, var spent) -> Optional.of(spent);
      case LoginOutcome.GoOn(_, _, var spent) -> Optional.of(spent);
      case LoginOutcome.TryLater later -> Optional.of(later.spent());
      case LoginOutcome.ToApp(_, var spent) -> Optional.of(spent);
      case LoginOutcome.AppGoesOn(_, var spent) -> Optional.of(spent);
    };
  }

  private record Started(BeginOutcome.Redirect redirect, Map<String, String> query) {
    String sent(String name) {
      return Objects.requireNonNull(query.get(name));
    }
  }

  private static MultiMap parameters(String... pairs) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      parameters.add(pairs[i], pairs[i + 1]);
    }
    return parameters;
  }

  private static Map<String, String> query(String location) {
    Map<String, String> query = new LinkedHashMap<>();
    for (var pair : location.substring(location.indexOf('?') + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return query;
  }

  private static LoginOutcome.SignedIn signedIn(LoginOutcome outcome) {
    assertThat(outcome).isInstanceOf(LoginOutcome.SignedIn.class);
    return (LoginOutcome.SignedIn) outcome;
  }

  private void isMismatch(LoginOutcome outcome) {
    assertThat(outcome).isInstanceOf(LoginOutcome.StateMismatch.class);
    assertThat(main.redeemed()).isEmpty();
    assertThat(other.redeemed()).isEmpty();
    assertThat(store.size()).isZero();
  }

  private List<String> reasons() {
    return events.of(Event.LoginRejected.class).stream().map(Event.LoginRejected::reason).toList();
  }

  // -- beginning

  @Test
  @Proves("AZ-06")
  void aLoginLeadsToTheAddressItWasStartedFor() {
    var started = starts("return_to", "/app?x=1#/deep/link");
    assertThat(started.redirect().location()).startsWith("https://main.test/authorize?");
    var done = signedIn(returns(started, "code", "c"));
    assertThat(done.returnTo()).isEqualTo("/app?x=1#/deep/link");
    assertThat(signedIn(returns(starts(), "code", "c")).returnTo()).isEqualTo("/");
  }

  @Test
  @Proves("AZ-06")
  void anAddressElsewhereIsRefusedWithoutARedirect() {
    for (var address : List.of("//evil.test", "/\\evil.test", "https://evil.test", "", "/api/x")) {
      assertThat(begins(Optional.empty(), false, "return_to", address))
          .isEqualTo(new BeginOutcome.InvalidReturnTo());
      assertThat(begins(Optional.empty(), true, "return_to", address))
          .isEqualTo(new BeginOutcome.InvalidReturnTo());
    }
    assertThat(events.of(Event.LoginStarted.class)).isEmpty();
  }

  private static Dialect acting(Map<String, ErrorAction> actions) {
    var none = Dialect.none();
    return new Dialect(
        none.tenants(),
        none.discovery(),
        none.idToken(),
        none.tokenScope(),
        none.claimSources(),
        none.requiredClaims(),
        none.endSession(),
        actions);
  }

  /// Azure AD B2C tells "cancelled" and "forgot the password" by codes of its own.
  @Test
  @Proves("CB-02")
  void aCodeOfTheProvidersOwnSaysHowToGoOn() {
    main.speaks(
        acting(
            Map.of("B2C-91", new ErrorAction.Back(), "B2C-118", new ErrorAction.LoginAt("other"))));
    var first = starts("return_to", "/orders");
    assertThat(returns(first, "error", "access_denied", "error_description", "B2C-91: no"))
        .isEqualTo(new LoginOutcome.GoneBack("/orders", first.redirect().attempt().name()));
    var second = starts("return_to", "/orders");
    assertThat(returns(second, "error", "access_denied", "error_description", "B2C-118: forgot"))
        .isEqualTo(new LoginOutcome.GoOn("other", "/orders", second.redirect().attempt().name()));
    assertThat(returns(second, "error", "access_denied", "error_description", "B2C-118: forgot"))
        .isInstanceOf(LoginOutcome.StateMismatch.class);
    assertThat(main.redeemed()).isEmpty();
  }

  @Test
  @Proves("AZ-04")
  void onlyListedParametersTravelAndNoneFromAnotherSite() {
    assertThat(starts("kc_idp_hint", "google").query()).containsEntry("kc_idp_hint", "google");
    assertThat(begins(Optional.empty(), false, "scope", "admin"))
        .isEqualTo(new BeginOutcome.InvalidParameter("scope"));
    assertThat(begins(Optional.empty(), false, "provider", "nobody"))
        .isEqualTo(new BeginOutcome.InvalidParameter("provider"));
    var fromElsewhere =
        (BeginOutcome.Redirect)
            begins(
                Optional.empty(),
                true,
                "provider",
                "other",
                "prompt",
                "none",
                "scope",
                "admin",
                "prompt",
                "login");
    assertThat(query(fromElsewhere.location())).doesNotContainKeys("prompt", "scope");
    assertThat(fromElsewhere.location()).startsWith("https://other.test/");
  }

  @Test
  @Proves("AZ-05")
  void theGatewaysOwnParametersComeOnceToo() {
    assertThat(begins(Optional.empty(), false, "return_to", "/a", "return_to", "/b"))
        .isEqualTo(new BeginOutcome.InvalidParameter("return_to"));
    assertThat(begins(Optional.empty(), true, "provider", "main", "provider", "main"))
        .isEqualTo(new BeginOutcome.InvalidParameter("provider"));
  }

  @Test
  void aProviderThatCannotBeUsedIsSaidSo() {
    main.discovers(new Discovery.Unreachable(Duration.ofSeconds(3)));
    assertThat(begins(Optional.empty(), false))
        .isEqualTo(new BeginOutcome.TryLater(Duration.ofSeconds(3)));
    main.discovers(new Discovery.Unusable("no S256"));
    assertThat(begins(Optional.empty(), false)).isEqualTo(new BeginOutcome.Unusable());
  }

  @Test
  @Proves({"PKCE-04", "STATE-01", "STATE-04"})
  void everyAttemptHasSecretsOfItsOwn() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1_000; i++) {
      jar.clear();
      var started = starts();
      for (var name : List.of("state", "nonce", "code_challenge")) {
        assertThat(started.sent(name)).matches("[A-Za-z0-9_-]{43}");
        assertThat(seen.add(started.sent(name))).isTrue();
        assertThat(seen.add(started.sent(name).substring(0, 8))).as("no common prefix").isTrue();
      }
    }
  }

  @Test
  @Proves("CK-19")
  void beginningLeavesNothingOnTheServer() {
    for (int i = 0; i < 100; i++) {
      var _ = starts();
    }
    assertThat(store.size()).isZero();
  }

  // -- the attempt's cookie

  @Test
  @Proves({"CK-07", "PKCE-06", "STATE-03"})
  void theCookieIsSealedAndShowsNothing() {
    var started = starts("return_to", "/secret-place");
    var cookie = started.redirect().attempt();
    assertThat(cookie.name()).matches("__Host-Http-login-[A-Za-z0-9_-]{6}");
    assertThat(cookie.value()).matches("[A-Za-z0-9_-]+").doesNotContain(started.sent("state"));
    var done = returns(started, "code", "c");
    assertThat(done).isInstanceOf(LoginOutcome.SignedIn.class);
    var verifier = main.redeemed().getFirst().verifier().value();
    var bytes = new String(Base64.getUrlDecoder().decode(cookie.value()), ISO_8859_1);
    assertThat(bytes).doesNotContain("secret-place").doesNotContain(verifier);
    assertThat(cookie.value()).doesNotContain(verifier);
    assertThat(started.redirect().location()).doesNotContain(verifier);
  }

  @Test
  @Proves("CK-08")
  void aProviderThatPostsNeedsACookieThatCrossesSites() {
    assertThat(starts("provider", "other").redirect().attempt().crossSitePost()).isTrue();
    assertThat(starts("provider", "main").redirect().attempt().crossSitePost()).isFalse();
  }

  @Test
  @Proves({"CK-09", "CK-10"})
  void tenTabsFinishInReverseOrder() {
    List<Started> tabs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tabs.add(starts("return_to", "/orders/2030/january?tab=" + i + "#/positions/open"));
      assertThat(tabs.getLast().redirect().evicted()).isEmpty();
      clock.advance(Duration.ofSeconds(5));
    }
    assertThat(jarSize()).isLessThanOrEqualTo(4096);
    for (int i = 9; i >= 0; i--) {
      assertThat(signedIn(returns(tabs.get(i), "code", "c")).returnTo())
          .isEqualTo("/orders/2030/january?tab=" + i + "#/positions/open");
    }
    assertThat(jar).isEmpty();
  }

  @Test
  @Proves("CK-10")
  void tenTabsOfSomebodyLoggedInFitToo() {
    var current = Optional.of(SessionId.draw(FrontEnd.ONLY, entropy));
    for (int i = 0; i < 10; i++) {
      var redirect =
          (BeginOutcome.Redirect) begins(current, false, "return_to", "/orders/2030/january");
      assertThat(redirect.evicted()).isEmpty();
      jar.add(redirect.attempt());
    }
  }

  @Test
  @Proves("CK-10")
  void theOldestAttemptsGoFirst() {
    List<String> evicted = new ArrayList<>();
    List<Started> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(starts("return_to", "/" + "x".repeat(i * 20)));
      evicted.addAll(all.getLast().redirect().evicted());
      Collections.rotate(jar, 1); // the order of the header says nothing about age
      assertThat(jarSize()).isLessThanOrEqualTo(4096);
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(evicted)
        .isEqualTo(
            all.stream()
                .map(started -> started.redirect().attempt().name())
                .limit(evicted.size())
                .toList());
    assertThat(signedIn(returns(all.getLast(), "code", "c")).returnTo()).hasSize(981);
  }

  @Test
  @Proves({"CK-10", "CK-15"})
  void theLongestAttemptStillFits() {
    var longest =
        starts(
            "return_to", "/" + "x".repeat(2047),
            "acr_values", "a".repeat(256) + " " + "b".repeat(255));
    var cookie = longest.redirect().attempt();
    assertThat(cookie.name().length() + 1 + cookie.value().length()).isLessThanOrEqualTo(4096);
    assertThat(signedIn(returns(longest, "code", "c")).returnTo()).hasSize(2048);
  }

  @Test
  void whatDoesNotOpenAnyMoreIsCleanedUp() {
    jar.add(new AttemptCookie(AttemptCookie.PREFIX + "broken", "AAAA", false));
    jar.add(new AttemptCookie(AttemptCookie.PREFIX + "worse", "%%%", false));
    var stale = starts().redirect().attempt();
    clock.advance(Attempt.LIFE);
    assertThat(starts().redirect().evicted()).contains(stale.name());
    assertThat(jar).hasSize(1);
  }

  private int jarSize() {
    return jar.stream().mapToInt(c -> c.name().length() + 1 + c.value().length() + 2).sum();
  }

  // -- state

  @Test
  @Proves({"STATE-01", "CB-01"})
  void aForeignStateReachesNoProvider() {
    var started = starts();
    isMismatch(returns(Optional.empty(), parameters("code", "c")));
    isMismatch(returns(Optional.empty(), parameters("code", "c", "state", "")));
    isMismatch(returns(Optional.empty(), parameters("code", "c", "state", "x".repeat(65_536))));
    isMismatch(returns(Optional.empty(), parameters()));
    isMismatch(returns(Optional.empty(), parameters("error", "access_denied")));
    assertThat(reasons()).hasSize(5).containsOnly("STATE_MISMATCH");
    assertThat(returns(started, "code", "c")).isInstanceOf(LoginOutcome.SignedIn.class);
  }

  @Test
  @Proves({"STATE-01", "CB-01"})
  void anotherBrowsersStateReachesNoProvider() {
    var started = starts();
    jar.clear();
    var _ = starts();
    isMismatch(returns(started, "code", "c"));
  }

  @Test
  @Proves({"CB-01", "CK-07"})
  void anAttemptIsGoodForTenMinutes() {
    var tooLate = starts();
    clock.advance(Duration.ofMinutes(10));
    isMismatch(returns(tooLate, "code", "c"));
    var inTime = starts();
    clock.advance(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(returns(inTime, "code", "c")).isInstanceOf(LoginOutcome.SignedIn.class);
  }

  @Test
  @Proves({"STATE-02", "PKCE-06", "CB-11"})
  void anAttemptIsUsedOnceWhateverComesOfIt() {
    var started = starts();
    var cookies = List.copyOf(jar);
    main.redeemsWith(new RedeemOutcome.Unavailable(Duration.ofSeconds(1)));
    assertThat(returns(started, "code", "c")).isInstanceOf(LoginOutcome.TryLater.class);
    jar.addAll(cookies); // a browser that keeps cookies
    assertThat(returns(started, "code", "c"))
        .isEqualTo(new LoginOutcome.StateMismatch(Optional.of(cookies.getFirst().name())));
    assertThat(main.redeemed()).hasSize(1);
    assertThat(reasons()).containsExactly("PROVIDER_UNAVAILABLE", "ATTEMPT_REUSED");
  }

  @Test
  @Proves({"CK-09", "CK-12", "CB-14"})
  void ofTwoLoginsBegunWithoutASessionTheLaterEndsTheEarlier() {
    var first = starts();
    var second = starts();
    var earlier = ((LoginOutcome.SignedIn) returns(first, "code", "c")).id();
    came = Optional.of(earlier.key());
    var later = ((LoginOutcome.SignedIn) returns(second, "code", "d")).id();
    assertThat(on(store.find(earlier, false))).isEqualTo(new Lookup.Gone(EndCause.REPLACED));
    assertThat(on(store.find(later, false))).isInstanceOf(Lookup.Live.class);
  }

  @Test
  @Proves({"STATE-03", "CK-07"})
  void noAlteredCookieOpens() {
    var started = starts();
    var cookie = jar.removeFirst();
    var sealed = Base64.getUrlDecoder().decode(cookie.value());
    for (int i = 0; i < sealed.length; i++) {
      var altered = sealed.clone();
      altered[i] ^= 1;
      var value = Base64.getUrlEncoder().withoutPadding().encodeToString(altered);
      jar.add(new AttemptCookie(cookie.name(), value, false));
      isMismatch(returns(started, "code", "c"));
      jar.clear();
    }
    jar.add(new AttemptCookie(AttemptCookie.PREFIX + "another", cookie.value(), false));
    isMismatch(returns(started, "code", "c"));
  }

  @Test
  void anotherGatewaysCookieOpensNothing() {
    var started = starts();
    var elsewhere = flow(KeyRingSealer.forThisProcess(entropy));
    var parameters = parameters("state", started.sent("state"), "code", "c");
    isMismatch(
        on(
            elsewhere.finish(
                new CallbackRequest(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    parameters,
                    List.copyOf(jar)))));
  }

  // -- the response

  @Test
  @Proves("CB-03")
  void aRepeatedParameterIsRefusedBeforeTheProviderIsAsked() {
    for (var name : List.of("state", "code", "iss", "error")) {
      var started = starts();
      var parameters =
          parameters("code", "c", "state", started.sent("state"), name, started.sent("state"));
      if (parameters.getAll(name).size() == 1) {
        parameters.add(name, "again");
      }
      var outcome = returns(Optional.empty(), parameters);
      assertThat(outcome).isInstanceOf(LoginOutcome.Rejected.class);
    }
    assertThat(main.redeemed()).isEmpty();
    assertThat(reasons()).hasSize(4).containsOnly("PARAMETER_REPEATED");
  }

  @Test
  @Proves({"CB-02", "CB-04"})
  void anErrorWinsOverACodeAndOnlyItsRegisteredNameIsSaid() {
    var denied = starts("return_to", "/a");
    assertThat(returns(denied, "code", "c", "error", "access_denied", "error_description", "<b>"))
        .isEqualTo(
            new LoginOutcome.Rejected(
                Optional.of("access_denied"), "/a", denied.redirect().attempt().name()));
    var strange = starts();
    assertThat(((LoginOutcome.Rejected) returns(strange, "error", "<script>")).error())
        .contains("other");
    assertThat(main.redeemed()).isEmpty();
  }

  @Test
  @Proves({"CB-05", "CB-07", "CB-08"})
  void anotherIssuersAnswerIsRefused() {
    for (var issuer :
        List.of("https://other.test", "https://main.test/", "https://MAIN.test", "")) {
      assertThat(((LoginOutcome.Rejected) returns(starts(), "code", "c", "iss", issuer)).error())
          .isEmpty();
      assertThat(
              ((LoginOutcome.Rejected) returns(starts(), "error", "access_denied", "iss", issuer))
                  .error())
          .isEmpty();
    }
    assertThat(main.redeemed()).isEmpty();
    assertThat(reasons()).hasSize(8).containsOnly("ISSUER_MISMATCH");
    assertThat(returns(starts(), "code", "c", "iss", "https://main.test"))
        .isInstanceOf(LoginOutcome.SignedIn.class);
  }

  @Test
  @Proves("CB-06")
  void aProviderThatAlwaysSaysWhoItIsMustSayIt() {
    assertThat(returns(starts("provider", "other"), "code", "c"))
        .isInstanceOf(LoginOutcome.Rejected.class);
    assertThat(reasons()).containsExactly("ISSUER_MISSING");
    assertThat(other.redeemed()).isEmpty();
  }

  @Test
  @Proves("AZ-02")
  void aProvidersOwnCallbackTakesOnlyItsOwnAttempts() {
    var started = starts();
    isMismatch(
        returns(Optional.of("other"), parameters("code", "c", "state", started.sent("state"))));
    assertThat(reasons()).containsExactly("PROVIDER_MISMATCH");
    var again = starts();
    assertThat(returns(Optional.of("main"), parameters("code", "c", "state", again.sent("state"))))
        .isInstanceOf(LoginOutcome.SignedIn.class);
  }

  // -- the code

  @Test
  @Proves({"PKCE-07", "AZ-12", "AZ-13", "AZ-01"})
  void theCodeGoesOutWithWhatTheAttemptPromised() {
    var started = starts("max_age", "300", "acr_values", "gold silver");
    assertThat(returns(started, "code", "c")).isInstanceOf(LoginOutcome.SignedIn.class);
    var redemption = main.redeemed().getFirst();
    assertThat(redemption.redirectUri()).isEqualTo(REDIRECT_URI);
    assertThat(new CodeVerifier(redemption.verifier().value()).challenge())
        .isEqualTo(started.sent("code_challenge"));
    assertThat(redemption.nonce().value()).isEqualTo(started.sent("nonce"));
    assertThat(redemption.maxAge()).contains(Duration.ofMinutes(5));
    assertThat(redemption.acrValues()).containsExactly("gold", "silver");
  }

  @Test
  void aRefusedCodeStartsNoSession() {
    main.redeemsWith(new RedeemOutcome.Refused("nonce"));
    var started = starts("return_to", "/a");
    assertThat(returns(started, "code", "c"))
        .isEqualTo(
            new LoginOutcome.Rejected(Optional.empty(), "/a", started.redirect().attempt().name()));
    assertThat(store.size()).isZero();
    assertThat(reasons()).containsExactly("nonce");
  }

  @Test
  @Proves("CB-12")
  void whoHangsUpDuringTheExchangeLeavesAWholeSessionOrNone() {
    Promise<RedeemOutcome> answer = Promise.promise();
    main.onRedeem(_ -> answer.future());
    var started = starts();
    var parameters = parameters("code", "c", "state", started.sent("state"));
    Future<LoginOutcome> call =
        flow.finish(
            new CallbackRequest(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                parameters,
                List.copyOf(jar)));
    assertThat(store.size()).isZero();
    answer.complete(main.grants("alice", "sid-1"));
    var done = signedIn(on(call));
    assertThat(on(store.find(done.id(), false))).isInstanceOf(Lookup.Live.class);
  }

  // -- the session

  @Test
  @Proves("CK-12")
  void aSessionHoldsTheLoginAndShowsOnlyWhatIsListed() {
    var done = signedIn(returns(starts(), "code", "c"));
    var session = ((Lookup.Live) on(store.find(done.id(), false))).session();
    assertThat(session).isEqualTo(done.session());
    assertThat(session.provider()).isEqualTo("main");
    assertThat(session.identity().subject()).isEqualTo("alice");
    assertThat(new JsonObject(session.claims()).fieldNames()).containsExactly("sub", "name");
    assertThat(session.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofHours(8)));
    assertThat(session.handle()).hasSize(22).isNotEqualTo(session.key().value());
    assertThat(done.id().reveal()).doesNotContain(session.handle());
    assertThat(events.of(Event.LoginSucceeded.class))
        .containsExactly(new Event.LoginSucceeded("main", session.handle()));
  }

  @Test
  @Proves({"CK-12", "CB-14"})
  void aLoginInsideASessionTakesItsPlace() {
    var alice = signedIn(returns(starts(), "code", "c"));
    main.redeemsWith(main.grants("bob", "sid-2"));
    var redirect = (BeginOutcome.Redirect) begins(Optional.of(alice.id()), false);
    jar.add(redirect.attempt());
    var bob = signedIn(returns(new Started(redirect, query(redirect.location())), "code", "c"));
    assertThat(bob.id().key()).isNotEqualTo(alice.id().key());
    assertThat(on(store.find(alice.id(), false))).isEqualTo(new Lookup.Gone(EndCause.REPLACED));
    assertThat(bob.session().identity().subject()).isEqualTo("bob");
    assertThat(main.revoked()).containsExactly(alice.session().tokens());
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  @Proves("CK-09")
  void anOlderTabMayFinishAfterANewerOne() {
    var older = starts("return_to", "/older");
    var newer = starts("return_to", "/newer");
    assertThat(signedIn(returns(newer, "code", "c")).returnTo()).isEqualTo("/newer");
    var last = signedIn(returns(older, "code", "c"));
    assertThat(last.returnTo()).isEqualTo("/older");
    assertThat(on(store.find(last.id(), false))).isInstanceOf(Lookup.Live.class);
  }

  @Test
  @Proves("BCL-16")
  void aLogoutThatOvertakesTheLoginWins() {
    main.onRedeem(
        _ -> {
          var sid = new SessionSelector.BySid(FrontEnd.ONLY, main.issuer(), "sid-1");
          return store.endAll(sid, EndCause.BACK_CHANNEL).map(_ -> main.grants("alice", "sid-1"));
        });
    assertThat(returns(starts(), "code", "c")).isInstanceOf(LoginOutcome.Rejected.class);
    assertThat(store.size()).isZero();
    assertThat(main.revoked()).hasSize(1);
    assertThat(reasons()).containsExactly("LOGGED_OUT_MEANWHILE");
  }

  @Test
  @Proves("SES-05")
  void withoutTheStoreNoCodeIsSpentAndNoTokenIsLost() {
    var started = starts();
    store.goesAway();
    var outcome = (LoginOutcome.TryLater) returns(started, "code", "c");
    assertThat(outcome.storeUnavailable()).isTrue();
    assertThat(main.redeemed()).isEmpty();
    store.comesBack();
    main.onRedeem(
        _ -> {
          store.goesAway();
          return Future.succeededFuture(main.grants("alice", "sid-1"));
        });
    assertThat(((LoginOutcome.TryLater) returns(starts(), "code", "c")).storeUnavailable())
        .isTrue();
    assertThat(main.revoked()).hasSize(1);
  }
}

package dev.cloakroom.logout;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.logout.ContinueOutcome.Home;
import dev.cloakroom.logout.ContinueOutcome.ToProvider;
import dev.cloakroom.logout.LogoutFlow.Scope;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Discovery;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.ProviderMetadata;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LogoutFlowTest {
  private static final URI BACK = URI.create("https://app.test/auth/logout/callback");

  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final Entropy entropy = Entropy.secure();
  private final ProviderStandIn provider = new ProviderStandIn("main", clock);
  private final WaveringStore store =
      new WaveringStore(
          new MemorySessionStore(
              new SessionSettings(
                  Duration.ofHours(1), Duration.ofHours(8), 100, OptionalInt.empty()),
              clock,
              events));
  private final LogoutFlow flow =
      new LogoutFlow(
          FrontEnd.ONLY,
          store,
          Map.of("main", provider),
          new Revoker(Map.of("main", provider), events),
          KeyRingSealer.forThisProcess(entropy),
          BACK,
          clock,
          entropy);

  private final SessionId id = SessionId.draw(FrontEnd.ONLY, entropy);

  private Session login(Tokens tokens) {
    var now = clock.instant();
    var session =
        new Session(
            id.key(),
            FrontEnd.ONLY,
            "handle",
            "main",
            new Identity(provider.issuer(), "alice", Optional.empty()),
            "{}",
            tokens,
            now,
            now.plus(Duration.ofHours(8)),
            Optional.empty(),
            Optional.empty(),
            "Firefox on Linux",
            0);
    assertThat(on(store.start(id, session, Optional.empty()))).isInstanceOf(Started.Stored.class);
    return session;
  }

  private Tokens withIdToken(String idToken) {
    var tokens = provider.issue();
    return new Tokens(
        tokens.access(),
        tokens.refresh(),
        Optional.of(Secret.of(idToken)),
        tokens.scope(),
        tokens.issuedAt(),
        tokens.expiresAt());
  }

  private String logsOut(String returnTo) {
    var outcome = on(flow.logout(Optional.of(id), Scope.THIS_BROWSER, returnTo));
    assertThat(outcome).isInstanceOf(LogoutOutcome.LoggedOut.class);
    return ((LogoutOutcome.LoggedOut) outcome).cookie();
  }

  private ToProvider goesOn(String cookie) {
    var outcome = on(flow.proceed(Optional.of(cookie)));
    assertThat(outcome).isInstanceOf(ToProvider.class);
    return (ToProvider) outcome;
  }

  private static String state(ToProvider onward) {
    return onward.location().replaceFirst(".*&state=", "").replaceFirst("&.*", "");
  }

  @Test
  @Proves({"RPL-01", "REV-01"})
  void theSessionEndsFirstAndTheProviderIsToldToForget() {
    var session = login(provider.issue());
    var _ = logsOut("/bye");
    assertThat(on(store.find(id, false))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(provider.revoked()).containsExactly(session.tokens());
    assertThat(events.of(Event.SessionEnded.class))
        .containsExactly(new Event.SessionEnded("handle", "LOGOUT", "open"));
    assertThat(events.of(Event.TokensRevoked.class))
        .containsExactly(new Event.TokensRevoked("main", "handle"));
  }

  @Test
  @Proves("REV-03")
  void aProviderThatHangsDelaysNoLogout() {
    var _ = login(provider.issue());
    Promise<Boolean> never = Promise.promise();
    provider.onRevoke(never.future());
    var logout = flow.logout(Optional.of(id), Scope.THIS_BROWSER, "/");
    assertThat(logout.isComplete()).isTrue();
    assertThat(logout.result()).isInstanceOf(LogoutOutcome.LoggedOut.class);
    assertThat(events.of(Event.TokensRevoked.class)).isEmpty();
  }

  @Test
  @Proves("REV-03")
  void aRevocationThatBreaksFailsNoLogout() {
    var _ = login(provider.issue());
    provider.onRevoke(Future.failedFuture("a bug"));
    var _ = logsOut("/");
    assertThat(events.of(Event.Fault.class)).hasSize(1);
  }

  @Test
  @Proves("RPL-06")
  void loggingOutTwiceIsAsGoodAsOnce() {
    var _ = login(provider.issue());
    var _ = logsOut("/bye");
    var second = logsOut("/bye");
    assertThat(on(flow.proceed(Optional.of(second)))).isEqualTo(new Home("/bye"));
    var without = on(flow.logout(Optional.empty(), Scope.THIS_BROWSER, "/bye"));
    var cookie = ((LogoutOutcome.LoggedOut) without).cookie();
    assertThat(on(flow.proceed(Optional.of(cookie)))).isEqualTo(new Home("/bye"));
    assertThat(provider.revoked()).hasSize(1);
  }

  @Test
  @Proves("SES-05")
  void withoutTheStoreNobodyIsToldThatHeIsLoggedOut() {
    var _ = login(provider.issue());
    store.goesAway();
    assertThat(on(flow.logout(Optional.of(id), Scope.THIS_BROWSER, "/")))
        .isEqualTo(new LogoutOutcome.StoreUnavailable());
    assertThat(on(flow.logout(Optional.of(id), Scope.ALL, "/")))
        .isEqualTo(new LogoutOutcome.StoreUnavailable());
    assertThat(provider.revoked()).isEmpty();
  }

  @Test
  @Proves({"RPL-01", "RPL-03"})
  void theWayLeadsOverTheProviderAndBack() {
    var session = login(provider.issue());
    var onward = goesOn(logsOut("/bye"));
    assertThat(onward.location())
        .startsWith("https://main.test/logout?")
        .contains("post_logout_redirect_uri=" + BACK)
        .contains("id_token_hint=" + session.tokens().idToken().orElseThrow().reveal());
    assertThat(flow.returned(Optional.of(state(onward)), Optional.of(onward.cookie())))
        .isEqualTo("/bye");
  }

  @Test
  @Proves("RPL-04")
  void aReturnWithoutTheRightStateEndsAtHome() {
    var _ = login(provider.issue());
    var onward = goesOn(logsOut("/bye"));
    var cookie = Optional.of(onward.cookie());
    assertThat(flow.returned(Optional.empty(), cookie)).isEqualTo("/");
    assertThat(flow.returned(Optional.of(""), cookie)).isEqualTo("/");
    assertThat(flow.returned(Optional.of(state(onward) + "x"), cookie)).isEqualTo("/");
    assertThat(flow.returned(Optional.of(state(onward)), Optional.empty())).isEqualTo("/");
    assertThat(flow.returned(Optional.of(state(onward)), Optional.of("nonsense"))).isEqualTo("/");
    clock.advance(Duration.ofMinutes(10));
    assertThat(flow.returned(Optional.of(state(onward)), cookie)).isEqualTo("/");
  }

  @Test
  @Proves("RPL-01")
  void theWayOnIsOpenForAMinuteAndOnlyWithItsOwnCookie() {
    var _ = login(provider.issue());
    var cookie = logsOut("/bye");
    var onward = goesOn(cookie);
    assertThat(on(flow.proceed(Optional.of(onward.cookie())))).isEqualTo(new Home("/"));
    assertThat(flow.returned(Optional.of(state(onward)), Optional.of(cookie))).isEqualTo("/");
    assertThat(on(flow.proceed(Optional.empty()))).isEqualTo(new Home("/"));
    assertThat(on(flow.proceed(Optional.of("%%%")))).isEqualTo(new Home("/"));
    clock.advance(Duration.ofMinutes(1));
    assertThat(on(flow.proceed(Optional.of(cookie)))).isEqualTo(new Home("/"));
  }

  @Test
  @Proves("RPL-02")
  void theIdTokenIsSealedAndLeftOutWhereItDoesNotFit() {
    var idToken = "eyJ" + "a".repeat(2_500);
    var _ = login(withIdToken(idToken));
    var cookie = logsOut("/");
    assertThat(cookie).doesNotContain("aaaa");
    assertThat(goesOn(cookie).location()).contains("id_token_hint=" + idToken);
    for (int length : new int[] {2_950, 3_072, 3_073, 10_000}) {
      var _ = login(withIdToken("b".repeat(length)));
      var lean = logsOut("/" + "x".repeat(200));
      assertThat((LogoutFlow.COOKIE + "=" + lean).length()).isLessThanOrEqualTo(4096);
      assertThat(goesOn(lean).location()).doesNotContain("id_token_hint");
    }
  }

  @Test
  @Proves("CK-15")
  void theLongestReturnAddressFits() {
    var _ = login(provider.issue());
    var cookie = logsOut("/" + "x".repeat(2047));
    assertThat((LogoutFlow.COOKIE + "=" + cookie).length()).isLessThanOrEqualTo(4096);
    var onward = goesOn(cookie);
    assertThat((LogoutFlow.COOKIE + "=" + onward.cookie()).length()).isLessThanOrEqualTo(4096);
  }

  @Test
  @Proves("RPL-05")
  void aProviderWithoutAnEndSessionEndpointMeansHome() {
    var _ = login(provider.issue());
    var all = provider.metadata();
    provider.discovers(
        new Discovery.Found(
            new ProviderMetadata(
                all.issuer(),
                all.authorization(),
                all.token(),
                all.jwks(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                all.offers())));
    assertThat(on(flow.proceed(Optional.of(logsOut("/bye"))))).isEqualTo(new Home("/bye"));
  }

  /// Cognito and Auth0's v2/logout bring no state back.
  @Test
  @Proves("RPL-05")
  void whereNoStateComesBackTheCookieAloneLeadsHome() {
    var none = Dialect.none();
    provider.speaks(
        new Dialect(
            none.tenants(),
            none.discovery(),
            none.idToken(),
            none.tokenScope(),
            none.claimSources(),
            none.requiredClaims(),
            new Dialect.EndSession(Dialect.EndSession.Method.CUSTOM, Map.of("returnTo", "x")),
            none.errorActions()));
    var _ = login(provider.issue());
    var onward = goesOn(logsOut("/bye"));
    assertThat(flow.returned(Optional.empty(), Optional.of(onward.cookie()))).isEqualTo("/bye");
    assertThat(flow.returned(Optional.empty(), Optional.empty())).isEqualTo("/");
    clock.advance(Duration.ofMinutes(11));
    assertThat(flow.returned(Optional.empty(), Optional.of(onward.cookie()))).isEqualTo("/");
  }

  @Test
  void aProviderThatIsDownMeansHome() {
    var _ = login(provider.issue());
    provider.discovers(new Discovery.Unreachable(Duration.ofSeconds(1)));
    assertThat(on(flow.proceed(Optional.of(logsOut("/bye"))))).isEqualTo(new Home("/bye"));
  }
}

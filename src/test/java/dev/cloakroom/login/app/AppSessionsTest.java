package dev.cloakroom.login.app;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.CodeVerifier;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.MultiMap;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AppSessionsTest {
  private static final AppLogin LOGIN =
      new AppLogin("shop", "https://app.example/callback", verifier().challenge(), "state");

  private final TestClock clock = new TestClock();
  private final Entropy entropy = new CountingEntropy();
  private final EventList events = new EventList();
  private final SessionStore store =
      new MemorySessionStore(
          new SessionSettings(
              Duration.ofMinutes(30), Duration.ofHours(8), 100, OptionalInt.empty()),
          clock,
          events);

  private static CodeVerifier verifier() {
    return new CodeVerifier("v".repeat(43));
  }

  private Session session() {
    var now = clock.instant();
    return new Session(
        SessionKey.of(new byte[32]),
        FrontEnd.ONLY,
        "h".repeat(22),
        "main",
        new Identity("https://id.test", "alice", Optional.empty()),
        "{}",
        new Tokens(
            Secret.of("access"),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            now,
            now.plusSeconds(300)),
        now,
        now.plus(Duration.ofHours(8)),
        Optional.of(now),
        Optional.empty(),
        "shop",
        0);
  }

  private AppCode issued() {
    var code = AppCode.draw(session(), entropy);
    var id = code.id(FrontEnd.ONLY, LOGIN);
    var waiting = session().under(id.key(), clock.instant().plus(AppCode.LIFE));
    assertThat(on(store.start(id, waiting, Optional.empty())))
        .isInstanceOf(SessionStore.Started.Stored.class);
    return code;
  }

  private RedemptionOutcome redeemed(AppCode code, SessionStore in) {
    var form = MultiMap.caseInsensitiveMultiMap();
    form.add("app", LOGIN.app()).add("redirect_uri", LOGIN.redirectUri());
    form.add("code", code.text()).add("code_verifier", verifier().value());
    var revoker = new Revoker(Map.of(), events);
    return on(new AppSessions(FrontEnd.ONLY, in, revoker, clock, entropy, events).redeem(form));
  }

  /// The store, but that something happens before it is asked for that.
  private SessionStore disturbed(String method, Runnable before) {
    return disturbed(method, before, store);
  }

  private static SessionStore disturbed(String method, Runnable before, SessionStore behind) {
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (_, asked, arguments) -> {
              if (asked.getName().equals(method)) {
                before.run();
              }
              return asked.invoke(behind, arguments);
            });
  }

  @Test
  void aCodeBecomesASession() {
    assertThat(redeemed(issued(), store)).isInstanceOf(RedemptionOutcome.Begun.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"ADMIN", "LOGOUT", "ENDED_BY_USER", "BACK_CHANNEL"})
  void noSessionComesOfOneThatIsEndedWhileItsCodeIsRedeemed(EndCause cause) {
    var users = new SessionSelector.BySubject(FrontEnd.ONLY, "https://id.test", "alice");
    for (var moment : Set.of("reread", "redeem")) {
      var code = issued();
      var disturbed = disturbed(moment, () -> on(store.endAll(users, cause)));
      assertThat(redeemed(code, disturbed)).isEqualTo(new RedemptionOutcome.InvalidCode());
      assertThat(on(store.list(users)))
          .isInstanceOfSatisfying(
              SessionStore.Listed.Found.class, found -> assertThat(found.sessions()).isEmpty());
    }
  }

  @Test
  void aCodeThatNobodyKnowsToBeSpentIsGoodAfterAnOutage() {
    var code = issued();
    var wavering = new WaveringStore(store);
    var inBetween = disturbed("redeem", wavering::goesAway, wavering);
    assertThat(redeemed(code, inBetween)).isEqualTo(new RedemptionOutcome.StoreUnavailable());
    assertThat(redeemed(code, wavering)).isEqualTo(new RedemptionOutcome.StoreUnavailable());
    wavering.comesBack();
    assertThat(redeemed(code, wavering)).isInstanceOf(RedemptionOutcome.Begun.class);
    assertThat(redeemed(code, wavering)).isEqualTo(new RedemptionOutcome.InvalidCode());
  }
}

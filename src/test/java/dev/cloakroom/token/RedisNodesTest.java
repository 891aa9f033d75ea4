package dev.cloakroom.token;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.redis.RedisSessionStore;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two nodes at a real Redis, in real time: one refresh between them.
class RedisNodesTest {
  private static RedisProcess redis;
  private static Vertx vertx;

  private final InstantSource clock = InstantSource.system();
  private final Entropy entropy = Entropy.secure();
  private final EncryptionKey key = EncryptionKey.draw(entropy);
  private final EventList events = new EventList();
  private final ProviderStandIn provider = new ProviderStandIn("main", clock);
  private final Revoker revoker = new Revoker(Map.of("main", provider), events);
  private final RedisSessionStore storeOfA = store();
  private final RedisSessionStore storeOfB = store();
  private final TokenKeeper a = keeper(storeOfA);
  private final TokenKeeper b = keeper(storeOfB);

  @BeforeAll
  static void starts() {
    redis = RedisProcess.start();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stops() {
    on(vertx.close());
    redis.close();
  }

  @AfterEach
  void leaves() {
    on(storeOfA.close());
    on(storeOfB.close());
  }

  private RedisSessionStore store() {
    var settings =
        new SessionSettings(Duration.ofHours(1), Duration.ofHours(8), 1_000, OptionalInt.empty());
    var store =
        new RedisSessionStore(
            settings,
            RedisSettings.single(redis.url()),
            new SessionSeal(new KeyRingSealer(List.of(key), entropy)),
            revoker::ended,
            new RedisSessionStore.Around(vertx, clock, entropy, events));
    on(store.open());
    return store;
  }

  private TokenKeeper keeper(SessionStore store) {
    return new TokenKeeper(
        store,
        Map.of("main", provider),
        revoker,
        (delay, action) -> vertx.setTimer(delay.toMillis(), _ -> action.run()),
        clock,
        events);
  }

  /// A session whose access token has expired.
  private Session logsIn(SessionId id) {
    var now = clock.instant();
    var expired =
        new Tokens(
            Secret.of("access-" + id.key().value()),
            Optional.of(Secret.of("refresh-" + id.key().value())),
            Optional.empty(),
            Set.of(),
            now.minusSeconds(400),
            now.minusSeconds(100));
    var session =
        new Session(
            id.key(),
            FrontEnd.ONLY,
            "handle-" + id.key().value(),
            "main",
            new Identity(provider.issuer(), "alice", Optional.empty()),
            "{}",
            expired,
            now,
            now.plus(Duration.ofHours(8)),
            Optional.empty(),
            Optional.empty(),
            "Firefox on Linux",
            0);
    assertThat(on(storeOfA.start(id, session, Optional.empty())))
        .isInstanceOf(SessionStore.Started.Stored.class);
    return session;
  }

  private static Session ready(TokenOutcome outcome) {
    assertThat(outcome).isInstanceOf(TokenOutcome.Ready.class);
    return ((TokenOutcome.Ready) outcome).session();
  }

  @Test
  @Proves({"RT-02", "RT-03"})
  void callsOnBothNodesShareOneRefresh() {
    provider.onRefresh(tokens -> vertx.timer(20).compose(_ -> provider.rotate(tokens)));
    int rounds = 30;
    for (int round = 0; round < rounds; round++) {
      var id = SessionId.draw(FrontEnd.ONLY, entropy);
      var seen = logsIn(id);
      var calls =
          IntStream.range(0, 50)
              .mapToObj(call -> (call % 2 == 0 ? a : b).keepFresh(id, seen))
              .toList();
      on(Future.join(calls));
      var access = ready(calls.getFirst().result()).tokens().access();
      assertThat(calls).allMatch(call -> ready(call.result()).tokens().access().equals(access));
    }
    assertThat(provider.refreshed()).hasSize(rounds);
    assertThat(provider.spentTwice()).isEmpty();
  }

  @Test
  @Proves({"RT-03", "REV-01"})
  void aLogoutOnAnotherNodeWinsAndTheNewTokensAreRevoked() {
    Promise<Void> gate = Promise.promise();
    provider.onRefresh(tokens -> gate.future().compose(_ -> provider.rotate(tokens)));
    var id = SessionId.draw(FrontEnd.ONLY, entropy);
    var seen = logsIn(id);
    var call = a.keepFresh(id, seen);
    Waiting.until("a refresh", () -> !provider.refreshed().isEmpty());
    var _ = on(storeOfB.end(id.key(), EndCause.LOGOUT));
    gate.complete();
    assertThat(on(call)).isEqualTo(new TokenOutcome.Ended());
    assertThat(on(storeOfB.reread(id))).isEqualTo(new SessionStore.Lookup.Gone(EndCause.LOGOUT));
    assertThat(provider.isRevoked(seen.tokens())).isTrue();
  }

  @Test
  @Proves("RT-03")
  void anotherNodeRefreshesWhenTheLeaseOfADeadOneHasRunOut() {
    var id = SessionId.draw(FrontEnd.ONLY, entropy);
    var seen = logsIn(id);
    assertThat(on(storeOfA.lease(id.key(), Duration.ofSeconds(1))))
        .isInstanceOf(SessionStore.Lease.Held.class);
    var began = clock.instant();
    assertThat(ready(on(b.keepFresh(id, seen))).version()).isEqualTo(1);
    assertThat(Duration.between(began, clock.instant())).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  @Proves("RT-08")
  void aRefusalEndsTheSessionOnBothNodes() {
    provider.refreshesWith(new RefreshOutcome.Revoked("invalid_grant"));
    var id = SessionId.draw(FrontEnd.ONLY, entropy);
    var seen = logsIn(id);
    assertThat(on(a.keepFresh(id, seen))).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(on(b.keepFresh(id, seen))).isEqualTo(new TokenOutcome.LoginRequired());
    assertThat(provider.refreshed()).hasSize(1);
  }
}

package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.redis.RedisSessionStore;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.TestClock;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// Gateways' stores on one Redis, with one clock that stands still.
final class RedisNodes implements AutoCloseable {
  static final String ISSUER = "https://id.test";
  static final Duration IDLE = Duration.ofMinutes(30);
  static final Duration LIFE = Duration.ofHours(8);

  final TestClock clock = new TestClock();
  final EncryptionKey key = EncryptionKey.draw(Entropy.secure());
  private final Vertx vertx = Vertx.vertx();
  private final List<Node> nodes = new ArrayList<>();

  /// One gateway's store, with what it said and what it was told to revoke.
  record Node(
      RedisSessionStore store, EventList events, List<Session> revoked, List<EndCause> revokedFor) {
    boolean finds(SessionId id) {
      return on(store.find(id, false)) instanceof SessionStore.Lookup.Live;
    }

    boolean isUnavailable(SessionId id) {
      return on(store.find(id, false)) instanceof SessionStore.Lookup.Unavailable;
    }
  }

  Node node(RedisSettings settings, EncryptionKey... ring) {
    var events = new EventList();
    var revoked = new CopyOnWriteArrayList<Session>();
    var revokedFor = new CopyOnWriteArrayList<EndCause>();
    var store =
        new RedisSessionStore(
            new SessionSettings(IDLE, LIFE, 1_000, OptionalInt.empty()),
            settings,
            new SessionSeal(
                new KeyRingSealer(
                    ring.length == 0 ? List.of(key) : List.of(ring), Entropy.secure())),
            (session, cause) -> {
              revokedFor.add(cause);
              revoked.add(session);
            },
            new RedisSessionStore.Around(vertx, clock, Entropy.secure(), events));
    on(store.open());
    var node = new Node(store, events, revoked, revokedFor);
    nodes.add(node);
    return node;
  }

  static SessionId draw() {
    return SessionId.draw(FrontEnd.ONLY, Entropy.secure());
  }

  SessionId starts(Node node, String subject, String sid) {
    var id = draw();
    var outcome = on(node.store().start(id, session(id, subject, sid), Optional.empty()));
    assertThat(outcome).isInstanceOf(SessionStore.Started.Stored.class);
    return id;
  }

  Session session(SessionId id, String subject, String sid) {
    var now = clock.instant();
    return new Session(
        id.key(),
        FrontEnd.ONLY,
        "handle-" + id.key().value().substring(0, 8),
        "main",
        new Identity(ISSUER, subject, Optional.of(sid)),
        "{\"name\":\"claim-of-" + subject + "\"}",
        tokens("access-secret-0"),
        now,
        now.plus(LIFE),
        Optional.of(now),
        Optional.empty(),
        "Firefox on Linux",
        0);
  }

  Tokens tokens(String access) {
    var now = clock.instant();
    return new Tokens(
        Secret.of(access),
        Optional.of(Secret.of("refresh-secret")),
        Optional.of(Secret.of("id-secret")),
        Set.of(),
        now,
        now.plusSeconds(300));
  }

  @Override
  public void close() {
    nodes.forEach(node -> on(node.store().close()));
    on(vertx.close());
  }
}

package dev.cloakroom.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// The contract holds for a store that was written to a file and read back after every change of
/// what is in it: looking, listing, sliding and replacing in these tests happen to sessions that
/// are asleep.
class RestoredMemorySessionStoreTest extends SessionStoreContract {
  private final Path folder;

  private final KeyRingSealer ring =
      new KeyRingSealer(List.of(EncryptionKey.draw(Entropy.secure())), Entropy.secure());

  RestoredMemorySessionStoreTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Override
  SessionStore create(SessionSettings settings) {
    return new Restarting(settings);
  }

  /// Restarts after everything that changes it, until somebody watches: whoever watches would not
  /// survive a restart.
  private final class Restarting implements SessionStore {
    private final SessionSettings settings;
    private final SnapshotFile file =
        new SnapshotFile(folder.resolve("sessions"), ring, LIFE, clock);
    private MemorySessionStore store;
    private final Set<SessionId> cookies = ConcurrentHashMap.newKeySet();
    private boolean watched;

    Restarting(SessionSettings settings) {
      this.settings = settings;
      this.store = fresh();
    }

    private MemorySessionStore fresh() {
      return new MemorySessionStore(settings, clock, events, Optional.of(new SessionSeal(ring)));
    }

    private synchronized <T> Future<T> thenRestarts(Future<T> change) {
      if (!watched) {
        try {
          var _ = file.write(store.snapshot(), LIFE);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        var next = fresh();
        var read = file.read();
        assertThat(read).isInstanceOf(SnapshotFile.Outcome.Found.class);
        int _ = next.restore(((SnapshotFile.Outcome.Found) read).snapshot());
        store = next;
      }
      return change;
    }

    /// Whoever ends a session learns of it only where it is open.
    private MemorySessionStore awake() {
      cookies.forEach(id -> assertThat(store.find(id, false).succeeded()).isTrue());
      return store;
    }

    @Override
    public @Nullable Session peek(SessionId id, boolean touch) {
      return store.peek(id, touch);
    }

    @Override
    public Future<Lookup> find(SessionId id, boolean touch) {
      return store.find(id, touch);
    }

    @Override
    public Future<Lookup> reread(SessionId id) {
      return store.reread(id);
    }

    @Override
    public synchronized Future<Started> start(
        SessionId id, Session session, Optional<SessionKey> replaced) {
      cookies.add(id);
      return thenRestarts(awake().start(id, session, replaced));
    }

    @Override
    public synchronized Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting) {
      cookies.add(id);
      return thenRestarts(awake().redeem(id, session, waiting));
    }

    @Override
    public synchronized Future<Replaced> replace(SessionId id, Session next) {
      return thenRestarts(store.replace(id, next));
    }

    @Override
    public synchronized Future<Ended> end(SessionKey key, EndCause cause) {
      return thenRestarts(awake().end(key, cause));
    }

    @Override
    public synchronized Future<EndedIf> endIf(Session read, EndCause cause) {
      return awake().endIf(read, cause);
    }

    @Override
    public synchronized Future<Ended> endAll(SessionSelector selector, EndCause cause) {
      return thenRestarts(awake().endAll(selector, cause));
    }

    @Override
    public Future<Listed> list(SessionSelector selector) {
      return store.list(selector);
    }

    @Override
    public Future<Lease> lease(SessionKey key, Duration life) {
      return store.lease(key, life);
    }

    @Override
    public synchronized Future<Claim> claim(String attempt, Instant forgetAt) {
      return thenRestarts(store.claim(attempt, forgetAt));
    }

    @Override
    public synchronized Future<Claimed> claimed(String attempt) {
      return store.claimed(attempt);
    }

    @Override
    public synchronized Watch watch(SessionKey key, Consumer<EndCause> listener) {
      watched = true;
      return store.watch(key, listener);
    }

    @Override
    public Future<Void> sweep() {
      return store.sweep();
    }

    @Override
    public long size() {
      return store.size();
    }
  }
}

package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.SessionStore.Claim;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.session.SnapshotFile.Outcome;
import dev.cloakroom.session.SnapshotFile.Written;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final Duration LIFE = Duration.ofHours(8);
  private static final Duration ENOUGH = Duration.ofMinutes(1);
  private static final String ISSUER = "https://id.test";

  private final Path folder;

  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final Entropy entropy = Entropy.secure();
  private final EncryptionKey key = EncryptionKey.draw(entropy);
  private final SessionId id = SessionId.draw(FrontEnd.ONLY, entropy);

  SnapshotFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private KeyRingSealer ring(EncryptionKey... keys) {
    return new KeyRingSealer(List.of(keys), entropy);
  }

  private SnapshotFile file(KeyRingSealer ring) {
    return new SnapshotFile(path(), ring, LIFE, clock);
  }

  private Path path() {
    return folder.resolve("sessions");
  }

  private MemorySessionStore store(KeyRingSealer ring) {
    var settings = new SessionSettings(IDLE, LIFE, 1_000, OptionalInt.empty());
    return new MemorySessionStore(settings, clock, events, Optional.of(new SessionSeal(ring)));
  }

  private MemorySessionStore restored(KeyRingSealer ring) {
    var store = store(ring);
    var found = file(ring).read();
    assertThat(found).isInstanceOf(Outcome.Found.class);
    int _ = store.restore(((Outcome.Found) found).snapshot());
    return store;
  }

  private Session session(SessionId whose, String subject) {
    var now = clock.instant();
    var tokens =
        new Tokens(
            Secret.of("ACCESS-SENTINEL"),
            Optional.of(Secret.of("REFRESH-SENTINEL")),
            Optional.of(Secret.of("ID-SENTINEL")),
            Set.of("openid"),
            now,
            now.plusSeconds(300));
    return new Session(
        whose.key(),
        FrontEnd.ONLY,
        "handle-" + subject,
        "main",
        new Identity(ISSUER, subject, Optional.of("sid-" + subject)),
        "{\"name\":\"CLAIM-SENTINEL\"}",
        tokens,
        now,
        now.plus(LIFE),
        Optional.of(now),
        Optional.of("acr"),
        "Firefox on Linux",
        0);
  }

  @CanIgnoreReturnValue
  private SessionId starts(MemorySessionStore store, SessionId whose, String subject) {
    assertThat(on(store.start(whose, session(whose, subject), Optional.empty())))
        .isInstanceOf(Started.Stored.class);
    return whose;
  }

  private void writes(MemorySessionStore store) throws IOException {
    assertThat(file(ring(key)).write(store.snapshot(), ENOUGH))
        .isEqualTo(new Written.Whole((int) store.size()));
  }

  @Test
  void aSessionIsAsItWasForWhoeverBringsItsCookie() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    var before = on(store.find(id, true));
    clock.advance(Duration.ofMinutes(20));
    writes(store);
    var after = restored(ring(key));
    assertThat(after.peek(id, false)).isNull(); // asleep
    assertThat(on(after.find(id, false))).isEqualTo(before);
    assertThat(after.peek(id, false)).isNotNull();
    clock.advance(Duration.ofMinutes(10)); // the idle timeout went on
    assertThat(on(after.find(id, false))).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void whatEndedWhileNobodyRanIsSaidToHaveEnded() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    writes(store);
    clock.advance(IDLE);
    var after = restored(ring(key));
    assertThat(on(after.find(id, true))).isEqualTo(new Lookup.Unknown());
    var _ = on(after.sweep());
    assertThat(events.of(Event.SessionEnded.class)).extracting("cause").containsExactly("IDLE");
  }

  @Test
  @Proves("SES-08")
  void aSessionNobodyOpenedIsListedAndEnded() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    var bob = starts(store, SessionId.draw(FrontEnd.ONLY, entropy), "bob");
    var selector = new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, "alice");
    var before = on(store.list(selector));
    writes(store);
    var after = restored(ring(key));
    assertThat(on(after.list(selector))).isEqualTo(before);
    assertThat(((Listed.Found) before).sessions()).hasSize(1);
    var ended =
        on(
            after.endAll(
                new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-alice"), EndCause.ADMIN));
    assertThat(ended).isEqualTo(new Ended.Done(List.of())); // it could open none
    assertThat(on(after.find(id, true))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
    assertThat(on(after.find(bob, true))).isInstanceOf(Lookup.Live.class);
    assertThat(events.of(Event.SessionEnded.class))
        .extracting("session")
        .containsExactly("handle-alice");
  }

  @Test
  void whatEndedBeforeTheRestartStaysEnded() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    var until = clock.instant().plusSeconds(600);
    assertThat(on(store.claim("jti", until))).isEqualTo(Claim.CLAIMED);
    var _ = on(store.end(id.key(), EndCause.LOGOUT));
    var _ =
        on(
            store.endAll(
                new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "sid-bob"),
                EndCause.BACK_CHANNEL));
    writes(store);
    var after = restored(ring(key));
    assertThat(on(after.find(id, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(on(after.claim("jti", until))).isEqualTo(Claim.ALREADY_CLAIMED);
    var bob =
        SessionId.draw(
            FrontEnd.ONLY, entropy); // his login was under way when the provider ended it
    assertThat(on(after.start(bob, session(bob, "bob"), Optional.empty())))
        .isEqualTo(new Started.LoggedOut());
  }

  @Test
  void aSessionThatSleepsThroughTwoRestartsIsStillThere() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    var before = on(store.find(id, false));
    writes(store);
    writes(restored(ring(key)));
    assertThat(on(restored(ring(key)).find(id, false))).isEqualTo(before);
  }

  @Test
  @Proves("SES-03")
  void theFileAndTheServersKeyOpenNothing() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    writes(store);
    var bytes = Files.readString(path(), ISO_8859_1);
    assertThat(bytes)
        .doesNotContain("SENTINEL", id.reveal(), "alice", "handle-", ISSUER)
        .contains(id.key().value());
    var found = (Outcome.Found) file(ring(key)).read();
    var sealed = found.snapshot().sessions().iterator().next();
    var stranger = SessionId.draw(FrontEnd.ONLY, entropy);
    assertThat(new SessionSeal(ring(key)).open(stranger, sealed.version(), sealed.session()))
        .isEqualTo(new SessionSeal.Opened.Broken<Session>());
    for (var context :
        List.of("session " + id.key().value() + " 0", "session card " + id.key().value())) {
      assertThat(ring(key).open(sealed.session().getBytes(), context))
          .isEqualTo(new dev.cloakroom.crypto.Sealer.Opened.Broken());
    }
  }

  @Test
  void theFileIsItsOwnersAloneAndIsReadOnce() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    writes(store);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");
    writes(store); // in place of the first
    assertThat(names()).containsExactly("sessions");
    var _ = restored(ring(key));
    assertThat(names()).isEmpty();
    assertThat(file(ring(key)).read()).isEqualTo(new Outcome.Absent());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(each -> each.getFileName().toString()).toList();
    }
  }

  @Test
  void aFileOlderThanAnySessionIsRefusedAndGone() throws IOException {
    writes(store(ring(key)));
    clock.advance(LIFE);
    assertThat(file(ring(key)).read()).isEqualTo(new Outcome.Refused("too_old", path()));
    assertThat(names()).isEmpty();
  }

  @Test
  @Proves("SES-04")
  void aFileOfAnUnknownKeyIsKeptAside() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    writes(store);
    var other = EncryptionKey.draw(entropy);
    assertThat(file(ring(other)).read())
        .isEqualTo(new Outcome.Refused("unknown_key", folder.resolve("sessions.refused")));
    assertThat(names()).containsExactly("sessions.refused");
    Files.move(folder.resolve("sessions.refused"), path());
    var rotated = restored(ring(other, key));
    assertThat(on(rotated.find(id, false))).isInstanceOf(Lookup.Live.class);
  }

  @Test
  void aFileThatWasTouchedIsRefusedWhole() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    var _ =
        on(
            store.endAll(
                new SessionSelector.BySid(FrontEnd.ONLY, ISSUER, "x"), EndCause.BACK_CHANNEL));
    writes(store);
    var whole = Files.readAllBytes(path());
    for (int at = 0; at < whole.length; at += 7) {
      var touched = whole.clone();
      touched[at] ^= 1;
      refuses(touched);
    }
    for (int length = 0; length < whole.length; length += 11) {
      refuses(java.util.Arrays.copyOf(whole, length));
    }
    refuses(java.util.Arrays.copyOf(whole, whole.length + 1));
    Files.write(path(), whole);
    assertThat(file(ring(key)).read()).isInstanceOf(Outcome.Found.class);
  }

  private void refuses(byte[] bytes) throws IOException {
    Files.write(path(), bytes);
    var read = file(ring(key)).read();
    assertThat(read).isInstanceOf(Outcome.Refused.class);
    assertThat(((Outcome.Refused) read).problem()).isIn("damaged", "unknown_key");
    assertThat(path()).doesNotExist();
  }

  @Test
  void aWriteThatFailsLeavesNothing() throws IOException {
    Files.createDirectories(path().resolve("in the way"));
    var store = store(ring(key));
    starts(store, id, "alice");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> file(ring(key)).write(store.snapshot(), ENOUGH))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("sessions");
  }

  @Test
  void aWriteThatTakesTooLongLeavesNothing() throws IOException {
    var store = store(ring(key));
    starts(store, id, "alice");
    var whole = store.snapshot();
    var slow =
        new Snapshot(
            () -> {
              clock.advance(ENOUGH.plusMillis(1));
              return whole.sessions().iterator();
            },
            whole.ended(),
            whole.loggedOut(),
            whole.claims());
    assertThat(file(ring(key)).write(slow, ENOUGH)).isEqualTo(new Written.Late());
    assertThat(names()).isEmpty();
  }

  @Test
  void whatAKilledProcessLeftHalfWrittenIsRemoved() throws IOException {
    Files.writeString(folder.resolve("sessions.draft"), "cloakroom sess");
    assertThat(file(ring(key)).read()).isEqualTo(new Outcome.Absent());
    assertThat(names()).isEmpty();
  }

  @Test
  void manySessionsComeBackEachAsItWas() throws IOException {
    var store = store(ring(key));
    var cookies = new ArrayList<SessionId>();
    for (int i = 0; i < 700; i++) { // more than are sealed at once
      cookies.add(starts(store, SessionId.draw(FrontEnd.ONLY, entropy), "user " + i));
    }
    writes(store);
    var after = restored(ring(key));
    assertThat(after.size()).isEqualTo(700);
    for (var cookie : cookies) {
      assertThat(on(after.find(cookie, false))).isEqualTo(on(store.find(cookie, false)));
    }
  }
}

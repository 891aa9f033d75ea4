// What a session costs in memory, and what finding and ending one costs, with as many sessions as
// asked for: tokens of a realistic size (1.5 KB access, 1 KB refresh, 1 KB ID token), each its own
// bytes.
//
//   ./cloakroom --version                # builds the jar
//   java -Xmx7g -cp target/cloakroom.jar src/bench/Sessions.java [sessions …] [--persist]
//
// The default is 10000 100000 1000000: the times of a constant-time store do not grow with the
// number. With --persist the store keeps what sealing takes, and the snapshot is written to a
// temporary file and read back. Bytes are the heap's after a full collection, so give it one that
// holds them (7 GB).
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SnapshotFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

final class Sessions {
  private static final String ISSUER = "https://id.example.com/realms/acme";
  private static final Duration LIFE = Duration.ofHours(8);
  private static final int SAMPLE = 10_000;
  private static final KeyRingSealer RING = KeyRingSealer.forThisProcess(Entropy.secure());
  private static final Entropy ENTROPY = Entropy.secure();

  public static void main(String[] arguments) throws Exception {
    boolean persist = List.of(arguments).contains("--persist");
    var sizes =
        Arrays.stream(arguments).filter(each -> !each.startsWith("--")).mapToInt(Integer::parseInt);
    var all = sizes.toArray();
    if (all.length == 0) {
      all = new int[] {10_000, 100_000, 1_000_000};
    }
    System.out.println("| sessions | bytes each | find, ns | end by subject, ns |");
    System.out.println("| --- | --- | --- | --- |");
    measure(20_000, persist, false); // warms the compiler up
    for (int size : all) {
      measure(size, persist, true);
    }
  }

  private static void measure(int size, boolean persist, boolean show) throws Exception {
    var clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    var settings = new SessionSettings(Duration.ofHours(1), LIFE, 2 * size, OptionalInt.empty());
    var seal = persist ? Optional.of(new SessionSeal(RING)) : Optional.<SessionSeal>empty();
    long before = used();
    var store = new MemorySessionStore(settings, clock, _ -> {}, seal);
    var sample = new ArrayList<SessionId>();
    for (int i = 0; i < size; i++) {
      var id = SessionId.draw(FrontEnd.ONLY, ENTROPY);
      store.start(id, session(id, i, clock.instant(), Duration.ofMinutes(5)), Optional.empty());
      if (i % Math.max(1, size / SAMPLE) == 0) {
        sample.add(id);
      }
    }
    long each = (used() - before) / size;
    double find = time(sample.size(), i -> store.peek(sample.get(i), true) != null);
    if (persist && show) {
      snapshot(store, settings, clock);
    }
    int step = Math.max(1, size / SAMPLE);
    double end =
        time(
            Math.min(size, SAMPLE),
            i -> {
              var whom = new SessionSelector.BySubject(FrontEnd.ONLY, ISSUER, subject(i * step));
              return store.endAll(whom, EndCause.ADMIN).succeeded();
            });
    if (show) {
      System.out.printf(Locale.ROOT, "| %,d | %,d | %,.0f | %,.0f |%n", size, each, find, end);
    }
  }

  private static void snapshot(
      MemorySessionStore store, SessionSettings settings, InstantSource clock) throws Exception {
    var path = Files.createTempDirectory("sessions").resolve("snapshot");
    var file = new SnapshotFile(path, RING, LIFE, clock);
    long began = System.nanoTime();
    long cpu = cpu();
    if (!(file.write(store.snapshot(), LIFE) instanceof SnapshotFile.Written.Whole(int count))) {
      throw new AssertionError("not written");
    }
    long written = System.nanoTime();
    long cpuWritten = cpu();
    long bytes = Files.size(path);
    var next = new MemorySessionStore(settings, clock, _ -> {}, Optional.of(new SessionSeal(RING)));
    if (file.read() instanceof SnapshotFile.Outcome.Found(var snapshot)) {
      next.restore(snapshot);
    }
    System.out.printf(
        Locale.ROOT,
        "snapshot of %,d sessions: %,d bytes each, written in %.1f s (%.1f s of CPU), read in %.1f s (%.1f s of CPU), %,d back%n",
        count,
        bytes / count,
        (written - began) / 1e9,
        (cpuWritten - cpu) / 1e9,
        (System.nanoTime() - written) / 1e9,
        (cpu() - cpuWritten) / 1e9,
        next.size());
  }

  /// What the process has taken so far, its compiler and collector included.
  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private interface Step {
    boolean done(int i);
  }

  /// Nanoseconds for one step.
  private static double time(int steps, Step step) {
    long began = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      if (!step.done(i)) {
        throw new AssertionError("step " + i);
      }
    }
    return (System.nanoTime() - began) / (double) steps;
  }

  private static String subject(int i) {
    return "f:6b1f4a0e-52a1-4c3e-9d5f-" + i;
  }

  private static Session session(SessionId id, int i, Instant now, Duration tokenLife) {
    var claims =
        "{\"sub\":\"%s\",\"name\":\"Alice Liddell\",\"preferred_username\":\"alice%d\",\"email\":\"alice%d@example.com\"}"
            .formatted(subject(i), i, i);
    return new Session(
        id.key(),
        FrontEnd.ONLY,
        "h" + Integer.toString(i, 36) + token(12),
        "main",
        new Identity(ISSUER, subject(i), Optional.of("s-" + token(34))),
        claims,
        new Tokens(
            Secret.of(token(100) + "." + token(1092) + "." + token(342)),
            Optional.of(Secret.of(token(1024))),
            Optional.of(Secret.of(token(1024))),
            Set.of("openid", "profile", "email"),
            now,
            now.plus(tokenLife)),
        now,
        now.plus(LIFE),
        Optional.of(now),
        Optional.of("1"),
        "Chrome on Linux",
        0);
  }

  private static String token(int length) {
    var text = new byte[length];
    var random = ThreadLocalRandom.current();
    for (int i = 0; i < length; i++) {
      text[i] = (byte) ('a' + random.nextInt(26));
    }
    return new String(text, java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

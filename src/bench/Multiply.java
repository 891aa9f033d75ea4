// Makes many sessions of a few that were really logged in.
//
//   java -cp target/cloakroom.jar src/bench/Multiply.java FILE KEY COOKIES FOLDER count …
//
// FILE is what a gateway with `session.persist` and this encryption key left when it stopped;
// COOKIES holds the Cookie headers of those who were logged in, one a line. For each count it
// writes FOLDER/<count>.sessions, on which a gateway starts, FOLDER/<count>.all with the Cookie
// headers of them all, and FOLDER/<count>.cookies with at most about 10000 of these, evenly
// spread. Those who were logged in come first. The others have ids, handles, users and sessions at
// the provider of their own, and tokens as long as theirs of other characters, which no provider
// has signed.
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SealedSession;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.Snapshot;
import dev.cloakroom.session.SnapshotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;

final class Multiply {
  private static final Duration LIFE = Duration.ofHours(8);
  private static final int SAMPLE = 10_000;
  private static final int AT_ONCE = 256;
  private static final Pattern ID = Pattern.compile("(?<=session=)[A-Za-z0-9_-]{43}(?=;|$)");
  private static final Entropy ENTROPY = Entropy.secure();
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /// A session that was logged in: as it lay in the file, opened, and the header that opens it.
  private record LoggedIn(SealedSession sealed, Session session, String header, String value) {}

  private final KeyRingSealer ring;
  private final SessionSeal seal;
  private final List<LoggedIn> originals;

  private Multiply(Path file, String key, Path cookies) throws IOException {
    ring = new KeyRingSealer(List.of(EncryptionKey.parse(Secret.of(key))), ENTROPY);
    seal = new SessionSeal(ring);
    if (!(file(file).read() instanceof SnapshotFile.Outcome.Found(var snapshot))) {
      throw new IllegalArgumentException("no sessions in " + file);
    }
    var left = new ArrayList<SealedSession>();
    snapshot.sessions().forEach(left::add);
    originals = Files.readAllLines(cookies).stream().map(header -> find(left, header)).toList();
  }

  public static void main(String[] arguments) throws IOException {
    var from = new Multiply(Path.of(arguments[0]), arguments[1], Path.of(arguments[2]));
    for (var count : Arrays.asList(arguments).subList(4, arguments.length)) {
      from.write(Path.of(arguments[3]), Integer.parseInt(count));
    }
  }

  private SnapshotFile file(Path path) {
    return new SnapshotFile(path, ring, LIFE, InstantSource.system());
  }

  private LoggedIn find(List<SealedSession> left, String header) {
    var value = ID.matcher(header).results().findFirst().orElseThrow().group();
    var id = SessionId.parse(FrontEnd.ONLY, value).orElseThrow();
    var sealed =
        left.stream().filter(each -> each.key().equals(id.key())).findFirst().orElseThrow();
    if (!(seal.open(id, sealed.version(), sealed.session())
        instanceof SessionSeal.Opened.Plain<Session>(var session))) {
      throw new IllegalArgumentException("a session does not open");
    }
    return new LoggedIn(sealed, session, header, value);
  }

  private void write(Path folder, int count) throws IOException {
    int copies = count - originals.size();
    var ids = IntStream.range(0, copies).mapToObj(_ -> SessionId.draw(FrontEnd.ONLY, ENTROPY));
    var drawn = ids.toList();
    var sealed =
        IntStream.range(0, copies)
            .boxed()
            .gather(Gatherers.windowFixed(AT_ONCE))
            .flatMap(
                some -> some.parallelStream().map(i -> copy(drawn.get(i), i)).toList().stream());
    var all = Stream.concat(originals.stream().map(LoggedIn::sealed), sealed);
    var snapshot = new Snapshot(all::iterator, Map.of(), List.of(), Map.of());
    if (!(file(folder.resolve(count + ".sessions")).write(snapshot, LIFE)
        instanceof SnapshotFile.Written.Whole)) {
      throw new IOException("not written");
    }
    var headers = new ArrayList<>(originals.stream().map(LoggedIn::header).toList());
    IntStream.range(0, copies).forEach(i -> headers.add(header(drawn.get(i), i)));
    int step = Math.max(1, count / SAMPLE);
    Files.write(folder.resolve(count + ".all"), headers);
    Files.write(
        folder.resolve(count + ".cookies"),
        IntStream.range(0, count)
            .filter(i -> i < originals.size() || i % step == 0)
            .mapToObj(headers::get)
            .toList());
  }

  private LoggedIn original(int i) {
    return originals.get(i % originals.size());
  }

  private String header(SessionId id, int i) {
    return original(i).header().replace(original(i).value(), id.reveal());
  }

  private SealedSession copy(SessionId id, int i) {
    var from = original(i).session();
    var identity = from.identity();
    var subject = identity.subject() + "-" + Integer.toString(i, 36);
    var quoted = '"' + identity.subject() + '"';
    var session =
        new Session(
            id.key(),
            from.frontEnd(),
            other(from.handle()),
            from.provider(),
            new Identity(identity.issuer(), subject, identity.sid().map(Multiply::other)),
            from.claims().replace(quoted, '"' + subject + '"'),
            other(from.tokens()),
            from.startedAt(),
            from.expiresAt(),
            from.authTime(),
            from.acr(),
            from.device(),
            from.version());
    return seal.seal(id, session, from.startedAt().plus(LIFE));
  }

  private static Tokens other(Tokens tokens) {
    return new Tokens(
        other(tokens.access()),
        tokens.refresh().map(Multiply::other),
        tokens.idToken().map(Multiply::other),
        tokens.scope(),
        tokens.issuedAt(),
        tokens.expiresAt());
  }

  private static Secret other(Secret token) {
    return Secret.of(other(token.reveal()));
  }

  /// As long, with its dots where they were.
  private static String other(String text) {
    var random = ThreadLocalRandom.current();
    var other = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      boolean dot = text.charAt(i) == '.';
      other.append(dot ? '.' : LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return other.toString();
  }
}

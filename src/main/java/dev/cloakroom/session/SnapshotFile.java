package dev.cloakroom.session;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.cloakroom.crypto.KeyRingSealer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/// The file in which a memory store survives a restart (`session.persist`). It is written whole or
/// not at all, for its owner only, and read once: what would be read twice would bring back
/// sessions that ended in between. Its methods block.
public final class SnapshotFile {
  private static final int BUFFER = 64 * 1024;

  private final Path file;
  private final SnapshotFormat format;
  private final Duration maxLifetime;
  private final InstantSource clock;

  /// Takes the key ring that seals and opens, and the age at which every session in the file would
  /// be over.
  public SnapshotFile(Path file, KeyRingSealer ring, Duration maxLifetime, InstantSource clock) {
    this.file = file;
    this.format = new SnapshotFormat(ring);
    this.maxLifetime = maxLifetime;
    this.clock = clock;
  }

  /// What was in the file.
  public sealed interface Outcome {
    record Absent() implements Outcome {}

    /// A whole snapshot; the file is gone.
    record Found(Snapshot snapshot) implements Outcome {}

    /// Nothing to rely on.
    ///
    /// @param problem `too_old`, `unknown_key`, `damaged`, `unreadable` or `cannot_delete`
    /// @param kept where the file lies now; it is gone where that does not exist
    record Refused(String problem, Path kept) implements Outcome {}
  }

  /// What came of writing.
  public sealed interface Written {
    /// The file is there, and on the disk.
    record Whole(int sessions) implements Written {}

    /// There was no time for all of them, so there is no file.
    record Late() implements Written {}
  }

  /// Writes the snapshot in place of any other, if the time that it may take is enough.
  public Written write(Snapshot snapshot, Duration within) throws IOException {
    var draft = draft();
    Files.deleteIfExists(draft);
    var until = clock.instant().plus(within);
    var ownerOnly = PosixFilePermissions.fromString("rw-------");
    try (var channel =
        FileChannel.open(
            draft, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(ownerOnly))) {
      var out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      var count =
          format.write(snapshot, clock.instant(), () -> clock.instant().isAfter(until), out);
      if (count.isEmpty()) {
        return new Written.Late();
      }
      out.flush();
      channel.force(true);
      Files.move(draft, file, ATOMIC_MOVE);
      settle();
      return new Written.Whole(count.getAsInt());
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /// Reads the snapshot and deletes the file. One that cannot be relied on is moved aside, or
  /// deleted when nothing in it could still be alive.
  public Outcome read() {
    try {
      Files.deleteIfExists(draft()); // of a process that was killed over it
      if (!Files.exists(file)) {
        return new Outcome.Absent();
      }
      return switch (parse()) {
        case SnapshotFormat.Parsed.Whole(var writtenAt, var snapshot) -> {
          Files.delete(file);
          settle();
          yield writtenAt.plus(maxLifetime).isAfter(clock.instant())
              ? new Outcome.Found(snapshot)
              : new Outcome.Refused("too_old", file);
        }
        case SnapshotFormat.Parsed.UnknownKey() -> aside("unknown_key");
        case SnapshotFormat.Parsed.Damaged() -> aside("damaged");
      };
    } catch (IOException _) {
      return new Outcome.Refused(Files.isReadable(file) ? "cannot_delete" : "unreadable", file);
    }
  }

  private SnapshotFormat.Parsed parse() throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      return format.read(in);
    }
  }

  private Outcome aside(String problem) throws IOException {
    var kept = beside(".refused");
    Files.move(file, kept, ATOMIC_MOVE);
    return new Outcome.Refused(problem, kept);
  }

  private Path draft() {
    return beside(".draft");
  }

  private Path beside(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /// What is in a directory survives a crash only when the directory is written, too.
  private void settle() throws IOException {
    var directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (var channel = FileChannel.open(directory, READ)) {
        channel.force(true);
      }
    }
  }
}

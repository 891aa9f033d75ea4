package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Secret;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// One question to the provider that may change what a folder must hold. The room for the answer is
/// there before it is asked, because by then what the folder has may be worth nothing. An answer
/// stands in one sealed file, whole, before it is spread over the others; what stands there is
/// spread again after an interruption.
final class Change implements AutoCloseable {
  /// The file of an answer that is not spread yet.
  static final String NEXT = "registration.next";

  private static final String ROOM = ".registration.room";
  private static final int ROOM_BYTES = 32 << 10;

  private final Path folder;
  private final SealedText seal;
  private final FileChannel room;
  private boolean kept;

  private Change(Path folder, SealedText seal, FileChannel room) {
    this.folder = folder;
    this.seal = seal;
    this.room = room;
  }

  /// Makes room in a folder that nobody else is changing.
  static Change begin(Path folder, SealedText seal) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    var room = FileChannel.open(folder.resolve(ROOM), options, owner);
    try {
      if (room.tryLock() == null) {
        throw new IOException("somebody else is changing it");
      }
      write(room, new byte[ROOM_BYTES]);
    } catch (IOException | OverlappingFileLockException e) {
      room.close();
      throw new IOException(folder + " cannot be changed now", e);
    }
    return new Change(folder, seal, room);
  }

  /// What an answer brought, as a line that only the key opens.
  static String line(SealedText seal, Client client) {
    var management = client.management().orElseThrow();
    var all =
        new JsonObject()
            .put(ClientFolder.SECRET, client.secret().reveal())
            .put(ClientFolder.MANAGEMENT_URI, management.uri())
            .put(ClientFolder.MANAGEMENT_TOKEN, management.token().reveal());
    return seal.seal(Secret.of(all.encode()), NEXT, client.id());
  }

  /// Keeps what an answer brought.
  void keep(Client client) throws IOException {
    var bytes = (line(seal, client) + "\n").getBytes(StandardCharsets.UTF_8);
    write(room, bytes);
    room.truncate(bytes.length).force(true);
    var _ = Files.move(folder.resolve(ROOM), folder.resolve(NEXT), StandardCopyOption.ATOMIC_MOVE);
    kept = true;
  }

  private static void write(FileChannel to, byte[] bytes) throws IOException {
    var left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      int _ = to.write(left, left.position());
    }
    to.force(true);
  }

  @Override
  public void close() throws IOException {
    try (room) {
      if (!kept) {
        Files.deleteIfExists(folder.resolve(ROOM));
      }
    }
  }
}

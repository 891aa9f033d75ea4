package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.SealedText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The folder a client is kept in. It appears whole or not at all, nobody but its owner may look
/// into it, and it is never overwritten. While a registration is under way a draft stands beside
/// it, and stays when the registration is interrupted: then somebody has to look whether the
/// provider knows a client that nobody has.
public final class ClientFolder {
  private static final String SECRET = "client_secret";
  private static final String MANAGEMENT_URI = "registration_client_uri";
  private static final String MANAGEMENT_TOKEN = "registration_access_token";

  private final Path folder;
  private final SealedText seal;

  public ClientFolder(Path folder, SealedText seal) {
    this.folder = folder.toAbsolutePath().normalize();
    this.seal = seal;
  }

  /// The client that is here already.
  public Optional<String> clientId() throws IOException {
    var file = folder.resolve(SealedText.CLIENT_ID);
    return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  public Path draft() {
    return Objects.requireNonNull(folder.getParent())
        .resolve("." + folder.getFileName() + ".registering");
  }

  /// Takes the place, before anybody is asked.
  ///
  /// @throws IOException when it is taken, or cannot be written
  public void begin() throws IOException {
    if (Files.exists(folder)) { // it may be a mount, which nothing can replace
      throw new FileAlreadyExistsException(folder.toString());
    }
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    var _ = Files.createDirectory(draft(), owner);
  }

  /// Gives the place back: nothing was registered.
  public void giveUp() throws IOException {
    Files.delete(draft());
  }

  /// Keeps the client.
  public void keep(Client client) throws IOException {
    write(SealedText.CLIENT_ID, client.id());
    write(SECRET, seal.seal(client.secret(), SECRET, client.id()));
    if (client.management().isPresent()) {
      write(MANAGEMENT_URI, client.management().get().uri());
      write(
          MANAGEMENT_TOKEN,
          seal.seal(client.management().get().token(), MANAGEMENT_TOKEN, client.id()));
    }
    var _ = Files.move(draft(), folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private void write(String name, String line) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var file = FileChannel.open(draft().resolve(name), options, owner)) {
      var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        int _ = file.write(bytes);
      }
      file.force(true);
    }
  }
}

package dev.cloakroom.cli.registration;

import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.StrictJson;
import io.vertx.core.json.JsonObject;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The folder a client is kept in. It appears whole or not at all, nobody but its owner may look
/// into it, and another registration never overwrites it. While a registration is under way a draft
/// stands beside it, and stays when the registration is interrupted: then somebody has to look
/// whether the provider knows a client that nobody has.
public final class ClientFolder {
  static final String SECRET = "client_secret";
  static final String MANAGEMENT_URI = "registration_client_uri";
  static final String MANAGEMENT_TOKEN = "registration_access_token";

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
    return beside(".registering");
  }

  private Path beside(String ending) {
    return Objects.requireNonNull(folder.getParent()).resolve("." + folder.getFileName() + ending);
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
    write(draft().resolve(SealedText.CLIENT_ID), client.id());
    for (var file : sealed(client).entrySet()) {
      write(draft().resolve(file.getKey()), file.getValue());
    }
    var _ = Files.move(draft(), folder, StandardCopyOption.ATOMIC_MOVE);
  }

  /// The lines of the sealed files, by their names.
  private Map<String, String> sealed(Client client) {
    var secrets = new LinkedHashMap<String, Secret>();
    secrets.put(SECRET, client.secret());
    client
        .management()
        .ifPresent(
            management -> {
              secrets.put(MANAGEMENT_URI, Secret.of(management.uri()));
              secrets.put(MANAGEMENT_TOKEN, management.token());
            });
    var lines = new LinkedHashMap<String, String>();
    secrets.forEach((name, secret) -> lines.put(name, seal.seal(secret, name, client.id())));
    return lines;
  }

  private static void write(Path to, String line) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var file = FileChannel.open(to, options, owner)) {
      var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        int _ = file.write(bytes);
      }
      file.force(true);
    }
  }

  // -- what is changed later

  /// The client with all that changing it takes, after what an interrupted change has left is put
  /// in its place; empty where there is none, or the key is another one.
  public Optional<Client> held() throws IOException {
    var id = clientId();
    if (id.isEmpty()) {
      return Optional.empty();
    }
    finish(id.get());
    var secret = opened(SECRET, id.get());
    var uri = opened(MANAGEMENT_URI, id.get());
    var token = opened(MANAGEMENT_TOKEN, id.get());
    if (secret.isEmpty() || uri.isEmpty() || token.isEmpty()) {
      return Optional.empty();
    }
    var management = new Client.Management(uri.get().reveal(), token.get());
    return Optional.of(
        new Client(id.get(), secret.get(), Optional.empty(), Optional.of(management)));
  }

  private Optional<Secret> opened(String name, String id) throws IOException {
    var file = folder.resolve(name);
    return Files.exists(file)
            && seal.open(Files.readString(file), name, id) instanceof Sealer.Opened.Plain plain
        ? Optional.of(Secret.of(new String(plain.bytes(), StandardCharsets.UTF_8)))
        : Optional.empty();
  }

  /// Makes room for what the next answer of the provider brings.
  Change change() throws IOException {
    return Change.begin(folder, seal);
  }

  /// The line that holds what could not be kept: of use only with the key, as the file [#rescue].
  public String line(Client client) {
    return Change.line(seal, client);
  }

  /// Where that line belongs.
  public Path rescue() {
    return folder.resolve(Change.NEXT);
  }

  /// Puts a kept answer in its place; the file goes last, so that it can be done again.
  void finish(String id) throws IOException {
    var next =
        opened(Change.NEXT, id)
            .flatMap(line -> StrictJson.object(line.reveal().getBytes(StandardCharsets.UTF_8)));
    if (next.isEmpty()) {
      return;
    }
    for (var file : sealed(client(id, next.get())).entrySet()) {
      var beside = folder.resolve(file.getKey() + ".next");
      Files.deleteIfExists(beside);
      write(beside, file.getValue());
      var _ = Files.move(beside, folder.resolve(file.getKey()), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.delete(rescue());
  }

  private static Client client(String id, JsonObject kept) {
    return new Client(
        id,
        Secret.of(kept.getString(SECRET)),
        Optional.empty(),
        Optional.of(
            new Client.Management(
                kept.getString(MANAGEMENT_URI), Secret.of(kept.getString(MANAGEMENT_TOKEN)))));
  }

  /// Removes the folder: the provider knows the client no more.
  public void remove() throws IOException {
    var gone = beside(".deleted");
    var _ = Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
    try (var files = Files.walk(gone)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package dev.cloakroom.world;

import dev.cloakroom.edge.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A certificate for `localhost` that vouches for itself, and its key, as two PEM files.
public final class PemFiles {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  private PemFiles(Path folder) {
    this.folder = folder;
  }

  /// A new pair.
  public static PemFiles made() {
    try {
      var folder = Files.createTempDirectory("pem");
      var store = folder.resolve("keys.p12");
      keytool(store);
      var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      var files = new PemFiles(folder);
      write(files.certificate(), "CERTIFICATE", keys.getCertificate("a").getEncoded());
      write(files.key(), "PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded());
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The same pair in files of its own.
  public PemFiles copied() {
    try {
      var copy = new PemFiles(Files.createTempDirectory("pem"));
      copy.certificateBecomes(this);
      copy.keyBecomes(this);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keytool(Path store) throws IOException, InterruptedException {
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command =
        tool
            + " -genkeypair -keyalg EC -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1"
            + " -storetype PKCS12 -alias a -storepass "
            + PASSWORD
            + " -keystore";
    var words = new ArrayList<>(List.of(command.split(" ")));
    words.add(store.toString());
    var process =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("keytool makes no key");
    }
  }

  private static void write(Path file, String label, byte[] bytes) throws IOException {
    var body = Base64.getMimeEncoder().encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
  }

  public ServerSettings.Tls settings() {
    return new ServerSettings.Tls(certificate(), key());
  }

  public Path certificate() {
    return folder.resolve("server.crt");
  }

  public Path key() {
    return folder.resolve("server.key");
  }

  /// The bytes between the lines of dashes.
  public byte[] der() {
    try {
      var lines = Files.readString(certificate(), StandardCharsets.US_ASCII).lines();
      return Base64.getMimeDecoder()
          .decode(String.join("", lines.filter(line -> !line.startsWith("-")).toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void certificateBecomes(String text) {
    write(certificate(), text);
  }

  public void certificateBecomes(PemFiles other) {
    copy(other.certificate(), certificate());
  }

  public void keyBecomes(PemFiles other) {
    copy(other.key(), key());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.cloakroom.world;

import dev.cloakroom.crypto.TlsFiles;
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

/// A certificate and its key as two PEM files: one for `localhost` that vouches for itself, an
/// authority, or what an authority has signed.
public final class PemFiles {
  private static final String PASSWORD = "changeit";
  private static final String STORE = "keys.p12";
  private static final String LOCALHOST = "-ext san=dns:localhost,ip:127.0.0.1";

  private final Path folder;

  private PemFiles(Path folder) {
    this.folder = folder;
  }

  /// A new pair.
  public static PemFiles made() {
    return made("-dname CN=localhost " + LOCALHOST);
  }

  /// A new pair for one host, which may begin with `*.`.
  public static PemFiles madeFor(String host) {
    return made("-dname CN=cloakroom -ext san=dns:" + host);
  }

  /// The same with an RSA key.
  public static PemFiles madeWithRsaFor(String host) {
    return made("-keyalg RSA -dname CN=cloakroom -ext san=dns:" + host);
  }

  /// A new authority.
  public static PemFiles authority() {
    return made("-dname CN=authority -ext bc:c");
  }

  private static PemFiles made(String what) {
    try {
      var folder = Files.createTempDirectory("pem");
      keytool(folder.resolve(STORE), "-alias a " + what);
      return new PemFiles(folder).written(folder, "a");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A certificate of this authority for `CN=name`, which is also good for `localhost`.
  public PemFiles issues(String name) {
    try {
      keytool(
          folder.resolve(STORE),
          "-alias " + name + " -signer a -dname CN=" + name + " " + LOCALHOST);
      return new PemFiles(Files.createTempDirectory("pem")).written(folder, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PemFiles written(Path from, String alias) {
    try {
      var keys = KeyStore.getInstance(from.resolve(STORE).toFile(), PASSWORD.toCharArray());
      write(certificate(), "CERTIFICATE", keys.getCertificate(alias).getEncoded());
      write(key(), "PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
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

  private static void keytool(Path store, String what) throws IOException {
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command =
        tool
            + (what.contains("-keyalg") ? " -genkeypair " : " -genkeypair -keyalg EC ")
            + what
            + " -storetype PKCS12 -storepass "
            + PASSWORD
            + " -keystore";
    var words = new ArrayList<>(List.of(command.split(" ")));
    words.add(store.toString());
    var process =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError("keytool makes no key");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// As `x5t#S256` has it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3.1 RFC 8705, 3.1
  public String thumbprint() {
    return ProviderKeys.base64(ProviderKeys.sha256(der()));
  }

  private static void write(Path file, String label, byte[] bytes) throws IOException {
    var body = Base64.getMimeEncoder().encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
  }

  public ServerSettings.Tls settings() {
    return new ServerSettings.Tls(pair(), List.of());
  }

  /// The two files.
  public TlsFiles.KeyPair pair() {
    return new TlsFiles.KeyPair(certificate(), key());
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

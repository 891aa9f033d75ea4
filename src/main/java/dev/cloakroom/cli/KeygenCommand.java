package dev.cloakroom.cli;

import dev.cloakroom.crypto.Entropy;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `keygen`: a key for `session.encryption_keys`.
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    description = "Prints a fresh key for session.encryption_keys: 256 bits in base64.")
final class KeygenCommand implements Runnable {
  private static final int KEY_BYTES = 32;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    var key = Entropy.secure().bytes(KEY_BYTES);
    spec.commandLine().getOut().println(Base64.getEncoder().encodeToString(key));
  }
}

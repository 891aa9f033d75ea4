package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.crypto.Entropy;
import java.util.Base64;

/// `keygen`: a key for `session.encryption_keys`.
final class KeygenCommand implements Command {
  private static final int KEY_BYTES = 32;

  @Override
  public Syntax syntax() {
    return Syntax.of(
        "keygen", "Prints a fresh key for session.encryption_keys: 256 bits in base64.");
  }

  @Override
  public int run(Arguments arguments, Screen screen) {
    var key = Entropy.secure().bytes(KEY_BYTES);
    screen.out().println(Base64.getEncoder().encodeToString(key));
    return Main.WELL;
  }
}

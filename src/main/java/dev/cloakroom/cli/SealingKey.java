package dev.cloakroom.cli;

import dev.cloakroom.config.text.Environment;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Secret;

/// What registered clients are sealed under.
final class SealingKey {
  private SealingKey() {}

  /// The key of the environment.
  static SealedText of(Environment environment) throws UserError {
    var key = environment.variable(SealedText.KEY).filter(text -> !text.isBlank());
    if (key.isEmpty()) {
      throw new UserError(SealedText.KEY + " is not set; `cloakroom keygen` makes a key");
    }
    try {
      return new SealedText(Secret.of(key.get()), Entropy.secure());
    } catch (IllegalArgumentException e) {
      throw new UserError(SealedText.KEY + ": " + e.getMessage());
    }
  }
}

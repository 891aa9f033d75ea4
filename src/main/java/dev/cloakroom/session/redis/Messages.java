package dev.cloakroom.session.redis;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SessionKey;
import java.util.Optional;

/// What nodes tell each other: `E key cause open|sealed` and `R key version`.
sealed interface Messages {
  /// A session ended.
  ///
  /// @param sealed whether the node that ended it could not read its tokens
  record End(SessionKey key, EndCause cause, boolean sealed) implements Messages {}

  /// A session has a newer version.
  record Replacement(SessionKey key, long version) implements Messages {}

  /// Nothing this version understands.
  record Unknown() implements Messages {}

  static Messages parse(String text) {
    var words = text.split(" ", -1);
    try {
      return switch (words[0]) {
        case "E" ->
            new End(
                SessionKey.parse(words[1]), EndCause.named(words[2]), words[3].equals("sealed"));
        case "R" -> new Replacement(SessionKey.parse(words[1]), Long.parseLong(words[2]));
        default -> new Unknown();
      };
    } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException _) {
      return new Unknown();
    }
  }

  /// What is left of an end in Redis: its cause and the instant it is forgotten at. Empty when that
  /// is past.
  static Optional<EndCause> tombstone(String text, long now) {
    var words = text.split(" ", -1);
    try {
      return words.length == 2 && Long.parseLong(words[1]) > now
          ? Optional.of(EndCause.named(words[0]))
          : Optional.empty();
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}

package dev.cloakroom.session.redis;

import io.vertx.redis.client.Response;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Why the Redis cannot be used for now. The names are what the log says.
enum Trouble {
  /// Answers are late or do not come.
  SILENT,
  /// Nobody listens, or the connection broke.
  UNREACHABLE,
  READONLY,
  LOADING,
  MASTERDOWN,
  CLUSTERDOWN,
  TRYAGAIN,
  NOREPLICAS,
  NOAUTH,
  WRONGPASS,
  NOPERM,
  OOM,
  MISCONF,
  /// Somebody's script runs and runs.
  BUSY;

  /// The client says this to whoever waits for an answer, as if the server had.
  private static final String CLOSED = "CONNECTION_CLOSED";

  private static final Pattern WORD =
      Pattern.compile(
          "\\b(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM"
              + "|OOM|MISCONF|BUSY)\\b");

  /// Empty when the server refused the command itself: that is a fault of ours. Servers before
  /// version 7 put the word of an error within a script somewhere in the message.
  static Optional<Trouble> of(Throwable failure) {
    var message = String.valueOf(failure.getMessage());
    if (!(failure instanceof Response) || message.equals(CLOSED)) {
      return Optional.of(UNREACHABLE);
    }
    var word = WORD.matcher(message);
    return word.find() ? Optional.of(valueOf(word.group(1))) : Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

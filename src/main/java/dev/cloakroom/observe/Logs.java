package dev.cloakroom.observe;

import ch.qos.logback.classic.LoggerContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The log as a whole. Lines go through a bounded queue to a thread of its own, because a terminal
/// or a pipe that stalls must not stall an event loop; a full queue drops what is below a warning.
public final class Logs {
  /// Environment variable: `json` or `text`, for whatever is logged before the configuration is
  /// read, and against what it says.
  static final String FORMAT = "CLOAKROOM_LOG_FORMAT";

  private Logs() {}

  /// Lines look like this from now on, unless the environment says otherwise.
  public static void write(boolean json) {
    write(json, System::getenv);
  }

  static void write(boolean json, Function<String, @Nullable String> environment) {
    if (environment.apply(FORMAT) == null
        && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      LogSetUp.change(context, json);
    }
  }

  /// Writes what is queued, for at most two seconds, and closes the log: the process is about to
  /// end.
  public static void close() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}

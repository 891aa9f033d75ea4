package dev.cloakroom.cli;

import dev.cloakroom.observe.AuditListener;
import dev.cloakroom.observe.LogListener;
import dev.cloakroom.observe.LogSettings;
import dev.cloakroom.observe.Observer;
import java.io.Console;
import java.util.Optional;

/// Who listens to the gateway's events.
final class Observers {
  /// What `logback.xml` asks for; the environment variable of this name wins.
  private static final String FORMAT = "CLOAKROOM_LOG_FORMAT";

  private Observers() {}

  /// Log and audit. To be called before anything is logged: the first line decides the format.
  static Observer of(LogSettings settings) {
    if (System.getenv(FORMAT) == null) {
      System.setProperty(FORMAT, asJson(settings.format()) ? "json" : "text");
    }
    return Observer.all(new LogListener(settings.access()), new AuditListener());
  }

  private static boolean asJson(LogSettings.Format format) {
    return switch (format) {
      case JSON -> true;
      case TEXT -> false;
      case AUTO -> !onTerminal();
    };
  }

  private static boolean onTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }
}

package dev.cloakroom.cli;

import dev.cloakroom.observe.AuditListener;
import dev.cloakroom.observe.LogListener;
import dev.cloakroom.observe.LogSettings;
import dev.cloakroom.observe.Logs;
import dev.cloakroom.observe.Observer;
import java.io.Console;
import java.util.Optional;

/// Who listens to the gateway's events.
final class Observers {
  private Observers() {}

  /// Log and audit.
  static Observer of(LogSettings settings) {
    Logs.write(asJson(settings.format()));
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

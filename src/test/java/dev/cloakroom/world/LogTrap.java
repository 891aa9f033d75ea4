package dev.cloakroom.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/// Catches every log line of every library, at every level, whatever the configuration shows.
public final class LogTrap extends AppenderBase<ILoggingEvent> {
  private static final LogTrap TRAP = set();

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private LogTrap() {}

  private static LogTrap set() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.iteratorForAppenders()
        .forEachRemaining(
            appender -> {
              var quiet = new ThresholdFilter();
              quiet.setLevel("WARN");
              quiet.start();
              appender.addFilter(quiet);
            });
    var trap = new LogTrap();
    trap.setContext(context);
    trap.start();
    root.addAppender(trap);
    context.getLoggerList().forEach(logger -> logger.setLevel(Level.TRACE));
    return trap;
  }

  /// Begins anew, for one world at a time.
  public static LogTrap emptied() {
    TRAP.lines.clear();
    return TRAP;
  }

  @Override
  protected void append(ILoggingEvent event) {
    var line = new StringBuilder(event.getLoggerName()).append(' ');
    line.append(event.getFormattedMessage()).append(' ').append(event.getMDCPropertyMap());
    if (event.getKeyValuePairs() != null) {
      line.append(event.getKeyValuePairs());
    }
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    lines.add(line.toString());
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }
}

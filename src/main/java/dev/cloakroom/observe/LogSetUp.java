package dev.cloakroom.observe;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Optional;
import java.util.function.Function;
import net.logstash.logback.encoder.LogstashEncoder;
import org.jspecify.annotations.Nullable;

/// How lines of the log get out: in code, because to read it from XML took a tenth of the start.
/// Logback finds this class by itself, before the first line. A file of one's own that
/// `logback.configurationFile` names wins.
public final class LogSetUp extends ContextAwareBase implements Configurator {
  /// It has an error for every connection that breaks before it has asked for anything: whoever
  /// reaches the port could write the log.
  private static final String CONNECTIONS = "io.vertx.core.net.impl.ConnectionBase";

  private static final String QUEUE = "queue";
  private static final int QUEUED_LINES = 16_384;
  private static final int FLUSH_MILLIS = 2_000;
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger %replace(%msg %kvp{NONE}){'[\r\n]', ' '}"
          + "%n%ex";

  private final Function<String, @Nullable String> environment;

  /// As Logback makes it: with this process's environment.
  public LogSetUp() {
    this(System::getenv);
  }

  LogSetUp(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    context.getLogger("io.vertx").setLevel(Level.WARN);
    context.getLogger("io.netty").setLevel(Level.WARN);
    context.getLogger(CONNECTIONS).setLevel(Level.OFF);
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(environment("CLOAKROOM_LOG_LEVEL"), Level.INFO));
    root.addAppender(queue(context, environment(Logs.FORMAT).equals("json")));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private String environment(String name) {
    return Optional.ofNullable(environment.apply(name)).orElse("");
  }

  /// Lines look different from now on. Where the operator has set up the log, it stays as it is.
  static void change(LoggerContext context, boolean json) {
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    var before = root.getAppender(QUEUE);
    if (before != null) {
      var after = queue(context, json);
      before.getCopyOfAttachedFiltersList().forEach(after::addFilter);
      root.addAppender(after);
      root.detachAppender(before);
      before.stop();
    }
  }

  /// Nothing on an event loop waits for whoever reads the log.
  private static AsyncAppender queue(LoggerContext context, boolean json) {
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setName("console");
    console.setEncoder(json ? json(context) : text(context));
    console.start();
    var queue = new AsyncAppender();
    queue.setContext(context);
    queue.setName(QUEUE);
    queue.setQueueSize(QUEUED_LINES);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(FLUSH_MILLIS);
    queue.addAppender(console);
    queue.start();
    return queue;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(TEXT);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    var encoder = new LogstashEncoder();
    encoder.setContext(context);
    encoder.setIncludeContext(false);
    var names = encoder.getFieldNames();
    names.setLevel("log.level");
    names.setLogger("log.logger");
    names.setThread("process.thread.name");
    names.setStackTrace("error.stack_trace");
    names.setLevelValue("[ignore]");
    names.setVersion("[ignore]");
    encoder.start();
    return encoder;
  }
}

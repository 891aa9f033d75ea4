package dev.cloakroom.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.logstash.logback.encoder.LogstashEncoder;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// How lines of the log look.
class LogSetUpTest {
  private static LoggerContext context() {
    return context(Map.of());
  }

  private static LoggerContext context(Map<String, String> environment) {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    var status = new LogSetUp(environment::get).configure(context);
    assertThat(status.name()).isEqualTo("DO_NOT_INVOKE_NEXT_IF_ANY");
    return context;
  }

  private static Encoder<?> encoder(LoggerContext context) {
    var appenders = context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
    var queues = new ArrayList<AsyncAppender>();
    appenders.forEachRemaining(
        appender -> {
          if (appender instanceof AsyncAppender queue) {
            queues.add(queue);
          }
        });
    assertThat(queues).hasSize(1);
    assertThat(queues.getFirst().getQueueSize()).isEqualTo(16_384);
    assertThat(queues.getFirst().isNeverBlock()).isTrue();
    return ((ConsoleAppender<?>) queues.getFirst().getAppender("console")).getEncoder();
  }

  private static List<String> written(LoggerContext context) {
    var event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setLoggerName("cloakroom");
    event.setLevel(Level.WARN);
    event.setMessage("two\nlines");
    event.setThreadName("main");
    event.setTimeStamp(0);
    @SuppressWarnings("unchecked")
    var encoder = (Encoder<ILoggingEvent>) encoder(context);
    return new String(encoder.encode(event), StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aLineIsTextAndStaysOneLine() {
    var context = context();
    assertThat(written(context))
        .singleElement()
        .asString()
        .matches("19(69|70)-[^ ]+ WARN  cloakroom two lines ");
    assertThat(context.getLogger("io.netty.channel").isInfoEnabled()).isFalse();
    context.stop();
  }

  @Test
  void aLineIsJsonOnceTheConfigurationSaysSo() {
    var context = context();
    LogSetUp.change(context, true);
    var line = new JsonObject(written(context).getFirst());
    assertThat(line.fieldNames())
        .containsExactlyInAnyOrder(
            "@timestamp", "message", "log.logger", "process.thread.name", "log.level");
    assertThat(line.getString("log.level")).isEqualTo("WARN");
    LogSetUp.change(context, false);
    assertThat(encoder(context)).isNotInstanceOf(LogstashEncoder.class);
    context.stop();
  }

  @Test
  void theConfigurationDecidesAlsoAfterTheFirstLine() {
    LoggerFactory.getLogger("cloakroom.test").debug("the first line");
    var live = (LoggerContext) LoggerFactory.getILoggerFactory();
    try {
      Logs.write(true, _ -> null);
      assertThat(encoder(live)).isInstanceOf(LogstashEncoder.class);
    } finally {
      Logs.write(false, _ -> null);
    }
    assertThat(encoder(live)).isNotInstanceOf(LogstashEncoder.class);
  }

  @Test
  void theEnvironmentHasTheLastWord() {
    var context = context(Map.of(Logs.FORMAT, "json", "CLOAKROOM_LOG_LEVEL", "ERROR"));
    assertThat(encoder(context)).isInstanceOf(LogstashEncoder.class);
    assertThat(context.getLogger("cloakroom").isWarnEnabled()).isFalse();
    context.stop();
    var live = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logs.write(false, _ -> null);
    Logs.write(true, Map.of(Logs.FORMAT, "text")::get);
    assertThat(encoder(live)).isNotInstanceOf(LogstashEncoder.class);
  }

  @Test
  void filtersStay() {
    var context = context();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    var filter = new ThresholdFilter();
    root.getAppender("queue").addFilter(filter);
    LogSetUp.change(context, true);
    assertThat(root.getAppender("queue").getCopyOfAttachedFiltersList()).containsExactly(filter);
    context.stop();
  }

  @Test
  void aLogThatTheOperatorSetUpIsLeftAlone() {
    var context = new LoggerContext();
    LogSetUp.change(context, true);
    assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().hasNext())
        .isFalse();
  }

  /// A preface and a reset would be a line, and nobody has to be asked for one.
  @Test
  void whoeverHangsUpWritesNoLine() {
    var context = context();
    assertThat(context.getLogger(ConnectionBase.class).isErrorEnabled()).isFalse();
    assertThat(context.getLogger("io.vertx.core.net.impl.NetServerImpl").isWarnEnabled()).isTrue();
    context.stop();
  }
}

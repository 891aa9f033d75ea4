package dev.cloakroom.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ListenersTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("cloakroom");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.DEBUG);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
  }

  private List<String> told() {
    return lines.list.stream()
        .map(
            line ->
                line.getMessage()
                    + (line.getKeyValuePairs() == null ? "" : " " + line.getKeyValuePairs()))
        .toList();
  }

  @Test
  void theReadyLineHasItsThreeAddresses() {
    new LogListener(true)
        .on(
            new Event.GatewayReady(
                List.of(URI.create("http://localhost:8080")), "0.0.0.0:8080", "127.0.0.1:9090"));
    assertThat(told())
        .singleElement()
        .asString()
        .startsWith("gateway.ready")
        .contains(
            "public_url=\"http://localhost:8080\"",
            "listen=\"0.0.0.0:8080\"",
            "management=\"127.0.0.1:9090\"");
  }

  @Test
  void aHeapThatIsTooSmallIsWarnedOfInNumbers() {
    new LogListener(false).on(new Event.SessionsExceedHeap(1_000_000, 157_286));
    assertThat(told())
        .containsExactly("sessions.exceed_heap [max_sessions=\"1000000\", heap_holds=\"157286\"]");
    assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void aFaultKeepsItsStackTrace() {
    new LogListener(true).on(new Event.Fault(Optional.of("t"), new IllegalStateException("boom")));
    assertThat(lines.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("boom");
    assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void auditSpeaksTheWordsOfItsTrade() {
    var audit = new AuditListener();
    audit.on(new Event.LoginSucceeded("main", "handle"));
    audit.on(new Event.LoginRejected("main", "STATE_MISMATCH"));
    audit.on(new Event.RequestRefused("cross_site_request", "origin", "/api/**", "t"));
    audit.on(new Event.RequestRefused("no_such_route", "no_such_route", "app", "t"));
    assertThat(lines.list.stream().map(ILoggingEvent::getMessage))
        .containsExactly("authn_login_success", "authn_login_fail", "malicious_cors");
  }

  @Test
  void metricsHaveNoLabelOfAPerson() {
    var metrics = new Metrics();
    metrics.on(
        new Event.RequestServed("GET", "/api/**", 200, Duration.ofMillis(3), "192.0.2.1", "trace"));
    metrics.on(new Event.SessionStarted("main", "a-handle"));
    metrics.on(new Event.RefreshShared("main"));
    assertThat(metrics.scrape())
        .contains("http_server_request_duration_seconds_bucket")
        .contains("http_route=\"/api/**\"")
        .contains("cloakroom_token_refresh_coalesced_total{provider=\"main\"} 1.0")
        .doesNotContain("192.0.2.1", "a-handle", "trace");
  }

  @Test
  void everyObserverHearsEveryEvent() {
    var heard = new java.util.ArrayList<String>();
    Observer.all(event -> heard.add("one"), event -> heard.add("two"))
        .on(new Event.GatewayStopping());
    assertThat(heard).containsExactly("one", "two");
  }
}

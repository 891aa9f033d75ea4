package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.Waiting;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Much of an answer goes down as it was read, without a copy. It is given back, however the call
/// ends.
class LentBytesTest {
  private static final int MIB = 1024 * 1024;
  private static final int CALLS = 8;
  private static final AtomicInteger LOST = new AtomicInteger();

  private final Level level = ResourceLeakDetector.getLevel();
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void watch() {
    ByteBufUtil.setLeakListener((_, records) -> leaks.add(records));
  }

  @AfterEach
  void look() {
    ResourceLeakDetector.setLevel(level);
    ByteBufUtil.setLeakListener((_, _) -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: 4194304, 4194304",
    "Content-Length: 4194304, 100000",
    "A: b, 100000"
  })
  @Proves("PX-15")
  void whatIsLentIsGivenBack(String framing, int read) {
    try (var upstream = RawUpstream.plays(line -> answers(line, framing));
        var relay = Relay.with(route("/api/**", upstream.uri()))) {
      ResourceLeakDetector.setLevel(Level.PARANOID); // the library has just turned it off
      for (var call = 0; call < CALLS; call++) {
        try (var client = RawClient.to(relay.port(), 64 * 1024)) {
          client.sends("GET /api/x HTTP/1.1\nHost: a\n\n").head();
          client.reads(read);
          if (read < 4 * MIB) {
            client.resets();
          }
        }
        assertThat(relay.outcome()).isNotNull();
      }
    }
    assertThat(heard()).isEmpty();
  }

  private static void answers(RawUpstream.Line line, String framing) throws java.io.IOException {
    while (line.readsRequest() != null) {
      line.says("HTTP/1.1 200 OK\n" + framing + "\n\n");
      line.says(new byte[4 * MIB]);
    }
  }

  /// What is lost is noticed when there is no trace of it any more, and others are made; so one is
  /// lost on purpose, later than any other. Each loss is told of once, so each has a number.
  private Queue<String> heard() {
    Waiting.until(
        "what was lost on purpose was noticed",
        () -> {
          ByteBufAllocator.DEFAULT.directBuffer(64).touch("on purpose " + LOST.incrementAndGet());
          System.gc();
          ByteBufAllocator.DEFAULT.directBuffer(64).release();
          return leaks.stream().anyMatch(records -> records.contains("on purpose"));
        });
    leaks.removeIf(records -> records.contains("on purpose"));
    return leaks;
  }
}

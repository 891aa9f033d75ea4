package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.world.RawUpstream;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Five gigabytes each way: what the gateway keeps of them is nothing.
@Tag("long")
class LongStreamsTest {
  private static final int MIB = 1024 * 1024;
  private static final int MIBS = 5 * 1024;
  private static final long LEEWAY = 64L * MIB;

  @Test
  @Proves("PX-15")
  @Case("T101")
  void fiveGigabytesComeDownThroughAFlatHeap() {
    try (var upstream = RawUpstream.plays(LongStreamsTest::saysFiveGigabytes);
        var relay = Relay.with(route("/api/**", upstream.uri()));
        var client = relay.client()) {
      assertThat(client.sends("GET /api/x HTTP/1.1\nHost: a\n\n").head().status()).isEqualTo(200);
      var before = memory();
      for (var i = 0; i < MIBS; i++) {
        assertThat(client.reads(MIB)).hasSize(MIB);
        if (i % 1024 == 1023) {
          assertThat(memory()).isLessThan(before + LEEWAY);
        }
      }
      assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(200));
    }
  }

  @Test
  @Proves("PX-15")
  @Case("T101")
  void fiveGigabytesGoUpThroughAFlatHeap() {
    try (var upstream = RawUpstream.plays(LongStreamsTest::takesFiveGigabytes);
        var relay = Relay.with(route("/api/**", upstream.uri()));
        var client = relay.client()) {
      client.sends("POST /api/x HTTP/1.1\nHost: a\nContent-Length: " + (long) MIBS * MIB + "\n\n");
      var before = memory();
      for (var i = 0; i < MIBS / 1024; i++) {
        assertThat(client.floods(new byte[MIB], 1024L * MIB)).isEqualTo(1024L * MIB);
        assertThat(memory()).isLessThan(before + LEEWAY);
      }
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  private static void saysFiveGigabytes(RawUpstream.Line line) throws IOException {
    var _ = line.readsRequest();
    line.says("HTTP/1.1 200 OK\nContent-Length: " + (long) MIBS * MIB + "\n\n");
    var chunk = new byte[MIB];
    for (var i = 0; i < MIBS; i++) {
      line.says(chunk);
    }
  }

  private static void takesFiveGigabytes(RawUpstream.Line line) throws IOException {
    var _ = line.readsHead();
    for (var i = 0; i < MIBS; i++) {
      if (line.reads(MIB).length < MIB) {
        return; // the other side broke off: no answer
      }
    }
    line.says("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
  }

  /// What is still reachable on the heap, and what Netty holds beside it.
  private static long memory() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}

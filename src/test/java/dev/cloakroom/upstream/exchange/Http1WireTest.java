package dev.cloakroom.upstream.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a caller is told of an answer, when, and what becomes of the connection.
class Http1WireTest {
  private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

  private final Vertx vertx = Vertx.vertx();
  private final Bench bench = new Bench(vertx);

  /// Whatever a test has done with what was read: nothing of it stays.
  @AfterEach
  void nothingLeaks() {
    bench.wire.close();
    var _ = bench.channel.finishAndReleaseAll();
    assertThat(bench.given).allMatch(read -> read.refCnt() == 0);
    Waiting.on(vertx.close());
  }

  // -- in order

  @Test
  void anAnswerIsToldInOrder() {
    bench.asks().hears(OK);
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "end");
    assertThat(bench.wire.isOpen()).isTrue();
  }

  @Test
  @Proves("PX-15")
  void aCallerThatPausesIsToldNothingUntilItResumes() {
    bench.then =
        what -> {
          if (what.startsWith("head")) {
            bench.wire.pause();
          }
        };
    bench.asks().hears(OK);
    assertThat(bench.told).containsExactly("head 200");
    assertThat(bench.channel.config().isAutoRead()).isFalse();
    bench.wire.resume();
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "end");
    assertThat(bench.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void anEndOfTheConnectionComesAfterWhatWasReadBefore() {
    bench.then =
        what -> {
          if (what.startsWith("head")) {
            bench.wire.pause();
          }
        };
    bench.asks().hears("HTTP/1.1 200 OK\nContent-Length: 9\n\nok");
    var _ = bench.channel.close();
    assertThat(bench.told).containsExactly("head 200");
    assertThat(bench.gone).as("its keeper knows at once").isTrue();
    bench.wire.resume();
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "failed HttpClosedException");
  }

  @Test
  @Proves("PX-15")
  void aCallerMayPauseAgainWhileItIsToldWhatWaited() {
    bench.then =
        what -> {
          if (!what.equals("end")) {
            bench.wire.pause();
          }
        };
    bench.asks().hears("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\n1\nb\n0\n\n");
    bench.wire.resume();
    assertThat(bench.told).containsExactly("head 200", "bytes a");
    bench.wire.resume();
    bench.wire.resume();
    assertThat(bench.told).containsExactly("head 200", "bytes a", "bytes b", "end");
  }

  // -- interim answers

  @Test
  @Proves({"PX-18", "PX-26"})
  void interimAnswersAreNotTheAnswer() {
    bench
        .asks()
        .hears("HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: </a>\n\n")
        .hears(OK);
    assertThat(bench.told).containsExactly("hints </a>", "head 200", "bytes ok", "end");
  }

  @Test
  void anUpgradeNobodyAskedForIsAnAnswerAndNoUpgrade() {
    bench.asks().hears("HTTP/1.1 101 Switching Protocols\nUpgrade: h3\n\n");
    assertThat(bench.told).containsExactly("head 101", "end");
  }

  @Test
  void whatComesBehindAnUpgradeIsNotLost() {
    bench.framing = Framing.UPGRADE;
    bench.then =
        what -> {
          if (what.startsWith("head")) {
            bench.wire.pause();
          }
        };
    bench
        .asks()
        .hears(
            "HTTP/1.1 101 Switching Protocols\nSec-WebSocket-Accept: x\nUpgrade: websocket\n\nfirst")
        .hears("second");
    assertThat(bench.told).containsExactly("head 101");
    bench.wire.resume();
    assertThat(bench.told).containsExactly("head 101", "bytes first", "bytes second");
    bench.wire.write(Buffer.buffer("up"));
    assertThat(bench.sent()).isEqualTo("up");
  }

  // -- bodies

  @Test
  @Proves("PX-19")
  void anAnswerToHeadHasNoBodyAndTheNextOneHas() {
    bench.method = HttpMethod.HEAD;
    bench.asks().hears("HTTP/1.1 200 OK\nContent-Length: 2\n\n");
    bench.method = HttpMethod.GET;
    bench.asks().hears(OK);
    assertThat(bench.told).containsExactly("head 200", "end", "head 200", "bytes ok", "end");
  }

  @Test
  void anAnswerWithoutALengthEndsWithItsConnection() {
    bench.asks().hears("HTTP/1.0 200 OK\n\nok");
    var _ = bench.channel.close();
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "end");
    assertThat(bench.wire.isOpen()).isFalse();
  }

  @Test
  @Proves("PX-23")
  void anAnswerWithoutALengthDoesNotEndWithAReset() {
    bench.asks().hears("HTTP/1.0 200 OK\n\nok");
    bench.channel.pipeline().fireExceptionCaught(new IOException("reset"));
    bench.channel.runPendingTasks();
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "failed IOException");
  }

  // -- what is not HTTP

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nBad(Name: x\n\n",
        "HTTP/1.1 200 OK\n: x\n\n",
        "HTTP/1.1 200 OK\nName: a\u0001b\n\n",
        "HTTP/1.1 200 OK\nName: a\u0000b\n\n",
        "HTTP/1.1 200 OK\nName: a\rb\n\n",
        "HTTP/1.1 200 OK\nContent-Length: 1\nContent-Length: 2\n\n",
        "HTTP/2.0 200 OK\n\n",
        "HTTP/1.1 two OK\n\n",
        "SSH-2.0\n\n",
      })
  void whatIsNotHttpIsNoAnswer(String bytes) {
    bench.asks().hears(bytes);
    assertThat(bench.told).hasSize(1).first().asString().startsWith("failed");
    assertThat(bench.wire.isOpen()).isFalse();
  }

  @Test
  @Proves("PX-16")
  void aHeadHasABound() {
    bench.asks().hears("HTTP/1.1 200 OK\nA: " + "a".repeat(65 * 1024) + "\n\n");
    assertThat(bench.told).containsExactly("failed TooLongHttpHeaderException");
  }

  @Test
  void aChunkThatIsNoneBreaksTheAnswer() {
    bench.asks().hears("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\nx\n");
    assertThat(bench.told).hasSize(3).last().asString().startsWith("failed");
    assertThat(bench.wire.isOpen()).isFalse();
  }

  // -- used again, or not

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 2", "x"})
  @Proves("PX-06")
  void whatFollowsAnAnswerIsNotTakenForTheNextOne(String more) {
    var known = new boolean[1];
    bench.then = what -> known[0] |= what.equals("end") && !bench.wire.settles();
    bench.asks().hears(OK + more);
    assertThat(known[0]).as("used again before all has been read").isFalse();
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "end");
    assertThat(bench.settled).isTrue();
    assertThat(bench.wire.isOpen()).isFalse();
    assertThat(bench.gone).isTrue();
  }

  @Test
  @Proves("PX-06")
  void whatFollowsAnAnswerInTheSameReadIsNotTakenForTheNextOne() {
    bench.then =
        what -> {
          if (what.equals("end")) {
            var _ = bench.wire.settles();
          }
        };
    bench.asks().hearsAtOnce(OK, OK);
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "end");
    assertThat(bench.wire.isOpen()).isFalse();
  }

  @Test
  void whatNobodyAskedForClosesTheConnection() {
    bench.hears(OK);
    assertThat(bench.told).isEmpty();
    assertThat(bench.gone).isTrue();
  }

  @Test
  void aConnectionThatHasEndedTakesNoRequest() {
    var _ = bench.channel.close();
    bench.asks();
    assertThat(bench.told).containsExactly("failed HttpClosedException");
  }

  @Test
  void whoClosesIsToldNothingMore() {
    bench.then = _ -> bench.wire.close();
    bench.asks().hears(OK);
    assertThat(bench.told).containsExactly("head 200");
  }

  @Test
  void whatIsReadAfterAPausedConnectionWasClosedIsDropped() {
    bench.then = _ -> bench.wire.pause();
    bench.asks().hears(OK);
    bench.wire.close();
    bench.hearsAtOnce("more");
    assertThat(bench.told).containsExactly("head 200");
  }

  // -- faults

  @Test
  void whatACallerThrowsIsItsFault() {
    bench.then =
        what -> {
          if (what.startsWith("bytes")) {
            throw new IllegalStateException("mine");
          }
        };
    bench.asks().hears(OK);
    assertThat(bench.told).containsExactly("head 200", "bytes ok", "faulted mine");
    assertThat(bench.wire.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nB: c", "a\nB: c", "a\u0000", "a\u010aB: c"})
  @Proves("PX-09")
  void aFieldThatWouldBeTwoDoesNotGoOut(String value) {
    bench.fields = to -> to.add("A", value);
    bench.wire.begin(bench);
    assertThat(bench.sent()).isEmpty();
    assertThat(bench.told).hasSize(1).first().asString().startsWith("faulted");
  }
}

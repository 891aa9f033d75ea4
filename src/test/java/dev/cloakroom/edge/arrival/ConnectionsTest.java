package dev.cloakroom.edge.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.edge.arrival.Connections.Next;
import dev.cloakroom.house.Proves;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private final Connections connections = new Connections(2);

  /// A connection that only knows whether it was closed.
  private static final class Line {
    private boolean closed;
    private Handler<Void> closeHandler = _ -> {};

    HttpConnection connection() {
      return (HttpConnection)
          Proxy.newProxyInstance(
              Line.class.getClassLoader(),
              new Class<?>[] {HttpConnection.class},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "close" -> {
                      closed = true;
                      closeHandler.handle(null);
                      yield Future.succeededFuture();
                    }
                    case "closeHandler" -> {
                      @SuppressWarnings("unchecked")
                      var handler = (Handler<Void>) arguments[0];
                      closeHandler = handler;
                      yield self;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }
  }

  private void opened(HttpConnection connection) {
    var channel = new EmbeddedChannel();
    connections.arrived(channel);
    connections.opened(connection, channel);
  }

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      connections.tick();
    }
  }

  @Test
  @Proves("PX-17")
  void aHeadThatTricklesInIsCutOff() {
    var slow = new Line();
    opened(slow.connection());
    seconds(20);
    assertThat(slow.closed).isFalse();
    seconds(1);
    assertThat(slow.closed).isTrue();
  }

  /// Neither half a preface nor the first bytes of settings make it wait longer.
  @Test
  @Proves("PX-17")
  void aConnectionThatNeverSaysWhatItSpeaksIsCutOff() {
    var silent = new EmbeddedChannel();
    connections.arrived(silent);
    seconds(20);
    assertThat(silent.isOpen()).isTrue();
    seconds(1);
    assertThat(silent.isOpen()).isFalse();
  }

  @Test
  @Proves("PX-17")
  void whatIsKnownLateHasNoTimeOfItsOwn() {
    var channel = new EmbeddedChannel();
    connections.arrived(channel);
    seconds(15);
    var line = new Line();
    connections.opened(line.connection(), channel);
    seconds(5);
    assertThat(line.closed).isFalse();
    seconds(1);
    assertThat(line.closed).isTrue();
  }

  @Test
  @Proves("PX-16")
  void connectionsThatHaveSaidNothingCountToo() {
    var first = new EmbeddedChannel();
    connections.arrived(first);
    opened(new Line().connection());
    var third = new EmbeddedChannel();
    connections.arrived(third);
    assertThat(third.isOpen()).isFalse();
    var refused = new Line();
    connections.opened(refused.connection(), third);
    assertThat(refused.closed).isTrue();
    var _ = first.close();
    var fourth = new EmbeddedChannel();
    connections.arrived(fourth);
    assertThat(fourth.isOpen()).isTrue();
  }

  @Test
  void leavingClosesWhatHasSaidNothing() {
    var silent = new EmbeddedChannel();
    connections.arrived(silent);
    var emptied = connections.drain();
    assertThat(emptied.isComplete()).isFalse();
    connections.closeIdle();
    assertThat(silent.isOpen()).isFalse();
    assertThat(emptied.isComplete()).isTrue();
  }

  @Test
  void aRequestUnderWayMayTakeItsTimeAndIdlingMayNot() {
    var line = new Line();
    var connection = line.connection();
    opened(connection);
    assertThat(connections.requestBegins(connection)).isTrue();
    seconds(500);
    assertThat(line.closed).isFalse();
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.GOES_ON);
    seconds(75);
    assertThat(line.closed).isFalse();
    seconds(1);
    assertThat(line.closed).isTrue();
  }

  @Test
  @Proves("PX-16")
  void oneConnectionTooManyIsClosedAndRoomIsMadeAgain() {
    var first = new Line();
    var connection = first.connection();
    opened(connection);
    opened(new Line().connection());
    var third = new Line();
    opened(third.connection());
    assertThat(third.closed).isTrue();
    connection.close();
    var fourth = new Line();
    opened(fourth.connection());
    assertThat(fourth.closed).isFalse();
  }

  @Test
  void behindTheLastRequestThereIsNone() {
    var connection = new Line().connection();
    opened(connection);
    assertThat(connections.requestBegins(connection)).isTrue();
    connections.endsWithAnswer(connection);
    assertThat(connections.requestBegins(connection)).isFalse();
    assertThat(connections.isEnding(connection)).isTrue();
  }

  @Test
  void aConnectionEndsWithTheAnswerToItsLastRequestAndNoSooner() {
    var connection = new Line().connection();
    opened(connection);
    assertThat(connections.requestBegins(connection)).isTrue();
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.GOES_ON);
    assertThat(connections.requestBegins(connection)).isTrue();
    assertThat(connections.requestBegins(connection)).isTrue();
    connections.endsWithAnswer(connection);
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.GOES_ON);
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.ENDS);
  }

  @Test
  void aConnectionOfWhichNoMoreCanBeReadEndsWithTheAnswersThatWereDue() {
    var connection = new Line().connection();
    opened(connection);
    assertThat(connections.requestBegins(connection)).isTrue();
    assertThat(connections.requestBegins(connection)).isTrue();
    assertThat(connections.bodyBroke(connection, 2)).isTrue();
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.GOES_ON);
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.ENDS_BROKEN);
  }

  @Test
  void whoLeavesEndsEveryConnectionWithItsAnswer() {
    var connection = new Line().connection();
    opened(connection);
    assertThat(connections.requestBegins(connection)).isTrue();
    assertThat(connections.isEnding(connection)).isFalse();
    var _ = connections.drain();
    assertThat(connections.isEnding(connection)).isTrue();
    assertThat(connections.requestEnds(connection)).isEqualTo(Next.ENDS);
  }

  @Test
  void aRequestSaysWhetherItIsTheLast() {
    assertThat(isLast(HttpVersion.HTTP_1_1)).isFalse();
    assertThat(isLast(HttpVersion.HTTP_1_1, "keep-alive", "x")).isFalse();
    assertThat(isLast(HttpVersion.HTTP_1_1, "te, Close")).isTrue();
    assertThat(isLast(HttpVersion.HTTP_1_1, "keep-alive", "x ,close\t, y")).isTrue();
    assertThat(isLast(HttpVersion.HTTP_1_0)).isTrue();
    assertThat(isLast(HttpVersion.HTTP_1_0, "Keep-Alive")).isFalse();
    assertThat(isLast(HttpVersion.HTTP_1_0, "keep-alive, close")).isTrue();
    assertThat(isLast(HttpVersion.HTTP_2, "close")).isFalse();
  }

  private static boolean isLast(HttpVersion version, String... options) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    List.of(options).forEach(option -> headers.add("Connection", option));
    return Connections.isLast(version, headers);
  }
}

package dev.cloakroom.upstream.exchange;

import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/// Whoever makes a request, and is told on the event loop of the connection, in order, what comes
/// of it. The last it is told is one of [#ended], [#failed] and [#faulted].
public interface Caller {
  /// The request can go.
  void ready();

  /// More of the request's body can go, after it could not for a while.
  void drained();

  /// Fields of the answer that is to come (103).
  void hinted(MultiMap fields);

  /// The head of the answer, or the upgrade that was asked for.
  void answered(AnswerHead head);

  /// Some of the answer's body, or of what follows an upgrade.
  ///
  /// @param bytes on loan until this returns
  void received(ByteBuf bytes);

  /// All of the answer is here.
  ///
  /// @param trailers the fields after its body; null where there are none, or none that are relayed
  void ended(@Nullable MultiMap trailers);

  /// There is no answer, or no more of it: the connection ended or broke, or what came is not HTTP.
  void failed(Throwable cause);

  /// The caller itself threw this when it was told something. The connection is closed.
  void faulted(RuntimeException cause);
}

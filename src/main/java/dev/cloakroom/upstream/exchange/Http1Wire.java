package dev.cloakroom.upstream.exchange;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.cloakroom.octets.Flushes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to a target, on which one request at a time is made. Belongs to its
/// event loop.
///
/// A caller that pauses is told nothing more until it resumes, not even that the connection ended.
/// Over 250 lines, because what can happen to a connection must be read in one place.
public final class Http1Wire extends ChannelInboundHandlerAdapter {
  private static final String LIBRARY_CODEC = "codec";
  private static final String LIBRARY_HANDLER = "handler";
  private static final long FAREWELL_MILLIS = 5_000;

  private final Channel channel;
  private final ContextInternal context;
  private final Owner owner;
  private final RequestEncoder encoder;
  private final AnswerDecoder decoder = new AnswerDecoder();
  private final AnswerReader reader = new AnswerReader(this);
  private final Inbox inbox = new Inbox(this::tell);
  private @Nullable Caller caller;
  private boolean reading;
  private boolean settling;
  private boolean closing;

  /// Who keeps the connection.
  public interface Owner {
    /// The head of an answer came. Told before the caller is.
    void answered(AnswerHead head);

    /// What was under way at [#settles] is over.
    void settled();

    /// The connection has ended, or is about to. Told before the caller is, maybe repeatedly.
    void closed();
  }

  /// What is told apart from what is read.
  private enum Signal {
    DRAINED
  }

  Http1Wire(Channel channel, ContextInternal context, Owner owner) {
    this.channel = channel;
    this.context = context;
    this.owner = owner;
    this.encoder = new RequestEncoder(channel);
  }

  /// Takes a connection over that was just made, and on which nothing has been said yet.
  public static Http1Wire takeOver(HttpClientConnection made, Owner owner) {
    // its fluent methods return the connection under the one that was handed out
    if (!(made.exceptionHandler(_ -> {}) instanceof ConnectionBase inner)) {
      throw new IllegalArgumentException("a connection of another library");
    }
    var wire = new Http1Wire(inner.channel(), inner.context().unwrap(), owner);
    var pipeline = inner.channel().pipeline();
    if (pipeline.get(LIBRARY_CODEC) != null) { // a connection that has ended has none
      wire.join();
      pipeline.remove(LIBRARY_CODEC);
      pipeline.remove(LIBRARY_HANDLER);
    }
    return wire;
  }

  void join() {
    channel.pipeline().addLast(decoder, this);
    readsOnAfterAFailedWrite();
    Flushes.join(channel);
  }

  /// A target that answers early and closes makes the upload's next write fail. By itself the
  /// channel would then close with the answer unread; so only its output is shut down.
  private void readsOnAfterAFailedWrite() {
    channel.config().setAutoClose(false);
  }

  // -- what the caller wants

  /// Begins a request. Whoever made the one before has been told its end.
  public void begin(Caller by) {
    if (!isOpen()) {
      by.failed(ended("before a request"));
      return;
    }
    caller = by;
    try {
      by.ready();
    } catch (RuntimeException e) {
      close();
      by.faulted(e);
    }
  }

  /// Sends a head, and what there is of the body.
  ///
  /// @param last whether that is all of it
  public void send(RequestHead head, @Nullable Buffer body, boolean last) {
    decoder.expect(head.method().equals(HttpMethod.HEAD));
    reader.expect(head.framing() instanceof Framing.Upgrade);
    encoder.send(head, body, last);
  }

  /// Sends more of the body, or of what follows an upgrade.
  public void write(Buffer chunk) {
    encoder.write(chunk);
  }

  /// Sends the end of the body.
  public void end() {
    encoder.end();
  }

  /// Whether more can be sent without waiting here for the target.
  public boolean isWritable() {
    return channel.isWritable();
  }

  /// Tells the caller nothing more of the answer, until it resumes.
  public void pause() {
    if (!inbox.isPaused()) {
      inbox.pause();
      channel.config().setAutoRead(false);
    }
  }

  /// Tells the caller what waits, and reads on.
  public void resume() {
    if (inbox.isPaused()) {
      inbox.resume();
      settle();
      if (!inbox.isPaused() && isOpen()) {
        channel.config().setAutoRead(true);
      }
    }
  }

  /// Closes the connection and tells the caller nothing more. What has been sent after an upgrade
  /// goes out before.
  public void close() {
    caller = null;
    inbox.clear();
    if (!closing) {
      closing = true;
      if (reader.isUpgraded() && channel.isActive()) {
        encoder.flushAndClose();
        var _ = channel.eventLoop().schedule(this::closeNow, FAREWELL_MILLIS, MILLISECONDS);
      } else {
        closeNow();
      }
      context.dispatch(owner, Owner::closed);
    }
  }

  private void closeNow() {
    var _ = channel.close();
  }

  /// Whether another request can be made.
  public boolean isOpen() {
    return !closing && channel.isActive();
  }

  /// Whether more may come of what has just been read, and might be taken for the answer to the
  /// next request. If so, the owner is told when it has come.
  public boolean settles() {
    settling = reading || inbox.isTelling();
    return settling;
  }

  private void settle() {
    if (reading || inbox.isTelling()) {
      return;
    }
    if (caller == null && !decoder.isEmpty()) {
      close(); // it says something that nobody has asked for
    }
    if (settling) {
      settling = false;
      context.dispatch(owner, Owner::settled);
    }
  }

  // -- what the target says

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    reading = true;
    arrived(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext unused) {
    reading = false;
    settle();
  }

  @Override
  public void channelInactive(ChannelHandlerContext unused) {
    context.dispatch(owner, Owner::closed);
    arrived(ended("by the target"));
    reading = false;
    settle();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    arrived(cause);
    closeNow();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext unused) {
    if (caller != null && channel.isWritable()) {
      inbox.news(Signal.DRAINED);
    }
  }

  private static HttpClosedException ended(String when) {
    return new HttpClosedException("connection closed " + when);
  }

  private void arrived(Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else {
      inbox.arrived(message);
    }
  }

  /// As the library does it for its own: what the caller is told, it is told on the context of the
  /// connection. What it throws then is its own fault.
  private void tell(Object message) {
    var told = caller;
    var before = context.beginDispatch();
    try {
      take(message, told);
    } catch (RuntimeException e) {
      close();
      if (told == null) {
        context.reportException(e);
      } else {
        told.faulted(e);
      }
    } finally {
      context.endDispatch(before);
    }
  }

  private void take(Object message, @Nullable Caller told) {
    if (message instanceof Throwable cause) {
      fail(cause);
    } else if (told == null) {
      close(); // it says something that nobody has asked for
    } else if (message instanceof Signal) {
      told.drained();
    } else {
      reader.read(message, told);
    }
  }

  // -- what becomes of it

  void answered(AnswerHead head) {
    owner.answered(head);
    if (reader.isUpgraded()) {
      encoder.upgrade();
      channel.pipeline().remove(decoder); // what it holds comes here, behind this head
    }
    if (caller != null) {
      caller.answered(head);
    }
  }

  void ended() {
    var told = caller;
    caller = null;
    if (told != null) {
      told.ended(null);
    }
  }

  void fail(Throwable cause) {
    var told = caller;
    close();
    if (told != null) {
      told.failed(cause);
    }
  }
}

package dev.cloakroom.upstream.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection without a network, its keeper, and a caller who writes down what it is told.
final class Bench implements Caller {
  final EmbeddedChannel channel = new EmbeddedChannel();
  final Http1Wire wire;
  final List<String> told = new ArrayList<>();
  final List<ByteBuf> given = new ArrayList<>();
  Consumer<String> then = _ -> {};
  Framing framing = Framing.NONE;
  HttpMethod method = HttpMethod.GET;
  Consumer<FieldSink> fields = _ -> {};
  boolean settled;
  boolean gone;

  Bench(Vertx vertx) {
    wire = new Http1Wire(channel, (ContextInternal) vertx.getOrCreateContext(), new Keeper());
    wire.join();
  }

  /// Makes a request, and forgets what it looks like.
  @CanIgnoreReturnValue
  Bench asks() {
    wire.begin(this);
    var _ = sent();
    return this;
  }

  /// What the target says, in one read.
  @CanIgnoreReturnValue
  Bench hears(String bytes) {
    var read = Unpooled.copiedBuffer(bytes.replace("\n", "\r\n"), ISO_8859_1);
    given.add(read);
    channel.writeInbound(read);
    return this;
  }

  /// Several reads, before any is the last at a time.
  @CanIgnoreReturnValue
  Bench hearsAtOnce(String... reads) {
    for (var bytes : reads) {
      var read = Unpooled.copiedBuffer(bytes.replace("\n", "\r\n"), ISO_8859_1);
      given.add(read);
      channel.pipeline().fireChannelRead(read);
    }
    channel.pipeline().fireChannelReadComplete();
    return this;
  }

  /// What goes out.
  String sent() {
    channel.runPendingTasks();
    var out = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      out.append(next.toString(ISO_8859_1));
      next.release();
    }
    return out.toString();
  }

  private void note(String what) {
    told.add(what);
    then.accept(what);
  }

  @Override
  public void ready() {
    wire.send(new RequestHead(method, "/x", "orders", framing, fields), null, true);
  }

  @Override
  public void drained() {
    note("drained");
  }

  @Override
  public void hinted(MultiMap hints) {
    note("hints " + hints.get("Link"));
  }

  @Override
  public void answered(AnswerHead head) {
    note("head " + head.status());
  }

  @Override
  public void received(ByteBuf bytes) {
    note("bytes " + bytes.toString(ISO_8859_1));
  }

  @Override
  public void ended(@Nullable MultiMap trailers) {
    note("end");
  }

  @Override
  public void failed(Throwable cause) {
    note("failed " + cause.getClass().getSimpleName());
  }

  @Override
  public void faulted(RuntimeException cause) {
    note("faulted " + cause.getMessage());
  }

  private final class Keeper implements Http1Wire.Owner {
    @Override
    public void answered(AnswerHead head) {}

    @Override
    public void settled() {
      settled = true;
    }

    @Override
    public void closed() {
      gone = true;
    }
  }
}

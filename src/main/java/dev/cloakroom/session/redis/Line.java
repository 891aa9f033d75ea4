package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// One connection for commands, one that listens and, where replicas are to acknowledge, one that
/// asks them: that question holds up whatever comes after it. When any breaks, all go: a line is
/// never mended, and no connection outlives its line, so nobody is ever handed a dead one.
final class Line {
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int MOST_WAITING = 16_384;

  private final Redis redis;
  private final RedisConnection commands;
  private final Optional<RedisConnection> witness;

  private Line(Redis redis, RedisConnection commands, Optional<RedisConnection> witness) {
    this.redis = redis;
    this.commands = commands;
    this.witness = witness;
  }

  /// Connects and subscribes. Call it on the event loop that the line shall live on.
  ///
  /// @param messages hears channel and text of every message
  /// @param broken hears why, when either connection ends
  static Future<Line> connect(
      Vertx vertx,
      RedisSettings settings,
      List<String> channels,
      BiConsumer<String, String> messages,
      Runnable broken) {
    var redis = Redis.createClient(vertx, options(settings));
    return redis
        .connect()
        .compose(
            commands ->
                redis
                    .connect()
                    .compose(listening -> subscribe(listening, channels, messages, broken))
                    .compose(_ -> witness(redis, settings, broken))
                    .map(
                        witness -> {
                          watch(commands, broken);
                          return new Line(redis, commands, witness);
                        }))
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(_ -> redis.close());
  }

  private static Future<Optional<RedisConnection>> witness(
      Redis redis, RedisSettings settings, Runnable broken) {
    return settings.replicasAcked() == 0
        ? Future.succeededFuture(Optional.empty())
        : redis
            .connect()
            .map(
                witness -> {
                  watch(witness, broken);
                  return Optional.of(witness);
                });
  }

  private static void watch(RedisConnection connection, Runnable broken) {
    connection.endHandler(_ -> broken.run());
    connection.exceptionHandler(_ -> broken.run());
  }

  private static Future<Void> subscribe(
      RedisConnection listening,
      List<String> channels,
      BiConsumer<String, String> messages,
      Runnable broken) {
    var subscribed = Promise.<Void>promise();
    watch(listening, broken);
    listening.handler(push -> heard(push, channels.size(), subscribed, messages));
    var subscribe = Request.cmd(Command.SUBSCRIBE);
    channels.forEach(subscribe::arg);
    return listening.send(subscribe).compose(_ -> subscribed.future());
  }

  /// A push is `subscribe, channel, count` or `message, channel, text`; an error comes bare.
  private static void heard(
      Response push, int channels, Promise<Void> subscribed, BiConsumer<String, String> messages) {
    if (push instanceof Throwable refused) {
      boolean _ = subscribed.tryFail(refused);
    } else if (push.size() == 3) {
      var third = push.get(2);
      switch (push.get(0).toString()) {
        case "subscribe" -> {
          if (third.toString().equals(Integer.toString(channels))) {
            boolean _ = subscribed.tryComplete();
          }
        }
        case "message" -> messages.accept(push.get(1).toString(), third.toString());
        default -> {}
      }
    }
  }

  private static RedisOptions options(RedisSettings settings) {
    var net =
        new NetClientOptions()
            .setConnectTimeout(PATIENCE_MILLIS)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setHostnameVerificationAlgorithm("HTTPS");
    if (settings.urls().stream().allMatch(url -> url.getScheme().equals("rediss"))) {
      net.setSsl(true);
    }
    settings
        .ca()
        .ifPresent(pem -> net.setTrustOptions(new PemTrustOptions().addCertPath(pem.toString())));
    var options =
        new RedisOptions()
            .setNetClientOptions(net)
            .setEndpoints(settings.urls().stream().map(URI::toString).toList())
            .setMaxWaitingHandlers(MOST_WAITING)
            .setPoolCleanerInterval(-1)
            .setPoolRecycleTimeout(-1)
            .setType(
                switch (settings.mode()) {
                  case SINGLE -> RedisClientType.STANDALONE;
                  case SENTINEL -> RedisClientType.SENTINEL;
                  case CLUSTER -> RedisClientType.CLUSTER;
                });
    settings.user().ifPresent(options::setUser);
    settings.password().map(Secret::reveal).ifPresent(options::setPassword);
    settings
        .master()
        .ifPresent(
            name -> options.setMasterName(name).setRole(RedisRole.MASTER).setAutoFailover(false));
    return options;
  }

  Future<Optional<Response>> send(Request request) {
    return commands.send(request).map(Optional::ofNullable);
  }

  /// How many replicas, up to those wanted, have whatever was answered before; asks for so long at
  /// most. A replica gets writes in their order: if it has the one made here, it has those before.
  Future<Integer> replicas(String key, int wanted, long millis) {
    return witness
        .map(
            connection ->
                connection
                    .send(Request.cmd(Command.SET).arg(key).arg("1").arg("PX").arg(10_000))
                    .compose(
                        _ -> connection.send(Request.cmd(Command.WAIT).arg(wanted).arg(millis)))
                    .map(count -> Integer.parseInt(count.toString())))
        .orElseGet(() -> Future.succeededFuture(0));
  }

  void close() {
    redis.close();
  }
}

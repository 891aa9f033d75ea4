package dev.cloakroom.world;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.embedded.RedisServer;

/// A real Redis server, on a port of its own, that a test may stop, start and command. A static
/// field of a story, registered as an extension, is emptied after each test and closed after all.
public final class RedisProcess implements AutoCloseable, AfterEachCallback, AfterAllCallback {
  private final int port;
  private final String[] settings;
  private final Vertx vertx = Vertx.vertx();
  private RedisServer server;

  private RedisProcess(int port, String... settings) {
    this.port = port;
    this.settings = settings;
    this.server = started();
  }

  public static RedisProcess start(String... settings) {
    return new RedisProcess(Ports.free(), settings);
  }

  private RedisServer started() {
    try {
      var builder = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"");
      for (var setting : settings) {
        builder.setting(setting);
      }
      var one = builder.build();
      one.start();
      return one;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  public URI url() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  /// Stops the server; everything in it is lost.
  public void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts it again, empty, on the same port.
  public void startAgain() {
    server = started();
  }

  /// Sends one command and waits for its answer, which is empty for nil.
  public Optional<Response> does(String command, Object... arguments) {
    return doesAs("", command, arguments);
  }

  /// The same with a password.
  public Optional<Response> doesAs(String password, String command, Object... arguments) {
    var credentials = password.isEmpty() ? "" : ":" + password + "@";
    return sends("redis://" + credentials + "127.0.0.1:" + port, command, arguments);
  }

  private Optional<Response> sends(String address, String command, Object... arguments) {
    var client = Redis.createClient(vertx, address);
    try {
      var request = Request.cmd(Command.create(command.toLowerCase(Locale.ROOT)));
      Arrays.stream(arguments).map(Object::toString).forEach(request::arg);
      return Waiting.on(client.send(request).map(Optional::ofNullable));
    } finally {
      client.close();
    }
  }

  /// Sends one command to a sentinel.
  public Optional<Response> asks(int sentinel, String command, Object... arguments) {
    return sends("redis://127.0.0.1:" + sentinel, command, arguments);
  }

  public void isEmptied() {
    var _ = does("FLUSHALL");
  }

  /// Everything that is stored: names, values, members.
  public String dump() {
    var all = new StringBuilder();
    for (var key : keys("*")) {
      var type = text(does("TYPE", key));
      var value =
          switch (type) {
            case "hash" -> text(does("HGETALL", key));
            case "zset" -> text(does("ZRANGE", key, 0, -1, "WITHSCORES"));
            default -> text(does("GET", key));
          };
      all.append(key).append(' ').append(value).append('\n');
    }
    return all.toString();
  }

  public List<String> keys(String pattern) {
    var names = new ArrayList<String>();
    does("KEYS", pattern).orElseThrow().forEach(name -> names.add(name.toString()));
    return names;
  }

  private static String text(Optional<Response> answer) {
    return answer.map(Response::toString).orElse("");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    isEmptied();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    stop();
    Waiting.on(vertx.close());
  }
}

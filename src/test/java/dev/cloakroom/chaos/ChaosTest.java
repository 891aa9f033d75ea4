package dev.cloakroom.chaos;

import static dev.cloakroom.world.Waiting.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.chaos.User.Answer;
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three gateways on one Redis, users with 200 calls in the air whenever their token expires, a
/// provider that takes a refresh token once. The README prints what this prints:
///
///     ./mvnw test -Pfull -Dtest=ChaosTest
///
/// `-Dchaos.rounds=30 -Dchaos.users=5 -Dchaos.seed=1` make it longer, wider, different.
@Tag("long")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ChaosTest {
  private static final int NODES = 3;
  private static final int CALLS = 200;
  private static final int USERS = Integer.getInteger("chaos.users", 4);
  private static final int ROUNDS = Integer.getInteger("chaos.rounds", 6);
  private static final long SEED = Long.getLong("chaos.seed", 1);
  private static final Duration TOKEN_LIFE = Duration.ofSeconds(4);

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private final Tally tally = new Tally();
  private final List<Instant> kills = new CopyOnWriteArrayList<>();
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions().setConnectTimeout(1000),
          new PoolOptions().setHttp1MaxSize(100).setMaxWaitQueueSize(-1));
  private StrictProvider provider;
  private EchoApi api;
  private RedisProcess redis;
  private int publicPort;
  private List<Node> nodes;

  @BeforeEach
  void opens() {
    provider = new StrictProvider(vertx, TOKEN_LIFE);
    api = new EchoApi(vertx);
    redis = RedisProcess.start();
    publicPort = Ports.free();
    var key = EncryptionKey.draw(Entropy.secure()).encoded().reveal();
    var plan = new Node.Plan(publicPort, redis.port(), provider.issuer(), api.url(), key);
    nodes = IntStream.range(0, NODES).mapToObj(i -> new Node(directory, i, plan)).toList();
    nodes.forEach(Node::isReady);
  }

  @AfterEach
  void closes() {
    if (Boolean.getBoolean("chaos.verbose")) {
      nodes.forEach(node -> print(node.output()));
    }
    nodes.forEach(Node::close);
    redis.close();
    provider.close();
    api.close();
    on(vertx.close());
  }

  @Test
  @Proves({"RT-02", "RT-03"})
  void nobodyIsLoggedOutAndEveryTokenIsRefreshedOnce() throws Exception {
    play();
    var refreshes = provider.refreshes();
    print(tally.report("Three gateways, nothing breaks", refreshes));
    assertThat(tally.falseLogouts.sum() + tally.unavoidable.sum()).isZero();
    assertThat(refreshes.presented()).isEqualTo(refreshes.tokens()).isPositive();
    nothingElseWentWrong();
  }

  @Test
  @Proves({"RT-06", "SES-05"})
  void underFireNobodyIsLoggedOutButWhereNothingCanBeDone() throws Exception {
    var over = new AtomicBoolean();
    var breaking = Thread.ofVirtual().start(() -> breakThings(over));
    try {
      play();
    } finally {
      over.set(true);
      breaking.join();
    }
    print(tally.report("Under fire: kill -9, store pauses, provider stalls", provider.refreshes()));
    assertThat(tally.falseLogouts.sum()).isZero();
    nothingElseWentWrong();
  }

  private void nothingElseWentWrong() {
    assertThat(tally.resurrected.sum()).isZero();
    assertThat(tally.mixedUp.sum()).isZero();
    assertThat(tally.unanswered.sum()).isZero();
  }

  /// Every user plays his rounds, beside the others.
  private void play() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          IntStream.range(0, USERS).<Future<?>>mapToObj(_ -> threads.submit(this::one)).toList();
      for (var each : all) {
        var _ = each.get();
      }
    }
  }

  private void one() {
    var user = login();
    for (int round = 0; round < ROUNDS; round++) {
      on(vertx.timer(TOKEN_LIFE.toMillis() + 100));
      var answers = patiently(user.calls(CALLS));
      tally.count(answers);
      if (answers.contains(Answer.LOGGED_OUT)) {
        accountFor(user);
        user = login();
      }
    }
    leaves(user);
  }

  private User login() {
    var user = new User(vertx, client, nodes, publicPort);
    user.logsIn();
    return user;
  }

  private void accountFor(User user) {
    var login = provider.loginOf(user.sid());
    boolean crashed = login != null && provider.lostInACrash(login, api.tokensSeen(), kills);
    (crashed ? tally.unavoidable : tally.falseLogouts).increment();
  }

  /// Logs out while a refresh is on its way, and looks for a session that came back.
  private void leaves(User user) {
    on(vertx.timer(TOKEN_LIFE.toMillis() + 100));
    var refreshing = user.calls(20);
    on(user.logsOut());
    tally.logouts.increment();
    patiently(refreshing);
    on(vertx.timer(2000));
    boolean back = user.isServedSomewhere();
    on(vertx.timer(3000));
    if (back || user.isServedSomewhere()) {
      tally.resurrected.increment();
    }
  }

  private static <T> T patiently(io.vertx.core.Future<T> future) {
    return future.await();
  }

  /// One thing at a time, with room to recover in between.
  private void breakThings(AtomicBoolean over) {
    var random = new Random(SEED);
    while (!over.get()) {
      on(vertx.timer(800 + random.nextInt(1500)));
      switch (random.nextInt(3)) {
        case 0 -> kill(nodes.get(random.nextInt(NODES)));
        case 1 -> pauseStore(500 + random.nextInt(2500));
        default -> stall(random.nextInt(3000));
      }
    }
    provider.stalls(Duration.ZERO);
  }

  private void kill(Node node) {
    kills.add(Instant.now());
    tally.kills.increment();
    node.isKilled();
    node.comesBack();
    node.isReady();
  }

  private void pauseStore(int millis) {
    tally.pauses.increment();
    var _ = redis.does("CLIENT", "PAUSE", millis);
    on(vertx.timer(millis));
  }

  private void stall(int millis) {
    tally.stalls.increment();
    provider.stalls(Duration.ofMillis(millis));
    on(vertx.timer(2000));
    provider.stalls(Duration.ZERO);
  }

  @SuppressWarnings("SystemOut") // the figures are what this is for
  private static void print(String report) {
    System.out.println(Instant.now() + "\n" + report);
  }
}

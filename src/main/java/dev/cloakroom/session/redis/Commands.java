package dev.cloakroom.session.redis;

import dev.cloakroom.session.SealedSession;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The scripts with their keys and arguments.
final class Commands {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final Duration COARSEST_STEP = Duration.ofMinutes(1);
  private static final Duration LEAST_SLACK = Duration.ofSeconds(10);
  private static final int STEPS = 30;

  private final Way way;
  private final RedisKeys keys;
  private final SessionSettings settings;
  private final InstantSource clock;

  /// How scripts get there: [RedisLink#ask] or, before it is open to everybody,
  /// [RedisLink#askFirst].
  @FunctionalInterface
  interface Way {
    Future<Reply> ask(Script script, List<String> keys, Object... args);
  }

  Commands(Way way, RedisKeys keys, SessionSettings settings, InstantSource clock) {
    this.way = way;
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
  }

  /// How far an idle deadline has to move to be worth a write, in milliseconds.
  static long step(SessionSettings settings) {
    return Math.min(COARSEST_STEP.toMillis(), settings.idleTimeout().toMillis() / STEPS);
  }

  /// How much longer than its deadline a session stays, so that a node finds it and says so.
  private long slack() {
    return Math.max(LEAST_SLACK.toMillis(), 2 * step(settings));
  }

  Future<Reply> find(SessionKey key, boolean touch) {
    long now = clock.millis();
    return way.ask(
        Script.FIND,
        List.of(keys.session(key), keys.tombstone(key)),
        now,
        touch ? now + settings.idleTimeout().toMillis() : 0,
        step(settings),
        slack());
  }

  Future<Reply> touch(SessionKey key, long idleAt) {
    return way.ask(Script.TOUCH, List.of(keys.session(key)), clock.millis(), idleAt, slack());
  }

  Future<Reply> start(SealedSession sealed) {
    long now = clock.millis();
    long idleAt = sealed.idleExpiresAt().toEpochMilli();
    long expiresAt = sealed.expiresAt().toEpochMilli();
    return way.ask(
        Script.START,
        List.of(keys.session(sealed.key()), keys.tombstone(sealed.key())),
        now,
        sealed.version(),
        sealed.session(),
        sealed.card(),
        idleAt,
        expiresAt,
        String.join(" ", sealed.names()),
        Math.max(1, Math.min(idleAt, expiresAt) - now + slack()));
  }

  Future<Reply> replace(SealedSession sealed) {
    return way.ask(
        Script.REPLACE,
        List.of(keys.session(sealed.key())),
        clock.millis(),
        sealed.version(),
        sealed.session(),
        sealed.card(),
        keys.changes(),
        "R " + sealed.key().value() + " " + sealed.version());
  }

  Future<Reply> end(Ending ending) {
    var key = ending.key();
    var cause = ending.cause();
    long now = clock.millis();
    return way.ask(
        Script.END,
        List.of(keys.session(key), keys.tombstone(key), keys.receipt(key)),
        ending.version().isPresent() ? ending.version().getAsLong() : "",
        cause.remembered() ? cause.name() + " " + (now + REMEMBERED.toMillis()) : "",
        ending.alsoOnItsWay() ? "always" : "found",
        keys.changes(),
        "E " + key.value() + " " + cause.name() + (ending.isSealed() ? " sealed" : " open"),
        ending.onlyExpired() ? now : "",
        ending.receipt(),
        ending.successor().map(SessionKey::value).orElse(""));
  }

  Future<Reply> index(String name, SessionKey key, Instant startedAt) {
    long life = settings.maxLifetime().toMillis();
    return way.ask(
        Script.INDEX,
        List.of(keys.index(name), keys.bar(name)),
        key.value(),
        startedAt.toEpochMilli(),
        clock.millis() - life - slack(),
        life + slack());
  }

  Future<Reply> unindex(String name, List<SessionKey> members) {
    return way.ask(
        Script.UNINDEX,
        List.of(keys.index(name)),
        members.stream().map(SessionKey::value).toArray());
  }

  /// The sessions of one name, those started up to `latest`; `bar` keeps later ones of a provider
  /// session from starting.
  Future<Reply> members(String name, boolean bar, OptionalLong latest) {
    return way.ask(
        Script.MEMBERS,
        List.of(keys.index(name), keys.bar(name)),
        bar ? "bar" : "look",
        latest.isPresent() ? "(" + (latest.getAsLong() + 1) : "+inf");
  }

  /// Members and their scores, by turns.
  static List<Member> members(Reply reply) {
    var members = new ArrayList<Member>();
    for (int i = 1; i + 1 < reply.size(); i += 2) {
      var score = Double.parseDouble(reply.text(i + 1));
      members.add(new Member(SessionKey.parse(reply.text(i)), score));
    }
    return members;
  }

  /// A session of a name.
  ///
  /// @param score orders by start
  record Member(SessionKey key, double score) {}

  Future<Reply> card(SessionKey key) {
    return way.ask(Script.CARD, List.of(keys.session(key)), clock.millis());
  }

  Future<Reply> lease(SessionKey key, String holder, Duration life) {
    return way.ask(Script.LEASE, List.of(keys.lease(key)), holder, Math.max(1, life.toMillis()));
  }

  Future<Reply> release(SessionKey key, String holder) {
    return way.ask(Script.RELEASE, List.of(keys.lease(key)), holder);
  }

  Future<Reply> claimed(String what) {
    return way.ask(Script.CLAIMED, List.of(keys.claim(what)));
  }

  Future<Reply> claim(String what, Instant forgetAt) {
    long life = Math.max(1, forgetAt.toEpochMilli() - clock.millis());
    return way.ask(Script.CLAIM, List.of(keys.claim(what)), "1", life);
  }

  /// The right to revoke the tokens of a session that ended unread.
  Future<Reply> claimRevocation(SessionKey key) {
    return claim("revoke " + key.value(), clock.instant().plus(REMEMBERED));
  }
}

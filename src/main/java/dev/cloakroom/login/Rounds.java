package dev.cloakroom.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.crypto.Sha256;
import dev.cloakroom.login.BeginOutcome.LoopCause;
import dev.cloakroom.login.LoginRequest.From;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Notices a browser that goes round in circles: signed in a moment ago, and sent to sign in again,
/// because its session does not reach whoever asks for one. Where the provider remembers the user,
/// nobody would ever stop it.
///
/// How often it has come round lies in a sealed cookie of its own, which is good for seconds: the
/// server remembers nothing. Only a login that began after the last one had ended is one more
/// round, so tabs that log in side by side are none. Nobody is kept out: the page that ends a loop
/// deletes the cookie, and the link on it starts over.
public final class Rounds {
  /// The name of the cookie.
  public static final String COOKIE = "__Host-Http-rounds";

  /// How soon after a login the next one is taken to follow from it.
  public static final Duration LIFE = Duration.ofSeconds(30);

  /// So many logins one after the other, each within [#LIFE] of the one before and for the same
  /// end, are not a person's.
  private static final int MOST = 3;

  private static final String CONTEXT = "login rounds";
  private static final int MOST_COUNTED = 100;
  private static final int END_LENGTH = 16;
  private static final int LENGTH = Integer.BYTES + 1 + END_LENGTH;

  private final Sealer sealer;
  private final SessionStore sessions;
  private final InstantSource clock;

  Rounds(Sealer sealer, SessionStore sessions, InstantSource clock) {
    this.sealer = sealer;
    this.sessions = sessions;
    this.clock = clock;
  }

  /// The value of the cookie that goes out with the session of an attempt.
  String after(Attempt attempt) {
    var packed =
        Buffer.buffer(LENGTH)
            .appendUnsignedInt(clock.instant().getEpochSecond())
            .appendByte((byte) Math.min(attempt.rounds() + 1, MOST_COUNTED))
            .appendBytes(end(attempt));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sealer.seal(packed.getBytes(), CONTEXT));
  }

  /// How many logins for the same end as `attempt` have led here, each by the one before.
  ///
  /// @param cookie as the browser sent it
  int before(Optional<String> cookie, Attempt attempt) {
    return cookie.flatMap(this::open).map(packed -> count(packed, attempt)).orElse(0);
  }

  private int count(Buffer packed, Attempt attempt) {
    var ended = Instant.ofEpochSecond(packed.getUnsignedInt(0));
    var sameEnd = MessageDigest.isEqual(packed.getBytes(Integer.BYTES + 1, LENGTH), end(attempt));
    return sameEnd && clock.instant().isBefore(ended.plus(LIFE))
        ? packed.getByte(Integer.BYTES)
        : 0;
  }

  private Optional<Buffer> open(String cookie) {
    byte[] sealed;
    try {
      sealed = Base64.getUrlDecoder().decode(cookie);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    return switch (sealer.open(sealed, CONTEXT)) {
      case Sealer.Opened.Plain plain when plain.bytes().length == LENGTH ->
          Optional.of(Buffer.buffer(plain.bytes()));
      case Sealer.Opened.Plain _, Sealer.Opened.UnknownKey _, Sealer.Opened.Broken _ ->
          Optional.empty();
    };
  }

  /// Why a login that is about to begin would only be one more round; empty: it would not.
  ///
  /// Without the session cookie, one round is enough to say so, where the browser says that the
  /// cookie would have come: to a request that another site began it does not. With it there are
  /// reasons to log in again at once, such as a call that asks for a stronger login.
  Future<Optional<LoopCause>> check(LoginRequest request, Attempt attempt) {
    boolean tooMany = attempt.rounds() >= MOST;
    if (request.current().isEmpty()) {
      boolean shouldHaveCome = request.from() == From.OWN_PAGE || request.from() == From.HERE;
      return Future.succeededFuture(
          tooMany || (attempt.rounds() > 0 && shouldHaveCome)
              ? Optional.of(LoopCause.NO_COOKIE)
              : Optional.empty());
    }
    return tooMany
        ? sessions.find(request.current().get(), false).map(Rounds::cause)
        : Future.succeededFuture(Optional.empty());
  }

  private static Optional<LoopCause> cause(Lookup found) {
    return switch (found) {
      case Lookup.Live _ -> Optional.of(LoopCause.SESSION_LIVES);
      case Lookup.Gone _, Lookup.Unknown _ -> Optional.of(LoopCause.SESSION_UNKNOWN);
      case Lookup.Unavailable _ -> Optional.empty();
    };
  }

  /// What a login is for. A stronger login for the same page is for another end.
  private static byte[] end(Attempt attempt) {
    var text =
        String.join(
            "\n",
            attempt.provider(),
            attempt.maxAge().map(Duration::toString).orElse("-"),
            String.join(" ", attempt.acrValues()),
            attempt.returnTo());
    return Arrays.copyOf(Sha256.hash(text.getBytes(UTF_8)), END_LENGTH);
  }
}

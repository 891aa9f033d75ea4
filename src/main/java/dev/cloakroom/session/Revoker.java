package dev.cloakroom.session;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.Tokens;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks providers to forget the tokens of sessions that are over. Best effort, in the background:
/// nobody waits for it and nothing fails with it. A provider that does not confirm is asked again a
/// few times; beyond a bound on what is under way, tokens are left to expire.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7009#section-2.1 RFC 7009, 2.1
public final class Revoker {
  private static final List<Duration> PAUSES =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(1));
  private static final int MOST_UNDER_WAY = 1_000;

  private final Map<String, Provider> providers;
  private final Timers timers;
  private final Observer observer;
  private final AtomicInteger underWay = new AtomicInteger();

  public Revoker(Map<String, Provider> providers, Timers timers, Observer observer) {
    this.providers = Map.copyOf(providers);
    this.timers = timers;
    this.observer = observer;
  }

  /// Revokes the tokens of a session that ended.
  public void revoke(Session session) {
    revoke(session.provider(), session.handle(), session.tokens());
  }

  /// Revokes tokens that never made it into a session.
  public void revoke(String provider, String session, Tokens tokens) {
    var known = providers.get(provider);
    if (known == null) {
      return; // the configuration no longer names it
    }
    if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
      underWay.decrementAndGet();
      observer.on(new Event.RevocationFailed(provider));
      return;
    }
    attempt(new Task(known, provider, session, tokens), 0);
  }

  private void attempt(Task task, int pausesTaken) {
    task.asked
        .revoke(task.tokens)
        .recover(
            fault -> {
              observer.on(new Event.Fault(Optional.empty(), fault));
              return Future.succeededFuture(false);
            })
        .onSuccess(confirmed -> after(task, pausesTaken, confirmed));
  }

  private void after(Task task, int pausesTaken, boolean confirmed) {
    if (!confirmed && pausesTaken < PAUSES.size()) {
      timers.after(PAUSES.get(pausesTaken), () -> attempt(task, pausesTaken + 1));
      return;
    }
    underWay.decrementAndGet();
    observer.on(
        confirmed
            ? new Event.TokensRevoked(task.provider, task.session)
            : new Event.RevocationFailed(task.provider));
  }

  private record Task(Provider asked, String provider, String session, Tokens tokens) {}
}

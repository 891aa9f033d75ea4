package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.ProviderHttp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers a provider's metadata. The first question asks the provider, all at the same time
/// share one answer, and while it is down a timer asks again: after 1 s, then 2 s, up to 15 s, each
/// spread by a fifth. What was once good is renewed every hour in the background and kept when that
/// fails.
///
/// Every thread may ask; a shared answer completes on the context that asked first.
final class MetadataCache {
  private static final Duration FRESH = Duration.ofHours(1);
  private static final Duration STAND_ALONE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  private final Vertx vertx;
  private final String name;
  private final MetadataDocument document;
  private final ProviderHttp http;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;

  private Discovery.@Nullable Found good;
  private @Nullable Discovery failure;
  private @Nullable Future<Discovery> underWay;
  private Instant nextTry = Instant.MIN;
  private Duration pause = Duration.ZERO;
  private int failures;
  private boolean silentOnPkce;

  MetadataCache(
      Vertx vertx,
      ProviderSettings settings,
      ProviderHttp http,
      InstantSource clock,
      Entropy entropy,
      Observer observer) {
    this.vertx = vertx;
    this.name = settings.name();
    this.document = new MetadataDocument(settings);
    this.http = http;
    this.clock = clock;
    this.entropy = entropy;
    this.observer = observer;
  }

  synchronized Future<Discovery> current() {
    if (!document.isPublished()) {
      return Future.succeededFuture(document.withoutDocument());
    }
    var now = clock.instant();
    boolean due = !KeyCache.isAhead(nextTry, pause, now);
    if (good != null) {
      if (due && underWay == null) {
        fetch().onFailure(_ -> {}); // the answer in hand is good enough
      }
      return Future.succeededFuture(good);
    }
    if (underWay != null) {
      return underWay;
    }
    return failure == null || due ? fetch() : Future.succeededFuture(remaining(failure, now));
  }

  private Discovery remaining(Discovery seen, Instant now) {
    return seen instanceof Discovery.Unreachable
        ? new Discovery.Unreachable(Duration.between(now, nextTry))
        : seen;
  }

  private synchronized Future<Discovery> fetch() {
    Promise<Discovery> promise = Promise.promise();
    underWay = promise.future();
    http.get(document.location(), Map.of()).map(this::learn).onComplete(promise);
    return promise.future();
  }

  private synchronized Discovery learn(Answer answer) {
    underWay = null;
    var read = read(answer);
    boolean standAlone =
        read instanceof Discovery.Unreachable && good == null && document.canDoWithout();
    return switch (standAlone ? document.withoutDocument() : read) {
      case Discovery.Found found -> keep(found, standAlone ? STAND_ALONE : FRESH);
      case Discovery.Unreachable _ -> postpone(answer);
      case Discovery.Unusable unusable -> {
        backOff();
        observer.on(new Event.ProviderUnusable(name, unusable.reason()));
        yield lastGoodOr(unusable);
      }
    };
  }

  private Discovery read(Answer answer) {
    if (answer instanceof Answer.Received received && received.status() == 200) {
      return StrictJson.object(received.body())
          .map(this::read)
          .orElseGet(() -> new Discovery.Unusable("its metadata is not strict JSON"));
    }
    return new Discovery.Unreachable(Duration.ZERO);
  }

  private Discovery read(JsonObject stated) {
    var read = document.read(stated);
    boolean silent = read instanceof Discovery.Found && MetadataDocument.isSilentOnPkce(stated);
    if (silent && !silentOnPkce) {
      observer.on(new Event.PkceUnconfirmed(name));
    }
    silentOnPkce = silent;
    return read;
  }

  private Discovery keep(Discovery.Found found, Duration fresh) {
    if (good == null) {
      observer.on(new Event.ProviderDiscovered(name, found.metadata().issuer()));
    }
    good = found;
    failures = 0;
    restFor(fresh);
    return found;
  }

  private Discovery postpone(Answer answer) {
    backOff();
    var problem =
        switch (answer) {
          case Answer.Received received -> "status " + received.status();
          case Answer.Failed failed -> failed.problem().name();
        };
    observer.on(new Event.ProviderUnavailable(name, problem, pause));
    if (good == null) {
      vertx.setTimer(pause.toMillis(), _ -> retry());
    }
    return lastGoodOr(new Discovery.Unreachable(pause));
  }

  private Discovery lastGoodOr(Discovery seen) {
    failure = seen;
    return good == null ? seen : good;
  }

  private void backOff() {
    long millis = Math.min(LONGEST_PAUSE.toMillis(), 1000L << Math.min(failures++, 10));
    int drawn = ByteBuffer.wrap(entropy.bytes(Integer.BYTES)).getInt();
    long spread = Math.floorMod(drawn, 256) * millis / 1280; // up to a fifth
    restFor(Duration.ofMillis(millis - spread));
  }

  private void restFor(Duration time) {
    pause = time;
    nextTry = clock.instant().plus(time);
  }

  private synchronized void retry() {
    if (good == null && underWay == null) {
      fetch().onFailure(_ -> {}); // a failure sets the next timer
    }
  }
}

package dev.cloakroom.oidc.client;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// What came of one HTTP call to a provider.
public sealed interface Answer {
  /// The provider answered. Never printed: the body may hold tokens.
  final class Received implements Answer {
    private final int status;
    private final MultiMap headers;
    private final Buffer body;

    Received(int status, MultiMap headers, Buffer body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    public int status() {
      return status;
    }

    public @Nullable String header(String name) {
      return headers.get(name);
    }

    public byte[] body() {
      return body.getBytes();
    }

    /// True for the answers that say "not now": they never mean that a token is worthless.
    public boolean isTransient() {
      return status >= 500 || status == 429 || status == 408 || status < 400;
    }

    /// How long the provider asks to be left alone, between 1 and 60 s; 5 s when it does not say.
    public Duration retryAfter(InstantSource clock) {
      return bounded(asked(header("Retry-After"), clock.instant()));
    }

    private static Duration asked(@Nullable String value, Instant now) {
      if (value == null) {
        return Failed.RETRY;
      }
      if (value.matches("[0-9]{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(value));
      }
      try {
        var date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
        return Duration.between(now, date.toInstant());
      } catch (DateTimeParseException _) {
        return Failed.RETRY;
      }
    }

    private static Duration bounded(Duration asked) {
      if (asked.compareTo(Duration.ofSeconds(1)) < 0) {
        return Duration.ofSeconds(1);
      }
      return asked.compareTo(Duration.ofSeconds(60)) > 0 ? Duration.ofSeconds(60) : asked;
    }
  }

  /// No answer, or none that may be used.
  record Failed(Problem problem) implements Answer {
    public static final Duration RETRY = Duration.ofSeconds(5);
  }

  /// Why there was no answer; the name is what the log shows.
  enum Problem {
    TIMEOUT,
    TOO_LARGE,
    ADDRESS_REFUSED,
    UNREACHABLE
  }
}

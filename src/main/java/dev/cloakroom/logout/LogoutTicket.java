package dev.cloakroom.logout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Sealer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/// Seals what a logout must remember between two redirects into a cookie that works for a while.
/// Each purpose is a seal of its own: one kind of ticket never passes for the other.
final class LogoutTicket {
  private static final String UNTIL = "until";

  private final Sealer sealer;
  private final InstantSource clock;
  private final String purpose;
  private final Duration life;

  LogoutTicket(Sealer sealer, InstantSource clock, String purpose, Duration life) {
    this.sealer = sealer;
    this.clock = clock;
    this.purpose = purpose;
    this.life = life;
  }

  String seal(JsonObject content) {
    var until = clock.instant().plus(life).toEpochMilli();
    var plain = content.copy().put(UNTIL, until).encode().getBytes(UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealer.seal(plain, purpose));
  }

  /// Empty when it is stale, altered, of another purpose or not ours.
  Optional<JsonObject> open(String cookie) {
    byte[] sealed;
    try {
      sealed = Base64.getUrlDecoder().decode(cookie);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return switch (sealer.open(sealed, purpose)) {
      case Sealer.Opened.Plain plain ->
          Optional.of(new JsonObject(new String(plain.bytes(), UTF_8))).filter(this::isCurrent);
      case Sealer.Opened.UnknownKey() -> Optional.empty();
      case Sealer.Opened.Broken() -> Optional.empty();
    };
  }

  private boolean isCurrent(JsonObject content) {
    return clock.instant().isBefore(Instant.ofEpochMilli(content.getLong(UNTIL, 0L)));
  }
}

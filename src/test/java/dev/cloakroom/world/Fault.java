package dev.cloakroom.world;

import io.vertx.core.Future;
import java.net.URI;
import java.util.Map;

/// What an endpoint of the scripted provider, or an upstream, does instead of its work.
public sealed interface Fault {
  /// Answers with this status, these fields and this body.
  record Answer(int status, Map<String, String> fields, String body) implements Fault {}

  /// Takes the request and closes the connection without a byte.
  record Drop() implements Fault {}

  /// Does the work, then closes the connection instead of telling: the lost answer.
  record LoseAnswer() implements Fault {}

  /// Waits for the gate, then does the work.
  record Wait(Future<Void> gate) implements Fault {}

  /// Never answers.
  record Hang() implements Fault {}

  /// Answers with `bytes` bytes of white space, as if JSON were to follow.
  record Flood(long bytes) implements Fault {}

  static Fault status(int status) {
    return new Answer(status, Map.of(), "{\"error\":\"server_error\"}");
  }

  static Fault error(int status, String error) {
    return new Answer(
        status,
        Map.of("Content-Type", "application/json"),
        "{\"error\":\"" + error + "\",\"error_description\":\"scripted\"}");
  }

  static Fault retryAfter(int status, int seconds) {
    return new Answer(status, Map.of("Retry-After", Integer.toString(seconds)), "");
  }

  static Fault redirect(URI location) {
    return new Answer(307, Map.of("Location", location.toString()), "");
  }

  static Fault garbage() {
    return new Answer(200, Map.of("Content-Type", "application/json"), "[1,2,{");
  }
}

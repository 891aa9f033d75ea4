package dev.cloakroom.session.redis;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a [Script] answered: a word, and what goes with it. [#AWAY] where nobody answered.
final class Reply {
  static final Reply AWAY = new Reply(null, "away");

  private final @Nullable Response response;
  private final String word;

  private Reply(@Nullable Response response, String word) {
    this.response = response;
    this.word = word;
  }

  static Reply of(Optional<Response> answer) {
    return answer.map(response -> new Reply(response, response.get(0).toString())).orElse(AWAY);
  }

  String word() {
    return word;
  }

  boolean is(String expected) {
    return word.equals(expected);
  }

  int size() {
    return response == null ? 0 : response.size();
  }

  String text(int index) {
    return part(index).toString();
  }

  long number(int index) {
    return Long.parseLong(text(index));
  }

  Buffer bytes(int index) {
    var bytes = part(index).toBuffer();
    return bytes == null ? Buffer.buffer() : bytes;
  }

  private Response part(int index) {
    if (response == null) {
      throw new IllegalStateException("nobody answered");
    }
    return response.get(index);
  }

  /// A word that the script does not say.
  IllegalStateException unexpected() {
    return new IllegalStateException("the script answered " + word);
  }
}

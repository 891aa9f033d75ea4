package dev.cloakroom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainJsonTest {
  @Test
  void nothingMapsClasses() {
    assertThat(Json.CODEC.getClass()).isEqualTo(JacksonCodec.class);
  }

  @Test
  void plainValuesComeBackAsTheyWere() {
    var text = "{\"a\":[1,2.5,true,null,\"x\\n\"],\"b\":{\"c\":9007199254740993}}";
    var json = new JsonObject(text);
    assertThat(json.encode()).isEqualTo(text);
    assertThat(json.getJsonObject("b").getLong("c")).isEqualTo(9_007_199_254_740_993L);
    assertThat(Buffer.buffer(text).toJsonObject()).isEqualTo(json);
    var made = new JsonObject().put("list", List.of("a")).put("map", Map.of("k", new JsonArray()));
    assertThat(made.encode()).isEqualTo("{\"list\":[\"a\"],\"map\":{\"k\":[]}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "\"text\"", "{\"a\":1", "{\"a\":1}{", "{\"a\":1}x"})
  void whatIsNoObjectIsRefused(String text) {
    assertThatThrownBy(() -> new JsonObject(text)).isInstanceOf(DecodeException.class);
  }
}

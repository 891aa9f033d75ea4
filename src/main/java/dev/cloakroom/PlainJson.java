package dev.cloakroom;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/// JSON as maps, lists and plain values, and nothing else. Left alone, Vert.x takes the library
/// that maps classes as soon as it is there (the log's encoder brings it), and with it 400 classes
/// that nothing here needs. Vert.x finds this class by itself.
public final class PlainJson implements JsonFactory {
  /// Before any other.
  @Override
  public int order() {
    return 0;
  }

  @Override
  public JsonCodec codec() {
    return new JacksonCodec();
  }
}

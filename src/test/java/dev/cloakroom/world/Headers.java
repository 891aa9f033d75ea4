package dev.cloakroom.world;

import io.vertx.core.MultiMap;

/// Header fields from names and values in turn.
public final class Headers {
  private Headers() {}

  public static MultiMap of(String... namesAndValues) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }
}

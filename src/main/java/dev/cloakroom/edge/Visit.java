package dev.cloakroom.edge;

import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;

/// One request from its arrival to its end, as the access log will tell it. Used on the event loop
/// of its connection only.
final class Visit {
  private final HttpServerRequest http;
  private final Trace trace;
  private final String client;
  private final Instant arrived;

  /// The template that it matched.
  String route = "none";

  Visit(HttpServerRequest http, Trace trace, String client, Instant arrived) {
    this.http = http;
    this.trace = trace;
    this.client = client;
    this.arrived = arrived;
  }

  HttpServerRequest http() {
    return http;
  }

  Trace trace() {
    return trace;
  }

  String client() {
    return client;
  }

  Instant arrived() {
    return arrived;
  }
}

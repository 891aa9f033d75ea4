package dev.cloakroom.edge;

import io.vertx.core.http.HttpServerRequest;

/// Takes every request of one event loop. The only front end there is does so itself.
sealed interface Reception permits Front, Hosts {
  void handle(HttpServerRequest http);

  /// What the HTTP server below could not read.
  void invalid(HttpServerRequest http, ProblemCode code);
}

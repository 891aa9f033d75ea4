package dev.cloakroom.proxy;

import io.vertx.core.http.HttpServerRequest;

/// Forwards one request, or upgrade, to its upstream and streams both ways. One per event loop.
public interface Forwarder {
  /// `request` is paused and untouched; its response may already hold header fields, which win over
  /// the upstream's. Never throws.
  Exchange forward(HttpServerRequest request, Forwarding forwarding);
}

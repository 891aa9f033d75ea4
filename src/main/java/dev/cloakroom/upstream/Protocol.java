package dev.cloakroom.upstream;

/// What is spoken to targets.
public enum Protocol {
  HTTP1,
  /// By ALPN over TLS, where nothing else is taken; with prior knowledge without.
  HTTP2
}

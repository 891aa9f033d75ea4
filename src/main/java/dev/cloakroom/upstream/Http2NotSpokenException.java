package dev.cloakroom.upstream;

import java.io.IOException;

/// A target that was to speak HTTP/2 does not.
final class Http2NotSpokenException extends IOException {
  private static final long serialVersionUID = 1;

  Http2NotSpokenException(String what) {
    super(what);
  }
}

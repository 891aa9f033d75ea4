package dev.cloakroom;

import java.io.IOException;

/// An address that could not be listened on. The message names it, since a gateway has two, and
/// says why.
public final class CannotListenException extends IOException {
  private static final long serialVersionUID = 1;

  CannotListenException(String host, int port, Throwable cause) {
    super("cannot listen on %s:%d: %s".formatted(host, port, reason(cause)), cause);
  }

  /// The native transports put the name of the system call before the reason.
  private static String reason(Throwable cause) {
    var message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.replaceFirst("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ", "");
  }
}

package dev.cloakroom.oidc;

import java.time.Duration;

/// What a login begins with.
public sealed interface AuthorizationStart {
  /// The browser may go there. Never printed: it may hold what the provider is asked.
  record Ready(String url) implements AuthorizationStart {
    @Override
    public String toString() {
      return "Ready[hidden]";
    }
  }

  /// The provider did not take the request. `reason` is for the log.
  record Refused(String reason) implements AuthorizationStart {}

  /// No usable answer. Nothing weaker takes its place.
  record Unavailable(Duration retryAfter) implements AuthorizationStart {}
}

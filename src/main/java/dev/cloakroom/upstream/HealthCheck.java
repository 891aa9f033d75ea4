package dev.cloakroom.upstream;

import java.time.Duration;

/// How a target is asked whether it is well.
///
/// @param path asked with GET, without credentials; any status from 200 to 399 is a yes
/// @param interval from the beginning of one check to the next
/// @param timeout after which no answer is a no
public record HealthCheck(String path, Duration interval, Duration timeout) {
  public HealthCheck {
    if (!path.startsWith("/") || timeout.compareTo(interval) > 0) {
      throw new IllegalArgumentException("a check has a path, and ends before the next begins");
    }
  }
}

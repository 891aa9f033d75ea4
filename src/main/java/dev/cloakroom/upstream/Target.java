package dev.cloakroom.upstream;

/// Where a call goes.
///
/// @param upgrades where connections are that can be upgraded, which those of HTTP/2 cannot
/// @param basePath before every path there (empty: none)
public record Target(Pool pool, Pool upgrades, String basePath, Health health) {
  boolean isIn() {
    return health.isIn();
  }

  boolean isNotCut() {
    return health.isNotCut();
  }
}

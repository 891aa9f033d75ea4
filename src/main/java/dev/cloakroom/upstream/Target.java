package dev.cloakroom.upstream;

/// Where a call goes: the pool, and the path before every path there (empty: none).
public record Target(Pool pool, String basePath, Health health) {
  boolean isIn() {
    return health.isIn();
  }

  boolean isNotCut() {
    return health.isNotCut();
  }
}

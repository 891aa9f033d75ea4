package dev.cloakroom.proxy;

import dev.cloakroom.upstream.Rotation;
import dev.cloakroom.upstream.Target;

/// What the forwarder works out once per route.
record Plan(
    Route route,
    Rotation rotation,
    RequestFields fields,
    String prefix,
    String replacement,
    long connectMillis,
    long firstByteMillis,
    long idleMillis) {

  static Plan of(Route route, Rotation rotation, RequestFields fields) {
    var pattern = route.path();
    var own = pattern.endsWith("/**") ? pattern.substring(0, pattern.length() - 3) : pattern;
    var prefix = route.stripPrefix().orElseGet(() -> route.rewritePrefix().isPresent() ? own : "");
    return new Plan(
        route,
        rotation,
        fields,
        withoutSlash(prefix),
        withoutSlash(route.rewritePrefix().orElse("")),
        route.timeouts().connect().toMillis(),
        route.timeouts().firstByte().toMillis(),
        route.timeouts().idle().toMillis());
  }

  private static String withoutSlash(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  /// The target of the forwarded request line: the bytes that were matched, less the prefix.
  String uri(Target target, Forwarding forwarding) {
    var path = rewritten(forwarding.path());
    if (!target.basePath().isEmpty()) {
      path = target.basePath() + path;
    }
    return forwarding.query() == null ? path : path + "?" + forwarding.query();
  }

  private String rewritten(String path) {
    if (prefix.isEmpty() && replacement.isEmpty()) {
      return path;
    }
    var ends =
        path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    if (!ends) {
      return path;
    }
    var rest = path.substring(prefix.length());
    var whole = replacement + rest;
    return whole.isEmpty() ? "/" : whole;
  }
}

package dev.cloakroom.proxy;

import dev.cloakroom.upstream.Rotation;
import dev.cloakroom.upstream.Target;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// What the forwarder works out once per route.
record Plan(
    Route route,
    Rotation rotation,
    RequestFields fields,
    String prefix,
    String replacement,
    Optional<String> proofOrigin,
    long connectMillis,
    long firstByteMillis,
    long idleMillis,
    OptionalLong totalMillis) {

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
        route.proofOrigin(),
        route.timeouts().connect().toMillis(),
        route.timeouts().firstByte().toMillis(),
        route.timeouts().idle().toMillis(),
        route.timeouts().total().stream().mapToLong(Duration::toMillis).findAny());
  }

  private static String withoutSlash(String prefix) {
    return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  /// The target of the forwarded request line.
  String uri(Target target, Forwarding forwarding) {
    var path = path(target, forwarding);
    return forwarding.query() == null ? path : path + "?" + forwarding.query();
  }

  /// The bytes that were matched, less the prefix.
  String path(Target target, Forwarding forwarding) {
    var path = rewritten(forwarding.path());
    return target.basePath().isEmpty() ? path : target.basePath() + path;
  }

  /// What the upstream takes for its own origin: what it is told in `Host`, unless it was
  /// configured.
  String origin(Target target, String host) {
    return proofOrigin.orElseGet(
        () -> (target.pool().target().getScheme() + "://" + host).toLowerCase(Locale.ROOT));
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

package dev.cloakroom.edge;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One error for a browser. Nothing of the request is in it.
///
/// @param reason for the log: a fixed text, never from the request
/// @param detail instead of the code's own sentence
/// @param loginUrl instead of the plain login address of a 401
/// @param checks what the operator may look at, for a page
/// @param headers further response fields, such as `Retry-After`
/// @param close end the connection after the answer
/// @spec https://www.rfc-editor.org/rfc/rfc9457#section-3 RFC 9457, 3
public record Problem(
    ProblemCode code,
    String reason,
    Optional<String> detail,
    Optional<String> loginUrl,
    List<String> checks,
    Map<String, String> headers,
    boolean close) {
  public Problem {
    checks = List.copyOf(checks);
    headers = Map.copyOf(headers);
  }

  public static Problem of(ProblemCode code) {
    return of(code, code.code());
  }

  public static Problem of(ProblemCode code, String reason) {
    return new Problem(
        code, reason, Optional.empty(), Optional.empty(), List.of(), Map.of(), false);
  }

  Problem withDetail(String text) {
    return new Problem(code, reason, Optional.of(text), loginUrl, checks, headers, close);
  }

  Problem withLoginUrl(String url) {
    return new Problem(code, reason, detail, Optional.of(url), checks, headers, close);
  }

  Problem withChecks(List<String> list) {
    return new Problem(code, reason, detail, loginUrl, list, headers, close);
  }

  Problem withHeader(String name, String value) {
    var more = new TreeMap<>(headers);
    more.put(name, value);
    return new Problem(code, reason, detail, loginUrl, checks, more, close);
  }

  /// Whole seconds, at least one.
  Problem retryAfter(Duration wait) {
    return withHeader("Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
  }

  Problem closing() {
    return new Problem(code, reason, detail, loginUrl, checks, headers, true);
  }

  String sentence() {
    return detail.orElse(code.sentence());
  }
}

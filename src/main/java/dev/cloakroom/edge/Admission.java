package dev.cloakroom.edge;

import dev.cloakroom.proxy.RequestTarget;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The front filter: what is no clean request to this gateway goes no further. The HTTP server
/// below accepts two `Host` fields, none at all, any absolute-form target and CONNECT.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-3.2 RFC 9112, 3.2
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-6.1 RFC 9112, 6.1
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-7.4 RFC 9110, 7.4
final class Admission {
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9._~-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

  /// Over HTTP/1.1 the server below bounds the whole line.
  static final int LONGEST_TARGET = 8 * 1024;

  private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");

  private static final Set<String> COMMON_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Surface surface;
  private final Targets targets;

  Admission(Surface surface, Targets targets) {
    this.targets = targets;
    this.surface = surface;
  }

  /// Reads the target of a request line; asks with each authority whether it is the gateway's own.
  interface Targets {
    RequestTarget parse(String target, Predicate<String> ownAuthority);
  }

  sealed interface Outcome {}

  /// A clean request.
  ///
  /// @param authority the one of ours that was asked for, normalised
  record Admitted(String path, @Nullable String query, boolean encodedSlash, String authority)
      implements Outcome {}

  /// `OPTIONS *`: a question about the server as such.
  record ServerWide() implements Outcome {}

  record Refused(Problem problem) implements Outcome {}

  Outcome admit(String method, String uri, MultiMap headers) {
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      return refused(ProblemCode.METHOD_NOT_ALLOWED, "method");
    }
    if (!isMethod(method)) {
      return refused(ProblemCode.BAD_REQUEST, "method");
    }
    var hosts = headers.getAll(HttpHeaders.HOST);
    if (hosts.size() != 1 || !isAuthority(hosts.getFirst())) {
      return refused(ProblemCode.BAD_REQUEST, "host");
    }
    if (headers.contains("")) {
      return refused(ProblemCode.BAD_REQUEST, "empty field name");
    }
    if (!isFramingKnown(headers)) {
      return refused(ProblemCode.BAD_REQUEST, "transfer coding");
    }
    if (uri.length() > LONGEST_TARGET) {
      return refused(ProblemCode.URI_TOO_LONG, "target");
    }
    if (uri.equals("*") && method.equals("OPTIONS")) {
      return new ServerWide();
    }
    return accept(uri, hosts.getFirst());
  }

  private static boolean isMethod(String method) {
    return COMMON_METHODS.contains(method) || METHOD.matcher(method).matches();
  }

  private boolean isAuthority(String host) {
    return surface.authorities().contains(host) || AUTHORITY.matcher(host).matches();
  }

  /// No coding but `chunked`. The server below takes any list that ends in it, and the framing
  /// field is not forwarded: of `gzip, chunked` an upstream would get a compressed body that says
  /// nothing.
  private static boolean isFramingKnown(MultiMap headers) {
    if (!headers.contains(HttpHeaders.TRANSFER_ENCODING)) {
      return true;
    }
    var codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
    return codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
  }

  private Outcome accept(String target, String host) {
    var authority = surface.authorities().contains(host) ? host : normalise(host);
    if (!surface.authorities().contains(authority)) {
      return new Refused(Problem.of(ProblemCode.MISDIRECTED_REQUEST, "host"));
    }
    return switch (targets.parse(target, named -> normalise(named).equals(authority))) {
      case RequestTarget.Accepted(var path, var query, var encodedSlash) ->
          new Admitted(path, query, encodedSlash, authority);
      case RequestTarget.Refused(var reason) ->
          new Refused(Problem.of(ProblemCode.INVALID_REQUEST_PATH, reason));
    };
  }

  private String normalise(String authority) {
    return Surface.normalise(surface.scheme(), authority);
  }

  private static Refused refused(ProblemCode code, String reason) {
    return new Refused(Problem.of(code, reason).closing());
  }
}

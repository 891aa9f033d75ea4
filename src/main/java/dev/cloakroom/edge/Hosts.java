package dev.cloakroom.edge;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/// Hands each request to the front end whose host it names. It refuses nothing: every front looks
/// at the host again and knows its own only, so that a request for a host of nobody's, or for two,
/// is refused by whichever front gets it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-7.4 RFC 9110, 7.4
final class Hosts implements Reception {
  private final Map<String, Front> fronts;
  private final Front any;
  private final String scheme;

  /// Takes the fronts by their authorities, which are normalised for `scheme`.
  Hosts(Map<String, Front> fronts, Front any, String scheme) {
    this.fronts = Map.copyOf(fronts);
    this.any = any;
    this.scheme = scheme;
  }

  @Override
  public void handle(HttpServerRequest http) {
    front(http).handle(http);
  }

  @Override
  public void invalid(HttpServerRequest http, ProblemCode code) {
    front(http).invalid(http, code);
  }

  private Front front(HttpServerRequest http) {
    var host = http.headers().get(HttpHeaders.HOST);
    if (host == null) {
      return any;
    }
    var front = fronts.get(host);
    return front != null ? front : fronts.getOrDefault(Surface.normalise(scheme, host), any);
  }
}

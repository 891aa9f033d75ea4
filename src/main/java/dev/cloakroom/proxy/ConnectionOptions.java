package dev.cloakroom.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/// What `Connection` says: the fields it names belong to one connection and are not forwarded.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 RFC 9110, 7.6.1
final class ConnectionOptions {
  private static final ConnectionOptions NONE = new ConnectionOptions(List.of());

  private final List<String> tokens;

  private ConnectionOptions(List<String> tokens) {
    this.tokens = tokens;
  }

  static ConnectionOptions of(MultiMap fields) {
    var first = fields.get(HttpHeaders.CONNECTION);
    if (first == null || first.equalsIgnoreCase("keep-alive")) {
      if (first == null || fields.getAll(HttpHeaders.CONNECTION).size() == 1) {
        return NONE;
      }
    }
    var tokens = new ArrayList<String>();
    for (var value : fields.getAll(HttpHeaders.CONNECTION)) {
      for (var start = 0; start <= value.length(); ) {
        var comma = value.indexOf(',', start);
        var end = comma < 0 ? value.length() : comma;
        var token = value.substring(start, end).strip();
        if (!token.isEmpty()) {
          tokens.add(token);
        }
        start = end + 1;
      }
    }
    return new ConnectionOptions(tokens);
  }

  boolean has(String option) {
    for (var token : tokens) {
      if (token.equalsIgnoreCase(option)) {
        return true;
      }
    }
    return false;
  }

  boolean names(String field) {
    return !tokens.isEmpty() && has(field);
  }
}

package dev.cloakroom.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/// The fields after the body of an answer, which go to whoever says that it takes them: gRPC tells
/// there how a call went.
///
/// Dropped: what [ResponseFields] drops, and what somebody would have had to know before the body:
/// its framing and type, cookies, challenges, what caches and redirects go by.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1 RFC 9110, 6.5.1
final class Trailers {
  static final CharSequence TE = HttpHeaders.createOptimized("te");
  static final CharSequence TRAILERS = HttpHeaders.createOptimized("trailers");

  private Trailers() {}

  /// Whether the caller takes them.
  static boolean wanted(HttpServerRequest request) {
    if (!request.headers().contains(TE)) {
      return false;
    }
    for (var value : request.headers().getAll(TE)) {
      for (var coding : value.split(",", -1)) {
        if (coding.strip().equalsIgnoreCase("trailers")) {
          return true;
        }
      }
    }
    return false;
  }

  /// Copies what may pass.
  static void copy(MultiMap from, HttpServerResponse to) {
    for (var field : from) {
      if (passes(field.getKey())) {
        to.trailers().add(field.getKey(), field.getValue());
      }
    }
  }

  private static boolean passes(String name) {
    var known =
        switch (FieldName.first(name)) {
          case 'a' -> FieldName.startsWith(name, "accept") || FieldName.is(name, "age");
          case 'c' ->
              FieldName.startsWith(name, "content-")
                  || FieldName.startsWith(name, "cookie")
                  || FieldName.is(name, "cache-control");
          case 'd' -> FieldName.is(name, "date");
          case 'e' -> FieldName.startsWith(name, "exp"); // expect, expires
          case 'h' -> FieldName.is(name, "host");
          case 'i' -> FieldName.startsWith(name, "if-");
          case 'l' -> FieldName.is(name, "location") || FieldName.is(name, "last-modified");
          case 'm' -> FieldName.is(name, "max-forwards");
          case 'p' -> FieldName.is(name, "pragma");
          case 'r' ->
              FieldName.is(name, "range")
                  || FieldName.is(name, "refresh")
                  || FieldName.is(name, "retry-after");
          case 'v' -> FieldName.is(name, "vary") || FieldName.is(name, "via");
          case 'w' -> FieldName.is(name, "warning");
          default -> false;
        };
    return !known && ResponseFields.treatment(name) == ResponseFields.Treatment.PASS;
  }
}

package dev.cloakroom.edge.arrival;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/2 request: whether it says the same to everyone who reads it, also as
/// HTTP/1.1.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1 RFC 9113, 8.3.1
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.2.1 RFC 9113, 8.2.1
public final class RequestHead {
  private static final AsciiString HOST = AsciiString.cached("host");
  private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
  private static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");

  private RequestHead() {}

  /// What is wrong with it; null when nothing is. A good one has exactly one `host` afterwards,
  /// which is the `:authority`: the rest of the gateway reads the field of HTTP/1.1.
  static @Nullable String problem(Http2Headers fields) {
    var method = fields.method();
    if (method == null) {
      return "no :method";
    }
    if (fields.contains(PROTOCOL)) {
      return "extended CONNECT was not offered";
    }
    if (fields.contains(TRANSFER_ENCODING)) {
      return "transfer-encoding";
    }
    var problem = FieldSection.values(fields);
    if (problem == null && !AsciiString.contentEquals(method, "CONNECT")) {
      problem = target(fields, method);
    }
    return problem == null ? authority(fields) : problem;
  }

  private static @Nullable String target(Http2Headers fields, CharSequence method) {
    var scheme = fields.scheme();
    if (scheme == null
        || !(AsciiString.contentEquals(scheme, "http")
            || AsciiString.contentEquals(scheme, "https"))) {
      return ":scheme";
    }
    var path = fields.path();
    var asterisk =
        path != null
            && AsciiString.contentEquals(path, "*")
            && AsciiString.contentEquals(method, "OPTIONS");
    return asterisk || (path != null && !path.isEmpty() && path.charAt(0) == '/') ? null : ":path";
  }

  private static @Nullable String authority(Http2Headers fields) {
    var authority = fields.authority();
    var hosts = fields.getAll(HOST);
    if (hosts.size() > 1) {
      return "more than one host";
    }
    if (authority == null) {
      if (hosts.isEmpty()) {
        return "no :authority";
      }
      fields.authority(hosts.getFirst());
    } else if (hosts.isEmpty()) {
      fields.set(HOST, authority);
    } else if (!AsciiString.contentEqualsIgnoreCase(authority, hosts.getFirst())) {
      return "host is not :authority";
    }
    return null;
  }
}

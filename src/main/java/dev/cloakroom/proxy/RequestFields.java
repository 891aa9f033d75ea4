package dev.cloakroom.proxy;

import dev.cloakroom.upstream.exchange.FieldSink;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides which fields the upstream sees, of a request and of an upgrade alike. What the gateway
/// sets comes last and once, so that nothing a browser sends can remove, precede or repeat it.
///
/// Dropped, in every spelling with `_` for `-`: fields of one connection and those that
/// `Connection` names; credentials (`Authorization`, `DPoP`, `Proxy-*`); whatever claims to be said
/// by a proxy (`Forwarded`, `X-Forwarded-*`, client addresses, original URLs and methods,
/// certificates); what upstreams take for an identity (`X-User*`, `X-Auth*`, `Remote-*`, …); trace
/// context, of which the gateway sets its own; the fields in which routes say who calls; trailers
/// (`TE`, `Trailer`), which are not relayed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-7.6 RFC 9110, 7.6
/// @spec https://www.rfc-editor.org/rfc/rfc9700#section-4.13 RFC 9700, 4.13
final class RequestFields {
  private static final CharSequence X_FORWARDED_FOR =
      HttpHeaders.createOptimized("X-Forwarded-For");
  private static final CharSequence X_FORWARDED_PROTO =
      HttpHeaders.createOptimized("X-Forwarded-Proto");
  private static final CharSequence X_FORWARDED_HOST =
      HttpHeaders.createOptimized("X-Forwarded-Host");
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
  private static final CharSequence VIA_10 = HttpHeaders.createOptimized("1.0 cloakroom");
  private static final CharSequence VIA_11 = HttpHeaders.createOptimized("1.1 cloakroom");
  private static final CharSequence VIA_2 = HttpHeaders.createOptimized("2 cloakroom");

  private final List<String> identities;

  /// Makes the rules of a gateway.
  ///
  /// @param identities names that say who calls on some route. Nobody else may say so on any route,
  ///   since two of them may lead to the same upstream
  RequestFields(Set<String> identities) {
    this.identities =
        identities.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().toList();
  }

  /// What becomes of a field.
  enum Treatment {
    PASS,
    DROP,
    COOKIE
  }

  /// Copies what may pass, then sets the gateway's own, `Authorization` last. Whom the request is
  /// for is not among them.
  void copy(
      MultiMap from,
      FieldSink to,
      Forwarding forwarding,
      HttpVersion version,
      @Nullable Credential credential) {
    var options = ConnectionOptions.of(from);
    for (var field : from) {
      var name = field.getKey();
      switch (treatment(name)) {
        case DROP -> {}
        case COOKIE -> {
          var rest = OwnCookieFields.without(field.getValue(), forwarding.ownCookies());
          if (rest != null && !options.names(name)) {
            to.add(HttpHeaders.COOKIE, rest);
          }
        }
        case PASS -> {
          if (!options.names(name) && !saysWhoCalls(name)) {
            to.add(name, field.getValue());
          }
        }
      }
    }
    to.add(VIA, via(version));
    to.add(X_FORWARDED_FOR, forwarding.clientAddress());
    to.add(X_FORWARDED_PROTO, forwarding.scheme());
    to.add(X_FORWARDED_HOST, forwarding.host());
    to.add(TRACEPARENT, forwarding.traceparent());
    for (var said : forwarding.identity()) {
      to.add(said.name(), said.value());
    }
    if (credential != null) {
      to.add(HttpHeaders.AUTHORIZATION, credential.authorization());
    }
  }

  private boolean saysWhoCalls(String name) {
    for (var i = 0; i < identities.size(); i++) {
      if (FieldName.is(name, identities.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static CharSequence via(HttpVersion version) {
    return switch (version) {
      case HTTP_1_0 -> VIA_10;
      case HTTP_1_1 -> VIA_11;
      case HTTP_2 -> VIA_2;
    };
  }

  static Treatment treatment(String name) {
    if (FieldName.is(name, "cookie")) {
      return Treatment.COOKIE;
    }
    var drop =
        switch (FieldName.first(name)) {
          case 'x' -> FieldName.startsWith(name, "x-") && dropsExtension(name);
          case 'a' -> FieldName.is(name, "authorization");
          case 'b' -> FieldName.is(name, "baggage");
          case 'c' ->
              FieldName.is(name, "connection")
                  || FieldName.is(name, "content-length")
                  || FieldName.is(name, "cookie2")
                  || FieldName.startsWith(name, "client-")
                  || FieldName.is(name, "cf-connecting-ip");
          case 'd' -> FieldName.is(name, "dpop");
          case 'e' -> FieldName.is(name, "expect");
          case 'f' ->
              FieldName.is(name, "forwarded")
                  || FieldName.is(name, "front-end-https")
                  || FieldName.is(name, "fastly-client-ip");
          case 'h' -> FieldName.is(name, "host") || FieldName.is(name, "http2-settings");
          case 'k' -> FieldName.is(name, "keep-alive");
          case 'p' -> FieldName.startsWith(name, "proxy-");
          case 'r' -> FieldName.startsWith(name, "remote-");
          case 's' -> FieldName.startsWith(name, "ssl-");
          case 't' ->
              FieldName.is(name, "te")
                  || FieldName.is(name, "trailer")
                  || FieldName.is(name, "transfer-encoding")
                  || FieldName.is(name, "traceparent")
                  || FieldName.is(name, "tracestate")
                  || FieldName.is(name, "true-client-ip");
          case 'u' -> FieldName.is(name, "upgrade");
          case '-', ':', 0 -> true;
          default -> false;
        };
    return drop ? Treatment.DROP : Treatment.PASS;
  }

  private static boolean dropsExtension(String name) {
    return switch (name.length() > 2 ? FieldName.folded(name.charAt(2)) : 0) {
      case 'a' ->
          FieldName.startsWith(name, "x-auth")
              || FieldName.is(name, "x-access-token")
              || FieldName.startsWith(name, "x-amzn-oidc");
      case 'c' ->
          FieldName.is(name, "x-csrf")
              || FieldName.startsWith(name, "x-cloakroom-")
              || FieldName.startsWith(name, "x-client-")
              || FieldName.startsWith(name, "x-cluster-client")
              || FieldName.startsWith(name, "x-claim");
      case 'e' -> FieldName.startsWith(name, "x-envoy-") || FieldName.is(name, "x-email");
      case 'f' -> FieldName.startsWith(name, "x-forwarded");
      case 'g' -> FieldName.startsWith(name, "x-goog-") || FieldName.is(name, "x-groups");
      case 'h' -> FieldName.startsWith(name, "x-http-method");
      case 'i' -> FieldName.is(name, "x-id-token");
      case 'j' -> FieldName.startsWith(name, "x-jwt-");
      case 'm' ->
          FieldName.is(name, "x-method-override")
              || FieldName.startsWith(name, "x-ms-client-principal")
              || FieldName.startsWith(name, "x-ms-token");
      case 'o' -> FieldName.startsWith(name, "x-original-");
      case 'p' -> FieldName.startsWith(name, "x-pomerium-");
      case 'r' ->
          FieldName.startsWith(name, "x-real-ip")
              || FieldName.startsWith(name, "x-remote-")
              || FieldName.is(name, "x-roles")
              || FieldName.is(name, "x-rewrite-url");
      case 's' ->
          FieldName.startsWith(name, "x-ssl")
              || FieldName.is(name, "x-session-touch")
              || FieldName.is(name, "x-subject");
      case 't' -> FieldName.startsWith(name, "x-tls-");
      case 'u' -> FieldName.startsWith(name, "x-user") && !FieldName.is(name, "x-user-agent");
      case 'w' -> FieldName.startsWith(name, "x-webauth-");
      default -> false;
    };
  }
}

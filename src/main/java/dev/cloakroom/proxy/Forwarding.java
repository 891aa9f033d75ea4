package dev.cloakroom.proxy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything the forwarder is told about one call beside the request itself.
///
/// @param path the accepted path, the very bytes that were matched, without the query
/// @param query the query as it came, without `?`; null when there was none
/// @param credential null where the upstream gets no token
/// @param clientAddress for `X-Forwarded-For`: the peer, or what trusted proxies said
/// @param scheme for `X-Forwarded-Proto`
/// @param host for `X-Forwarded-Host`
/// @param traceparent the one `traceparent` the upstream sees
/// @param identity says who calls; empty for a stranger
/// @param ownCookies tells the gateway's cookie names, which no upstream sees or sets
public record Forwarding(
    Route route,
    String path,
    @Nullable String query,
    @Nullable Credential credential,
    String clientAddress,
    String scheme,
    String host,
    String traceparent,
    OwnCookies ownCookies,
    List<Field> identity) {

  public Forwarding {
    identity = List.copyOf(identity);
  }

  /// A field as it goes on the wire: the value holds visible ASCII and inner blanks only.
  public record Field(CharSequence name, String value) {
    @Override
    public String toString() {
      return "Field[" + name + "]";
    }
  }

  /// Knows which cookie names belong to the gateway.
  @FunctionalInterface
  public interface OwnCookies {
    boolean owns(String cookieName);

    /// A `Cookie` value without the gateway's cookies; null where nothing remains.
    default @Nullable String without(String cookies) {
      return OwnCookieFields.without(cookies, this);
    }
  }
}

package dev.cloakroom.proxy;

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
    OwnCookies ownCookies) {

  /// Knows which cookie names belong to the gateway.
  @FunctionalInterface
  public interface OwnCookies {
    boolean owns(String cookieName);
  }
}

package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.upstream.Upstream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which certificate a route has to show, because tokens that it sends are bound to it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3 RFC 8705, 3
final class BoundTokens {
  private final List<String> providers;
  private final Map<String, TlsFiles.KeyPair> bound = new LinkedHashMap<>();

  /// Takes the providers by name.
  BoundTokens(Map<String, Section> providers) {
    this.providers = List.copyOf(providers.keySet());
    providers.forEach(
        (name, provider) -> {
          if (provider.find(ClientKeys.BOUND_TOKENS).orElse(false)) {
            ClientKeys.own(provider).ifPresent(own -> bound.put(name, own));
          }
        });
  }

  /// The certificates that the tokens of a route are bound to, by provider.
  Map<String, TlsFiles.KeyPair> of(Section route) {
    var certificates = new LinkedHashMap<>(bound);
    certificates.keySet().retainAll(sources(route));
    return certificates;
  }

  /// The upstream of a route without a certificate of its own, with the one its tokens are bound
  /// to.
  Upstream shown(Section route, Upstream upstream) {
    var files = upstream.tls().orElseGet(TlsFiles::none);
    var pairs = of(route).values().stream().distinct().toList();
    boolean secure =
        upstream.targets().stream().allMatch(target -> target.getScheme().equals("https"));
    return secure && files.own().isEmpty() && pairs.size() == 1
        ? upstream.meeting(files.showing(pairs.getFirst()))
        : upstream;
  }

  /// Whose tokens a route may send.
  private List<String> sources(Section route) {
    if (route.find(RouteKeys.ACCESS).isEmpty() || route.find(RouteKeys.REQUIRE_KEY).isEmpty()) {
      return List.of();
    }
    return switch (TokenKeys.kind(route)) {
      case NONE -> List.of();
      case CLIENT -> List.of(TokenKeys.client(route, providers).provider());
      case ACCESS_TOKEN, TARGETED ->
          route.get(RouteKeys.ACCESS) == Access.ANONYMOUS
              ? List.of()
              : route
                  .get(RouteKeys.REQUIRE_KEY)
                  .find(RouteKeys.PROVIDER)
                  .map(List::of)
                  .orElse(providers);
    };
  }
}

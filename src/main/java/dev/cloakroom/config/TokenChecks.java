package dev.cloakroom.config;

import dev.cloakroom.config.Shape.Either.Picked;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.proxy.Route.TokenKind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must agree about the tokens of routes.
final class TokenChecks {
  private final Findings findings;

  TokenChecks(Findings findings) {
    this.findings = findings;
  }

  void token(Section root, Section route) {
    boolean anonymous = route.find(RouteKeys.ACCESS).filter(Access.ANONYMOUS::equals).isPresent();
    route
        .written(TokenKeys.TOKEN)
        .filter(token -> anonymous && !isNone(token.value()))
        .ifPresent(
            token ->
                findings.error(
                    token.place(),
                    "contradiction",
                    "an anonymous route has no access token",
                    "write token: none, or access: session"));
    TokenKeys.section(route).ifPresent(token -> target(root, route, token));
  }

  private static boolean isNone(Picked<TokenKind> token) {
    return token instanceof Picked.AsWord<TokenKind>(var kind) && kind == TokenKind.NONE;
  }

  /// Whether the key was written, be its value good or not.
  private static boolean isThere(Section route, Key<?> key) {
    return route
        .setting(TokenKeys.TOKEN)
        .filter(
            token ->
                token.shown() instanceof Value.Entries(_, var entries)
                    && entries.containsKey(key.name()))
        .isPresent();
  }

  private void target(Section root, Section route, Section token) {
    boolean named = token.find(TokenKeys.RESOURCE).filter(all -> !all.isEmpty()).isPresent();
    var exchange = token.setting(TokenKeys.EXCHANGE);
    if (!isThere(route, TokenKeys.RESOURCE) && !isThere(route, TokenKeys.EXCHANGE)) {
      findings.error(
          token.place(),
          "missing-key",
          "nothing says what the token is for",
          "name a resource, or an exchange");
    }
    exchange
        .filter(_ -> named || token.written(TokenKeys.SCOPES).isPresent())
        .ifPresent(
            section ->
                findings.error(
                    section.place(),
                    "contradiction",
                    "a token is either for a resource or exchanged",
                    "put resource and scopes inside exchange, or remove it"));
    token
        .setting(TokenKeys.SCOPES)
        .ifPresent(
            scopes -> {
              var missing = new LinkedHashSet<>(scopes.value());
              missing.removeAll(asked(root));
              if (!missing.isEmpty()) {
                findings.error(
                    scopes.place(),
                    "scope-not-asked-for",
                    "no login asks for " + String.join(" ", missing),
                    "add it to the provider's scopes: a refresh cannot widen them");
              }
            });
  }

  private static Set<String> asked(Section root) {
    var asked = new LinkedHashSet<>(List.of("openid"));
    root.find(Keys.PROVIDERS).orElse(Map.of()).values().stream()
        .flatMap(provider -> provider.find(ProviderKeys.SCOPES).orElse(List.of()).stream())
        .forEach(asked::add);
    return asked;
  }
}

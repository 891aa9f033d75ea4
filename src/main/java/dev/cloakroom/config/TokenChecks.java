package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.shape.Shape.Either.Picked;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Value;
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
        .filter(token -> anonymous && !isNone(token.value()) && !isClient(route))
        .ifPresent(
            token ->
                findings.error(
                    token.place(),
                    "contradiction",
                    "an anonymous route has no access token",
                    "write token: none, or access: session"));
    route
        .setting(TokenKeys.TOKEN)
        .filter(_ -> anonymous && isClient(route))
        .ifPresent(
            token ->
                findings.warning(
                    token.place(),
                    "open-to-anyone",
                    "anybody may call this upstream with the gateway's own token",
                    "let only through what everybody may do, or write access: session"));
    TokenKeys.section(route)
        .ifPresent(
            token -> {
              token.setting(TokenKeys.CLIENT).ifPresent(client -> client(root, token, client));
              if (!isThere(route, TokenKeys.CLIENT)) {
                target(root, route, token);
              }
            });
  }

  private static boolean isClient(Section route) {
    return isThere(route, TokenKeys.CLIENT)
        || route.find(TokenKeys.TOKEN).stream()
            .anyMatch(new Picked.AsWord<>(TokenKind.CLIENT)::equals);
  }

  private void client(Section root, Section token, Setting<Section> client) {
    if (token.written(TokenKeys.RESOURCE).isPresent()
        || token.written(TokenKeys.SCOPES).isPresent()
        || token.written(TokenKeys.EXCHANGE).isPresent()) {
      findings.error(
          client.place(),
          "contradiction",
          "a token is either the user's or the gateway's own",
          "put resource and scopes inside client, or remove it");
    }
    client
        .value()
        .setting(TokenKeys.CLIENT_PROVIDER)
        .filter(
            provider ->
                root.find(Keys.PROVIDERS)
                    .filter(all -> !all.containsKey(provider.value()))
                    .isPresent())
        .ifPresent(
            provider ->
                findings.error(
                    provider.place(),
                    "no-provider",
                    "there is no provider '" + provider.value() + "'",
                    "name one of providers"));
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
          "name a resource, an exchange or a client");
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

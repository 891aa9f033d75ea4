package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.text;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape.Either;
import dev.cloakroom.config.shape.Shape.Either.Picked;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.shape.Shape.Many;
import dev.cloakroom.config.shape.Shape.Many.Alone;
import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.proxy.Route.Access;
import dev.cloakroom.proxy.Route.TokenKind;
import dev.cloakroom.token.RouteTokens;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The keys of a route's token.
final class TokenKeys {
  static final Key<List<String>> RESOURCE =
      Key.of(
              "resource",
              resources(),
              "The APIs the token is for (RFC 8707), got with the refresh token.")
          .like("https://orders.example.com/");
  static final Key<List<String>> SCOPES =
      Key.of("scopes", scopes(), "Less than the provider's `scopes`; empty: what it gives there.")
          .or("[]");
  static final Key<List<String>> AUDIENCE =
      Key.of(
              "audience",
              new Many<>(text(), Alone.ONE_ITEM),
              "What the provider calls the services the token is for.")
          .or("[]")
          .like("orders");
  static final Key<List<String>> EXCHANGE_RESOURCE =
      Key.of("resource", resources(), "Their URIs.").or("[]").like("https://orders.example.com/");
  static final Key<List<String>> EXCHANGE_SCOPES =
      Key.of("scopes", scopes(), "What the token is to allow; empty: the provider decides.")
          .or("[]");
  static final Key<String> REQUESTED_TOKEN_TYPE =
      Key.of(
              "requested_token_type",
              text("a URN", "urn:[!-~]+", "like urn:ietf:params:oauth:token-type:jwt"),
              "The type to ask for; an answer of another type is refused.")
          .or(TokenTarget.ACCESS_TOKEN);
  static final Key<Section> EXCHANGE =
      Key.of(
          "exchange",
          Group.of(AUDIENCE, EXCHANGE_RESOURCE, EXCHANGE_SCOPES, REQUESTED_TOKEN_TYPE),
          "A token got in exchange for the login's own (RFC 8693).");
  static final Key<String> CLIENT_PROVIDER =
      Key.of("provider", text(), "Whose client the gateway is here.")
          .orComputed("the provider that the route requires, or the first one")
          .like("main");
  static final Key<List<String>> CLIENT_RESOURCE =
      Key.of("resource", resources(), "The APIs it is for; empty: the provider decides.")
          .or("[]")
          .like("https://orders.example.com/");
  static final Key<List<String>> CLIENT_SCOPES =
      Key.of("scopes", scopes(), "What it is to allow; empty: the provider decides.").or("[]");
  static final Key<Section> CLIENT =
      Key.of(
          "client",
          Group.of(CLIENT_PROVIDER, CLIENT_RESOURCE, CLIENT_SCOPES),
          "A token of the gateway itself (client credentials), whoever calls.");
  static final Group GROUP = Group.of(RESOURCE, SCOPES, EXCHANGE, CLIENT);

  static final Key<Picked<TokenKind>> TOKEN =
      Key.<Picked<TokenKind>>of(
              "token",
              new Either<>(choice(words(), Set.of()), GROUP),
              "Which token the upstream gets: the login's own, none, or one of its own.")
          .orComputed("access_token, or none on an anonymous route")
          .like("access_token");

  private TokenKeys() {}

  /// Absolute URIs without a fragment.
  static Many<String> resources() {
    return new Many<>(
        text(
            "a URI",
            "[A-Za-z][A-Za-z0-9+.-]*:[^\\s#\"<>\\\\^`{|}]+",
            "absolute, without #fragment"),
        Alone.ONE_ITEM);
  }

  private static Many<String> scopes() {
    return new Many<>(text("a word", "[!#-\\[\\]-~]+", "no spaces or quotes inside"), Alone.WORDS);
  }

  private static Map<String, TokenKind> words() {
    var words = new LinkedHashMap<String, TokenKind>();
    words.put("access_token", TokenKind.ACCESS_TOKEN);
    words.put("none", TokenKind.NONE);
    words.put("client", TokenKind.CLIENT);
    return words;
  }

  static TokenKind kind(Section route) {
    var usual =
        route.get(RouteKeys.ACCESS) == Access.ANONYMOUS ? TokenKind.NONE : TokenKind.ACCESS_TOKEN;
    return route
        .find(TOKEN)
        .map(
            picked ->
                switch (picked) {
                  case Picked.AsWord<TokenKind>(var kind) -> kind;
                  case Picked.AsSection<TokenKind>(var section) ->
                      section.find(CLIENT).isPresent() ? TokenKind.CLIENT : TokenKind.TARGETED;
                })
        .orElse(usual);
  }

  /// The section of a route's token, where it has one.
  static Optional<Section> section(Section route) {
    return route
        .find(TOKEN)
        .flatMap(
            picked ->
                picked instanceof Picked.AsSection<TokenKind>(var section)
                    ? Optional.of(section)
                    : Optional.empty());
  }

  static RouteTokens tokens(List<Section> routes, Set<String> providers) {
    var targets = new HashMap<String, TokenTarget>();
    var clients = new HashMap<String, RouteTokens.OfClient>();
    for (var route : routes) {
      var path = route.get(RouteKeys.PATH);
      switch (kind(route)) {
        case TARGETED -> targets.put(path, target(section(route).orElseThrow()));
        case CLIENT -> clients.put(path, client(route, providers));
        case ACCESS_TOKEN, NONE -> {}
      }
    }
    return new RouteTokens(targets, clients);
  }

  static RouteTokens.OfClient client(Section route, Collection<String> providers) {
    var client = section(route).flatMap(token -> token.find(CLIENT));
    var provider =
        client
            .flatMap(section -> section.find(CLIENT_PROVIDER))
            .or(() -> route.get(RouteKeys.REQUIRE_KEY).find(RouteKeys.PROVIDER))
            .orElseGet(() -> providers.iterator().next());
    return new RouteTokens.OfClient(
        provider,
        new ClientTarget(
            client.map(section -> section.get(CLIENT_RESOURCE)).orElse(List.of()),
            client.map(section -> section.get(CLIENT_SCOPES)).orElse(List.of())));
  }

  private static TokenTarget target(Section token) {
    return token
        .find(EXCHANGE)
        .<TokenTarget>map(
            exchange ->
                new TokenTarget.Exchange(
                    exchange.get(AUDIENCE),
                    exchange.get(EXCHANGE_RESOURCE),
                    exchange.get(EXCHANGE_SCOPES),
                    exchange.get(REQUESTED_TOKEN_TYPE)))
        .orElseGet(() -> new TokenTarget.Resource(token.get(RESOURCE), token.get(SCOPES)));
  }

  /// The resources of all routes that the sessions of a provider may call.
  static List<String> resources(List<Section> routes, String provider) {
    return routes.stream()
        .filter(route -> mayCall(route, provider))
        .flatMap(route -> section(route).stream())
        .flatMap(token -> token.find(RESOURCE).orElse(List.of()).stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static boolean mayCall(Section route, String provider) {
    return route
        .get(RouteKeys.REQUIRE_KEY)
        .find(RouteKeys.PROVIDER)
        .map(provider::equals)
        .orElse(true);
  }
}

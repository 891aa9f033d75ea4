package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The part of the scripted provider that browsers visit.
final class FrontDesk {
  private final ScriptedProvider provider;
  private final Map<String, MultiMap> waiting = new ConcurrentHashMap<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger visits = new AtomicInteger();
  private final Map<String, MultiMap> pushed = new ConcurrentHashMap<>();
  private volatile boolean pushedOnly;
  private volatile Optional<RequestObjects> requestObjects = Optional.empty();

  FrontDesk(ScriptedProvider provider) {
    this.provider = provider;
  }

  void refusesParametersInTheUrl() {
    pushedOnly = true;
  }

  void takesRequestObjectsUnder(JsonObject jwks) {
    requestObjects = Optional.of(new RequestObjects(provider, jwks));
  }

  /// The parameters of a login, straight from the client.
  BackOffice.Answer push(MultiMap form) {
    var parameters = opened(form);
    var wrong =
        form.contains("request_uri") ? Optional.of("request_uri inside") : wrongWith(parameters);
    if (wrong.isPresent()) {
      provider.violations.add("par: " + wrong.get());
      return new BackOffice.Answer(400, new JsonObject().put("error", "invalid_request"));
    }
    var uri = "urn:ietf:params:oauth:request_uri:" + visits.incrementAndGet();
    pushed.put(uri, parameters);
    return new BackOffice.Answer(
        201, new JsonObject().put("request_uri", uri).put("expires_in", 60));
  }

  private MultiMap opened(MultiMap parameters) {
    return requestObjects.map(objects -> objects.open(parameters)).orElse(parameters);
  }

  void authorize(HttpServerRequest request) {
    var reference = request.params().get("request_uri");
    var known = reference == null ? null : pushed.remove(reference);
    var parameters = known == null ? opened(request.params()) : known;
    Optional<String> wrong;
    if (known != null) {
      wrong =
          request.params().names().equals(Set.of("client_id", "request_uri"))
              ? Optional.empty()
              : Optional.of("more than a reference: " + request.params().names());
    } else {
      wrong = pushedOnly ? Optional.of("parameters in the URL") : wrongWith(parameters);
    }
    if (wrong.isPresent()) {
      provider.violations.add("authorize: " + wrong.get());
      ProviderServer.send(request, 400, "refused: " + wrong.get());
    } else if (provider.needsClick && !Objects.equals(parameters.get("prompt"), "none")) {
      var visit = "visit-" + visits.incrementAndGet();
      waiting.put(visit, parameters);
      page(
          request,
          """
          <title>Log in</title><form method="post" action="/decide">
          <input type="hidden" name="visit" value="%s"><button>Log in</button></form>\
          """
              .formatted(visit));
    } else {
      respond(request, parameters);
    }
  }

  void decide(HttpServerRequest request) {
    var parameters = waiting.remove(request.getFormAttribute("visit"));
    if (parameters == null) {
      ProviderServer.send(request, 400, "this visit is over");
    } else {
      respond(request, parameters);
    }
  }

  void endSession(HttpServerRequest request) {
    var parameters = ProviderServer.isForm(request) ? request.formAttributes() : request.params();
    var target =
        Stream.of("post_logout_redirect_uri", "returnTo", "logout_uri")
            .map(parameters::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    if (target == null) {
      page(request, "<title>Logged out</title>");
      return;
    }
    var state = parameters.get("state");
    redirect(request, state == null ? target : target + "?state=" + encoded(state));
  }

  private void respond(HttpServerRequest request, MultiMap parameters) {
    var target = parameters.get("redirect_uri");
    var mode = Objects.requireNonNullElse(parameters.get("response_mode"), "query");
    var plain = provider.responses.apply(granted(parameters));
    var response = mode.endsWith(".jwt") ? Map.of("response", signed(plain)) : plain;
    if (mode.startsWith("form_post")) {
      var inputs =
          response.entrySet().stream()
              .map(
                  field ->
                      "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                          .formatted(field.getKey(), field.getValue()))
              .collect(Collectors.joining());
      page(request, "<form method=\"post\" action=\"" + target + "\">" + inputs + "</form>");
    } else {
      redirect(
          request,
          target
              + "?"
              + response.entrySet().stream()
                  .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                  .collect(Collectors.joining("&")));
    }
  }

  /// The response as one token (JARM).
  private String signed(Map<String, String> response) {
    var now = provider.clock.instant().getEpochSecond();
    var claims =
        new JsonObject()
            .put("iss", provider.issuer())
            .put("aud", ScriptedProvider.CLIENT_ID)
            .put("exp", now + 600);
    response.forEach(claims::put);
    var draft =
        provider.signedResponses.apply(
            new IdTokenDraft(new JsonObject(), claims, ProviderKeys.Signing.RS256));
    return provider.keys.sign(
        draft.header(), draft.claims(), draft.signing(), ScriptedProvider.CLIENT_SECRET);
  }

  private Map<String, String> granted(MultiMap parameters) {
    var login =
        new Grants.Login(
            provider.user, "SID-" + visits.incrementAndGet(), parameters.get("nonce"), parameters);
    var response = new LinkedHashMap<String, String>();
    response.put("code", provider.grants.code(login));
    response.put("state", parameters.get("state"));
    response.put("iss", provider.issuer());
    return response;
  }

  /// What a strict provider refuses, and what the requirements ask beyond that.
  private Optional<String> wrongWith(MultiMap parameters) {
    for (var name : parameters.names()) {
      if (parameters.getAll(name).size() > 1 && !name.equals("resource")) {
        return Optional.of(name + " is repeated");
      }
    }
    return List.of(
            check("response_type", parameters.get("response_type"), "code"),
            check(
                "client_id",
                parameters.get("client_id"),
                java.util.regex.Pattern.quote(provider.clientId)),
            check("code_challenge_method", parameters.get("code_challenge_method"), "S256"),
            check("code_challenge", parameters.get("code_challenge"), "[\\w-]{43}"),
            check("state", parameters.get("state"), "[\\w.~-]{22,}"),
            provider.plainOauth
                ? unasked("nonce", parameters)
                : check("nonce", parameters.get("nonce"), "[\\w.~-]{22,64}"),
            provider.plainOauth
                ? Optional.<String>empty()
                : check("scope", parameters.get("scope"), "(.* )?openid( .*)?"),
            detailed(parameters.get("authorization_details")),
            registered(parameters.get("redirect_uri")),
            fresh("state", parameters.get("state")),
            provider.plainOauth
                ? Optional.<String>empty()
                : fresh("nonce", parameters.get("nonce")),
            fresh("code_challenge", parameters.get("code_challenge")))
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> unasked(String name, MultiMap parameters) {
    return parameters.contains(name) ? Optional.of(name + " means nothing here") : Optional.empty();
  }

  private static Optional<String> check(String name, @Nullable String value, String pattern) {
    return value != null && value.matches(pattern)
        ? Optional.empty()
        : Optional.of(name + " is " + value);
  }

  /// RFC 9396, 2: objects, each with a type.
  private static Optional<String> detailed(@Nullable String details) {
    if (details == null) {
      return Optional.empty();
    }
    boolean good =
        new JsonArray(details)
            .stream()
                .allMatch(one -> one instanceof JsonObject each && each.getString("type") != null);
    return good ? Optional.empty() : Optional.of("authorization_details is " + details);
  }

  private Optional<String> registered(@Nullable String redirectUri) {
    return redirectUri != null && provider.redirectUris.contains(redirectUri)
        ? Optional.empty()
        : Optional.of("redirect_uri is " + redirectUri);
  }

  private Optional<String> fresh(String name, @Nullable String value) {
    return seen.add(name + " " + value) ? Optional.empty() : Optional.of(name + " came before");
  }

  static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  private static void page(HttpServerRequest request, String html) {
    request.response().putHeader("Content-Type", "text/html;charset=utf-8");
    ProviderServer.send(request, 200, html);
  }

  private static void redirect(HttpServerRequest request, String location) {
    request.response().putHeader("Location", location);
    ProviderServer.send(request, 302, "");
  }
}

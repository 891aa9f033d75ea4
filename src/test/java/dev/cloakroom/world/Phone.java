package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.oidc.CodeVerifier;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A phone: one native app on it, and the browser that the app sends its user to. The app has an
/// HTTP client without cookies, which adds nothing of its own to a request.
public final class Phone {
  public static final String APP = "shop-app";
  public static final String REDIRECT_URI = "https://app.example/callback";

  private static final String ASKED = "asks to sign you in";
  private static final Pattern LINK = Pattern.compile("href=\"([^\"]*native/login[^\"]*)\"");

  private final World world;
  private final Browser browser;
  private final String app;
  private final String redirectUri;
  private final CodeVerifier verifier = new CodeVerifier(Entropy.secure().token());
  private @Nullable String handle;

  Phone(World world, Browser browser, String app, String redirectUri) {
    this.world = world;
    this.browser = browser;
    this.app = app;
    this.redirectUri = redirectUri;
  }

  public Browser browser() {
    return browser;
  }

  public CodeVerifier verifier() {
    return verifier;
  }

  /// What the app asks for when it opens the browser.
  public Map<String, String> start() {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("app", app);
    parameters.put("redirect_uri", redirectUri);
    parameters.put("code_challenge", verifier.challenge());
    parameters.put("code_challenge_method", "S256");
    parameters.put("state", "state of the app&=%");
    return parameters;
  }

  public static String address(Map<String, String> parameters) {
    return "/auth/native/login?" + encoded(parameters);
  }

  public static String encoded(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(each -> each.getKey() + "=" + FrontDesk.encoded(each.getValue()))
        .collect(Collectors.joining("&"));
  }

  /// Opens the browser, goes through the provider's page, and answers the address with which the
  /// system calls the app.
  public URI opensTheBrowser(Map<String, String> parameters) {
    var tab = browser.tab();
    var begun = tab.navigates(address(parameters));
    if (begun.text().contains(ASKED)) {
      begun = tab.follows(way(begun));
    }
    var answer = browser.finishesLogin(tab, begun);
    assertThat(answer.status()).as(answer.text()).isIn(302, 303);
    return answer.location();
  }

  public URI opensTheBrowser() {
    return opensTheBrowser(start());
  }

  /// The first way on from the page that asks whether the app may.
  public static String way(Answer page) {
    var link = LINK.matcher(page.text());
    assertThat(link.find()).as("a way on from %s", page.text()).isTrue();
    return link.group(1).replace("&amp;", "&");
  }

  /// What stands in the address that the app was called with.
  public static Map<String, String> parameters(URI address) {
    var known = new LinkedHashMap<String, String>();
    for (var pair : address.getRawQuery().split("&", -1)) {
      var parts = pair.split("=", 2);
      known.put(
          parts[0], java.net.URLDecoder.decode(parts[1], java.nio.charset.StandardCharsets.UTF_8));
    }
    return known;
  }

  /// The code in that address.
  public String code(URI address) {
    var code = parameters(address).get("code");
    assertThat(code).as("a code in %s", address).isNotNull();
    world.isSecret(code);
    world.isSecret(code.substring(0, 43));
    return code;
  }

  /// What the app sends to get its session.
  public Map<String, String> redemption(String code) {
    world.isSecret(verifier.value());
    var form = new LinkedHashMap<String, String>();
    form.put("app", app);
    form.put("redirect_uri", redirectUri);
    form.put("code", code);
    form.put("code_verifier", verifier.value());
    return form;
  }

  public Answer redeems(Map<String, String> form, String... fields) {
    var headers = Headers.of(fields);
    headers.set("Content-Type", "application/x-www-form-urlencoded");
    var answer = send("POST", "/auth/native/session", headers, Optional.of(encoded(form)));
    if (answer.status() == 200) {
      world.isSecret(answer.json().getString("session"));
    }
    return answer;
  }

  public Answer redeemsBody(String form) {
    var headers = Headers.of("Content-Type", "application/x-www-form-urlencoded");
    return send("POST", "/auth/native/session", headers, Optional.of(form));
  }

  /// As [#redeems], but nobody waits.
  public Future<Answer> startsRedeeming(Map<String, String> form) {
    var headers = Headers.of("Content-Type", "application/x-www-form-urlencoded");
    var uri = browser.at("/auth/native/session");
    return world.exchanges().send("POST", uri, headers, Optional.of(Buffer.buffer(encoded(form))));
  }

  public Answer redeems(String code) {
    return redeems(redemption(code));
  }

  /// From the browser to a session.
  public Phone logsIn() {
    var answer = redeems(code(opensTheBrowser())).answers(200);
    handle = answer.json().getString("session");
    assertThat(browser.jar().all("localhost")).as("cookies after a login of an app").isEmpty();
    return this;
  }

  /// Answers the address at which the user leaves the provider, too.
  public URI logsOut() {
    var address =
        URI.create(calls("POST", "/auth/logout").answers(200).json().getString("end_session_url"));
    world.isSecret(Objects.requireNonNull(parameters(address).get("ticket")));
    return address;
  }

  public String handle() {
    var known = handle;
    if (known == null) {
      throw new AssertionError("the app has no session");
    }
    return known;
  }

  /// The app calls with its handle.
  public Answer calls(String method, String path, String... fields) {
    var headers = Headers.of(fields).add("X-Cloakroom-Session", handle());
    return send(method, path, headers, method.equals("GET") ? Optional.empty() : Optional.of(""));
  }

  public Answer fetches(String path, String... fields) {
    return calls("GET", path, fields);
  }

  /// The same app, sent to another gateway by a load balancer.
  public Phone at(World elsewhere) {
    var other = new Phone(elsewhere, elsewhere.browser("alice"), app, redirectUri);
    other.handle = handle;
    return other;
  }

  /// What the app got by other means than [#logsIn].
  public void holds(String other) {
    handle = other;
  }

  /// A request of the app's own client, with exactly these fields.
  public Answer send(String method, String path, MultiMap headers, Optional<String> body) {
    var own = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    return Waiting.on(
        world.exchanges().send(method, browser.at(path), own, body.map(Buffer::buffer)));
  }

  public JsonObject whoAmI() {
    return fetches("/auth/session?touch=false").answers(200).json();
  }

  public EventStream listens(String path) {
    var headers = Headers.of("X-Cloakroom-Session", handle());
    return EventStream.open(world.exchanges(), browser.at(path), headers);
  }

  public Socket opensSocket(String path) {
    var uri = browser.at(path);
    return Socket.open(
        world.exchanges(),
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(uri.getPort())
            .setURI(uri.getRawPath())
            .addHeader("Host", uri.getAuthority())
            .setAllowOriginHeader(false)
            .addHeader("X-Cloakroom-Session", handle()));
  }
}

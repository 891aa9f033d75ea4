package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One tab of a browser: where it is, and what happens when the user types an address, follows a
/// link, presses a button, or when a script of the page fetches something. Fetch Metadata and
/// `SameSite` as measured in Chromium.
public final class Tab {
  private static final int MOST_REDIRECTS = 10;
  private static final int MOST_REFRESHES = 5;
  private static final Pattern REFRESH =
      Pattern.compile("<meta http-equiv=\"refresh\" content=\"0;url=([^\"]*)\"");
  private static final Pattern FORM =
      Pattern.compile("<form[^>]*action=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
  private static final Pattern INPUT =
      Pattern.compile("<input[^>]*name=\"([^\"]*)\"[^>]*value=\"([^\"]*)\"");

  private final Browser browser;
  private @Nullable Answer page;
  private boolean follows = true;
  private int refreshes;

  Tab(Browser browser) {
    this.browser = browser;
  }

  /// The page the tab shows.
  public Answer page() {
    if (page == null) {
      throw new AssertionError("this tab has not been anywhere yet");
    }
    return page;
  }

  /// The user types the address, or follows a bookmark.
  public Answer navigates(String address) {
    return load("GET", browser.at(address), Optional.empty(), Optional.empty());
  }

  /// The page the tab is on sends it elsewhere: a link, or `location.assign`.
  public Answer follows(String address) {
    return load("GET", page().uri().resolve(address), origin(), Optional.empty());
  }

  /// A page of another site sends the tab to an address of the gateway.
  public Answer isSentFrom(String foreignOrigin, String address) {
    return load("GET", browser.at(address), Optional.of(foreignOrigin), Optional.empty());
  }

  /// The user presses the button of the form on the page, and of each page that needs only that.
  public Answer clicks() {
    var html = page().text();
    var form = FORM.matcher(html);
    assertThat(form.find()).as("a form on %s: %s", page().uri(), html).isTrue();
    var body =
        INPUT
            .matcher(html)
            .results()
            .map(input -> input.group(1) + "=" + FrontDesk.encoded(unescaped(input.group(2))))
            .collect(Collectors.joining("&"));
    var target = page().uri().resolve(unescaped(form.group(1)));
    return load("POST", target, origin(), Optional.of(Buffer.buffer(body)));
  }

  /// The user fills in the first form of the page and sends it.
  public Answer submits(Map<String, String> fields) {
    var html = page().text();
    var form = FORM.matcher(html);
    assertThat(form.find()).as("a form on %s: %s", page().uri(), html).isTrue();
    var body =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + FrontDesk.encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    var target = page().uri().resolve(unescaped(form.group(1)));
    return load("POST", target, origin(), Optional.of(Buffer.buffer(body)));
  }

  /// Presses the button that sends one more field beside the hidden ones.
  public Answer submitsWith(String name, String value) {
    var fields = new LinkedHashMap<String, String>();
    INPUT
        .matcher(page().text())
        .results()
        .forEach(input -> fields.put(input.group(1), unescaped(input.group(2))));
    fields.put(name, value);
    return submits(fields);
  }

  /// Presses the button, but stops at the redirect that answers.
  public Answer clicksWithoutFollowing() {
    follows = false;
    try {
      return clicks();
    } finally {
      follows = true;
    }
  }

  /// A navigation typed by the user, with fields changed or added; no redirect is followed.
  public Answer navigatesWith(String address, String... fields) {
    return ask("GET", browser.at(address), fields);
  }

  /// The same with another method: link scanners, prefetchers.
  public Answer asks(String method, String address, String... fields) {
    return ask(method, browser.at(address), fields);
  }

  private Answer ask(String method, URI uri, String... fields) {
    var headers = navigationHeaders(Optional.empty(), List.of(uri));
    Headers.of(fields).forEach(headers::set);
    return browser.send(
        method,
        uri,
        headers,
        browser.jar().header(uri, Optional.empty(), true, method),
        Optional.empty());
  }

  /// A redirect of another site brings the tab here, after a click there.
  public Answer arrivesFrom(String foreignOrigin, String address) {
    return isSentFrom(foreignOrigin, address);
  }

  /// A form on a page of another site is posted here.
  public Answer postsAcross(String foreignOrigin, String address, String type, String body) {
    var uri = browser.at(address);
    var headers = navigationHeaders(Optional.of(foreignOrigin), List.of(uri));
    headers.set("Origin", foreignOrigin).set("Content-Type", type);
    var host = Optional.ofNullable(URI.create(foreignOrigin).getHost());
    var cookies = browser.jar().header(uri, host, true, "POST");
    return browser.send("POST", uri, headers, cookies, Optional.of(Buffer.buffer(body)));
  }

  private static String unescaped(String html) {
    return html.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
  }

  private Optional<String> origin() {
    var uri = page().uri();
    return Optional.of(uri.getScheme() + "://" + uri.getAuthority());
  }

  private Answer load(String method, URI uri, Optional<String> initiator, Optional<Buffer> body) {
    refreshes = 0;
    return load(method, uri, initiator, body, List.of());
  }

  private Answer load(
      String method,
      URI uri,
      Optional<String> initiator,
      Optional<Buffer> body,
      List<Answer> earlier) {
    var hops = new ArrayList<Answer>();
    var answer = hop(method, uri, initiator, List.of(uri), body);
    hops.add(answer);
    var chain = new ArrayList<>(List.of(uri));
    while (follows && isRedirect(answer) && !leavesForAnApp(answer.location())) {
      assertThat(hops.size()).as("redirects: %s", chain).isLessThan(MOST_REDIRECTS);
      var next = answer.location();
      chain.add(next);
      answer = hop("GET", next, initiator, chain, Optional.empty());
      hops.add(answer);
    }
    page =
        new Answer(
            answer.method(),
            answer.uri(),
            answer.status(),
            answer.headers(),
            answer.body(),
            Stream.concat(earlier.stream(), hops.stream()).toList());
    return refreshed(page);
  }

  /// A page that sends the browser on does so as if the user had followed a link on it.
  private Answer refreshed(Answer answer) {
    var refresh = REFRESH.matcher(answer.text());
    boolean sent = follows && answer.header("Content-Type").startsWith("text/html");
    if (!sent || !refresh.find()) {
      return answer;
    }
    refreshes++;
    assertThat(refreshes).as("pages that send on: %s", answer.uri()).isLessThan(MOST_REFRESHES);
    var next = answer.uri().resolve(unescaped(refresh.group(1)));
    return load("GET", next, origin(), Optional.empty(), answer.hops());
  }

  /// The system takes the address out of the browser's hands.
  private static boolean leavesForAnApp(URI address) {
    var host = address.getHost();
    return host == null || host.equals("app.example") || host.equals("[::1]");
  }

  private static boolean isRedirect(Answer answer) {
    return (answer.status() == 302 || answer.status() == 303)
        && !answer.header("Location").isEmpty();
  }

  private Answer hop(
      String method, URI uri, Optional<String> initiator, List<URI> chain, Optional<Buffer> body) {
    var headers = navigationHeaders(initiator, chain);
    if (body.isPresent()) {
      headers.add("Content-Type", "application/x-www-form-urlencoded");
      initiator.ifPresent(origin -> headers.add("Origin", origin));
    }
    var host = initiator.map(origin -> URI.create(origin).getHost());
    return browser.send(method, uri, headers, browser.jar().header(uri, host, true, method), body);
  }

  private static MultiMap navigationHeaders(Optional<String> initiator, List<URI> chain) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    headers.add("Sec-Fetch-Mode", "navigate");
    headers.add("Sec-Fetch-Dest", "document");
    headers.add("Sec-Fetch-Site", fetchSite(initiator, chain));
    return headers;
  }

  /// The farthest address of the whole chain decides.
  private static String fetchSite(Optional<String> initiator, List<URI> chain) {
    if (initiator.isEmpty()) {
      return "none";
    }
    var from = URI.create(initiator.get());
    if (chain.stream().anyMatch(uri -> !uri.getHost().equals(from.getHost()))) {
      return "cross-site";
    }
    return chain.stream().allMatch(uri -> uri.getAuthority().equals(from.getAuthority()))
        ? "same-origin"
        : "same-site";
  }

  /// A script of the gateway's own page fetches.
  public Answer fetches(String method, String path, Optional<Buffer> body, MultiMap more) {
    return Waiting.on(startsFetching(method, path, body, more));
  }

  public Answer fetches(String path) {
    return fetches("GET", path, Optional.empty(), MultiMap.caseInsensitiveMultiMap());
  }

  public Answer posts(String path) {
    return fetches("POST", path, Optional.of(Buffer.buffer()), MultiMap.caseInsensitiveMultiMap());
  }

  Future<Answer> startsFetching(String method, String path, Optional<Buffer> body, MultiMap more) {
    var uri = browser.at(path);
    var headers = fetchHeaders(method);
    more.forEach(headers::set);
    var cookies = browser.jar().header(uri, Optional.of(uri.getHost()), false, method);
    return browser.start(method, uri, headers, cookies, body);
  }

  /// What a script of the gateway's own page sends along.
  MultiMap fetchHeaders(String method) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("Accept", "*/*");
    headers.add("Sec-Fetch-Site", "same-origin");
    headers.add("Sec-Fetch-Mode", "cors");
    headers.add("Sec-Fetch-Dest", "empty");
    if (!method.equals("GET") && !method.equals("HEAD")) {
      headers.add("Origin", browser.origin());
    }
    return headers;
  }
}

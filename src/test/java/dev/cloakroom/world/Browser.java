package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.session.FrontEnd;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A person with a browser: one cookie jar, any number of tabs.
public final class Browser {
  private final World world;
  private final String user;
  private final String host;
  private final CookieJar jar;
  private final Tab tab = new Tab(this);

  Browser(World world, String user) {
    this(world, user, "localhost", new CookieJar());
  }

  private Browser(World world, String user, String host, CookieJar jar) {
    this.world = world;
    this.user = user;
    this.host = host;
    this.jar = jar;
  }

  /// The same browser at one of several front ends.
  public Browser at(FrontEnd frontEnd) {
    return new Browser(world, user, frontEnd.name() + ".localhost", jar);
  }

  public CookieJar jar() {
    return jar;
  }

  public Tab tab() {
    return tab;
  }

  public Tab newTab() {
    return new Tab(this);
  }

  public String origin() {
    return world.url().replaceFirst("localhost", host);
  }

  URI at(String address) {
    return URI.create(address.startsWith("http") ? address : origin() + address);
  }

  Answer send(String method, URI uri, MultiMap headers, String cookies, Optional<Buffer> body) {
    return Waiting.on(start(method, uri, headers, cookies, body));
  }

  Future<Answer> start(
      String method, URI uri, MultiMap headers, String cookies, Optional<Buffer> body) {
    if (!cookies.isEmpty()) {
      headers.add("Cookie", cookies);
    }
    return world
        .exchanges()
        .send(method, uri, headers, body)
        .onSuccess(answer -> answer.setCookies().forEach(field -> jar.receive(uri, field)));
  }

  // -- sentences

  /// Through the provider's login page and back.
  public Browser logsIn() {
    return logsIn("/");
  }

  public Browser logsIn(String returnTo) {
    finishesLogin(tab, startsLogin(tab, returnTo)).answers(200);
    assertThat(session()).as("the session cookie of " + user).isPresent();
    return this;
  }

  /// Up to the provider's page, or back at once where no click is needed.
  public Answer startsLogin(Tab in, String returnTo) {
    return in.navigates("/auth/login?return_to=" + FrontDesk.encoded(returnTo));
  }

  /// Presses the provider's button, and the button of a `form_post` page after it.
  public Answer finishesLogin(Tab in, Answer page) {
    world.provider().isVisitedBy(user);
    world.partner().isVisitedBy(user);
    var answer = page;
    for (int i = 0; i < 2 && answer.text().contains("<form method=\"post\""); i++) {
      answer = in.clicks();
    }
    return answer;
  }

  /// As the front end does it: a fetch, then the navigation it answers with.
  public Answer logsOut() {
    var location = tab.posts("/auth/logout").answers(200).json().getString("location");
    return tab.follows(location);
  }

  public Answer fetches(String path) {
    return tab.fetches(path);
  }

  public Answer fetches(String path, String... headers) {
    return tab.fetches("GET", path, Optional.empty(), Headers.of(headers));
  }

  public Answer calls(String method, String path, String... headers) {
    var body = method.equals("GET") ? Optional.<Buffer>empty() : Optional.of(Buffer.buffer("{}"));
    return tab.fetches(method, path, body, Headers.of(headers));
  }

  /// A same-origin fetch with exactly these cookies.
  public Answer fetchesWithCookies(String path, String cookies) {
    return send("GET", at(path), tab.fetchHeaders("GET"), cookies, Optional.empty());
  }

  /// A request with exactly these fields, and the cookies of a same-site request.
  public Answer rawly(String method, String path, String... fields) {
    var uri = at(path);
    var cookies = jar.header(uri, Optional.of(uri.getHost()), false, method);
    var body = method.equals("GET") ? Optional.<Buffer>empty() : Optional.of(Buffer.buffer("{}"));
    return send(method, uri, Headers.of(fields), cookies, body);
  }

  /// A fetch that the page gives up later.
  public Leaver startsAndLeaves(String path) {
    var uri = at(path);
    var headers = tab.fetchHeaders("GET");
    headers.add("Cookie", jar.header(uri, Optional.of(uri.getHost()), false, "GET"));
    return Leaver.start(world.exchanges(), uri, headers);
  }

  public Answer posts(String path) {
    return tab.posts(path);
  }

  public Answer navigates(String address) {
    return tab.navigates(address);
  }

  /// So many calls at the same time.
  public List<Answer> fetchesAtOnce(int calls, String path) {
    var all =
        IntStream.range(0, calls)
            .mapToObj(_ -> tab.startsFetching("GET", path, Optional.empty(), Headers.of()))
            .toList();
    return all.stream().map(Waiting::on).toList();
  }

  public Future<Answer> startsFetching(String path) {
    return tab.startsFetching("GET", path, Optional.empty(), Headers.of());
  }

  /// What `/auth/session` says, without sliding.
  public io.vertx.core.json.JsonObject whoAmI() {
    return tab.fetches("/auth/session?touch=false").answers(200).json();
  }

  public boolean isLoggedIn() {
    return whoAmI().getBoolean("authenticated");
  }

  /// The session cookie.
  public Optional<CookieJar.Cookie> session() {
    return jar.find(host, World.SESSION_COOKIE);
  }

  public String sessionValue() {
    return session().orElseThrow(() -> new AssertionError("no session cookie")).value();
  }

  /// The login attempts this browser has open.
  public List<CookieJar.Cookie> attempts() {
    return jar.all(host).stream()
        .filter(cookie -> cookie.name().startsWith("__Host-Http-login-"))
        .toList();
  }

  /// An event stream, as a page opens it.
  public EventStream listens(String path) {
    var uri = at(path);
    var headers = tab.fetchHeaders("GET").set("Accept", "text/event-stream");
    headers.add("Cookie", jar.header(uri, Optional.of(uri.getHost()), false, "GET"));
    return EventStream.open(world.exchanges(), uri, headers);
  }

  /// A WebSocket, as a page of `origin` opens it: no Fetch Metadata, no header of its own.
  public Socket opensSocket(String path, String origin) {
    var uri = at(path);
    var initiator = Optional.ofNullable(URI.create(origin).getHost());
    return Socket.open(world.exchanges(), uri, origin, jar.header(uri, initiator, false, "GET"));
  }

  /// The cookies of this browser in a handshake that names another origin, as a sibling's does.
  public Socket opensSocketAs(String origin, String path) {
    var uri = at(path);
    var cookies = jar.header(uri, Optional.of(uri.getHost()), false, "GET");
    return Socket.open(world.exchanges(), uri, origin, cookies);
  }

  /// A request target as it is, without a client that would repair it; the answer's first bytes.
  public String rawTarget(String target, String... fields) {
    return RawRequest.get(world.exchanges(), "GET", target, fields);
  }

  /// The same with another `Host`.
  public String rawHost(String named, String target) {
    return RawRequest.at(named, world.exchanges(), "GET", target);
  }

  public String rawRequest(String method, String target) {
    return RawRequest.get(world.exchanges(), method, target);
  }

  public Socket opensSocket(String path) {
    return opensSocket(path, origin());
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is wrong with an answer of the provider: no session, no token used, one page with a
/// stable code and a way on.
class RejectedLoginTest {
  @RegisterExtension final World world = new World();

  private static Answer triesToLogIn(Browser browser) {
    browser.startsLogin(browser.tab(), "/");
    return browser.finishesLogin(browser.tab(), browser.tab().page());
  }

  private void isNotLoggedIn(Browser browser) {
    assertThat(browser.session()).isEmpty();
    assertThat(browser.isLoggedIn()).isFalse();
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(world.provider().count("userinfo")).isZero();
  }

  static Stream<Named<UnaryOperator<IdTokenDraft>>> spoiledIdTokens() {
    return Stream.of(
        spoiled("iss of another", draft -> draft.claim("iss", "https://evil.test")),
        spoiled(
            "iss with a slash", draft -> draft.claim("iss", draft.claims().getString("iss") + "/")),
        spoiled("no iss", draft -> draft.without("iss")),
        spoiled("aud of another", draft -> draft.claim("aud", "somebody-else")),
        spoiled(
            "aud that begins like ours",
            draft -> draft.claim("aud", draft.claims().getString("aud") + "2")),
        spoiled("no aud", draft -> draft.without("aud")),
        spoiled(
            "a second audience",
            draft -> draft.claim("aud", List.of(draft.claims().getString("aud"), "x"))),
        spoiled("azp of another", draft -> draft.claim("azp", "somebody-else")),
        spoiled("no sub", draft -> draft.without("sub")),
        spoiled("a long sub", draft -> draft.claim("sub", "x".repeat(256))),
        spoiled("no exp", draft -> draft.without("exp")),
        spoiled("expired", draft -> draft.claim("exp", draft.claims().getLong("iat") - 120)),
        spoiled("exp as text", draft -> draft.claim("exp", "tomorrow")),
        spoiled("exp of no size", draft -> draft.claim("exp", -1)),
        spoiled("no iat", draft -> draft.without("iat")),
        spoiled(
            "iat tomorrow", draft -> draft.claim("iat", draft.claims().getLong("iat") + 86_400)),
        spoiled("another nonce", draft -> draft.claim("nonce", "another")),
        spoiled("no nonce", draft -> draft.without("nonce")),
        spoiled("another at_hash", draft -> draft.claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")),
        spoiled("alg none", draft -> draft.signed(Signing.NONE)),
        spoiled("HS256 with the secret", draft -> draft.signed(Signing.HS256_WITH_SECRET)),
        spoiled("HS256 with the public key", draft -> draft.signed(Signing.HS256_WITH_PUBLIC_KEY)),
        spoiled("a broken signature", draft -> draft.signed(Signing.BROKEN)),
        spoiled("a foreign key", draft -> draft.signed(Signing.FOREIGN_KEY)),
        spoiled("an unknown kid", draft -> draft.signed(Signing.UNKNOWN_KID)),
        spoiled("a logout token", draft -> draft.typ("logout+jwt")),
        spoiled("an access token", draft -> draft.typ("at+jwt")));
  }

  private static Named<UnaryOperator<IdTokenDraft>> spoiled(
      String name, UnaryOperator<IdTokenDraft> spoiler) {
    return Named.of(name, spoiler);
  }

  @ParameterizedTest
  @MethodSource("spoiledIdTokens")
  @Proves({
    "IDT-01",
    "IDT-02",
    "IDT-03",
    "IDT-04",
    "IDT-05",
    "IDT-06",
    "IDT-07",
    "IDT-08",
    "IDT-09",
    "IDT-10",
    "IDT-11",
    "IDT-13",
    "IDT-18",
    "NONCE-01",
    "NONCE-03"
  })
  @Case({"T30", "T31", "T32"})
  void anIdTokenThatFailsACheckIsNoLogin(UnaryOperator<IdTokenDraft> spoiler) {
    world.provider().spoilsIdTokens(spoiler);
    var alice = world.alice();
    triesToLogIn(alice).shows(400, "login_rejected");
    isNotLoggedIn(alice);
    world.provider().spoilsIdTokens(draft -> draft);
    alice.logsIn();
  }

  static Stream<Named<UnaryOperator<IdTokenDraft>>> unusualIdTokens() {
    return Stream.of(
        spoiled(
            "aud as a list of one",
            draft -> draft.claim("aud", List.of(draft.claims().getString("aud")))),
        spoiled("azp is ours", draft -> draft.claim("azp", draft.claims().getString("aud"))),
        spoiled("no at_hash", draft -> draft.without("at_hash")),
        spoiled("no kid", draft -> draft.signed(Signing.WITHOUT_KID)),
        spoiled("an unknown claim", draft -> draft.claim("shoe_size", 46)),
        spoiled(
            "a clock 20 s ahead", draft -> draft.claim("iat", draft.claims().getLong("iat") + 20)),
        spoiled("exp after 2038", draft -> draft.claim("exp", 4_000_000_000L)));
  }

  @ParameterizedTest
  @MethodSource("unusualIdTokens")
  @Proves({"IDT-02", "IDT-03", "IDT-11", "JWKS-03", "TOK-07"})
  void anUnusualButCorrectIdTokenIsALogin(UnaryOperator<IdTokenDraft> spoiler) {
    world.provider().spoilsIdTokens(spoiler);
    world.alice().logsIn();
  }

  @Test
  @Proves("IDT-18")
  void noIdTokenIsNoLogin() {
    world.provider().spoilsTokenAnswers(answer -> answer.putNull("id_token"));
    var alice = world.alice();
    triesToLogIn(alice).shows(400, "login_rejected");
    isNotLoggedIn(alice);
    Waiting.until("its tokens are revoked", () -> world.provider().count("revoke") == 2);
  }

  @Test
  @Proves("NONCE-02")
  @Case("T31")
  void anIdTokenOfAnEarlierLoginIsNoLogin() {
    var earlier = new AtomicReference<@Nullable String>();
    world
        .provider()
        .spoilsTokenAnswers(
            answer -> {
              earlier.compareAndSet(null, answer.getString("id_token"));
              return answer;
            });
    world.alice().logsIn();
    world.provider().spoilsTokenAnswers(answer -> answer.put("id_token", earlier.get()));
    triesToLogIn(world.alice()).shows(400, "login_rejected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mac", "DPoP", "N_A", ""})
  @Proves("TOK-06")
  void anUnknownTokenTypeIsNoLogin(String type) {
    world.provider().spoilsTokenAnswers(answer -> answer.put("token_type", type));
    triesToLogIn(world.alice()).shows(400, "login_rejected");
  }

  @Test
  @Proves("TOK-06")
  void theTokenTypeMayBeSpelledInAnyCase() {
    world.provider().spoilsTokenAnswers(answer -> answer.put("token_type", "bEaReR"));
    world.alice().logsIn().fetches("/api/orders").answers(200);
  }

  static Stream<Object> lives() {
    return Stream.of("300", 300, 0, -1, 1e300, "soon", 4_000_000_000L);
  }

  @ParameterizedTest
  @MethodSource("lives")
  @Proves("TOK-08")
  @Case({"T37", "T121"})
  void anOddLifetimeCrashesNothing(Object expiresIn) {
    world.provider().spoilsTokenAnswers(answer -> answer.put("expires_in", expiresIn));
    var alice = world.alice().logsIn();
    assertThat(alice.fetches("/api/orders").status()).isEqualTo(200);
    assertThat(world.provider().count("token")).isLessThanOrEqualTo(2);
  }

  @Test
  @Proves("TOK-08")
  void noLifetimeIsALogin() {
    world
        .provider()
        .spoilsTokenAnswers(
            answer -> {
              answer.remove("expires_in");
              return answer;
            });
    world.alice().logsIn().fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token")).isEqualTo(1);
  }

  // -- the authorization response

  private void spoilResponse(String name, String value) {
    world
        .provider()
        .spoilsResponses(
            response -> {
              var spoiled = new HashMap<>(response);
              spoiled.put(name, value);
              return spoiled;
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.test", "/", "%", "upper"})
  @Proves({"CB-05", "CB-08", "BFF-18"})
  @Case("T25")
  void anotherIssuerInTheResponseSpendsNothing(String other) {
    var issuer = world.provider().issuer();
    spoilResponse(
        "iss",
        switch (other) {
          case "/" -> issuer + "/";
          case "%" -> issuer.replace(".", "%2E");
          case "upper" -> issuer.replace("http", "HTTP");
          default -> other;
        });
    var alice = world.alice();
    triesToLogIn(alice).answers(400);
    assertThat(world.provider().count("token")).isZero();
    isNotLoggedIn(alice);
  }

  @Test
  @Proves("CB-06")
  @Case("T25")
  void aPromisedIssuerThatIsMissingSpendsNothing() {
    world
        .provider()
        .spoilsResponses(
            response -> {
              var spoiled = new HashMap<>(response);
              spoiled.remove("iss");
              return spoiled;
            });
    var alice = world.alice();
    triesToLogIn(alice).answers(400);
    assertThat(world.provider().count("token")).isZero();
    isNotLoggedIn(alice);
  }

  @Test
  @Proves({"CB-02", "CB-04"})
  @Case("T18")
  void anErrorWinsOverACodeAndIsNeverEchoed() {
    world
        .provider()
        .spoilsResponses(
            response -> {
              var spoiled = new HashMap<>(response);
              spoiled.put("error", "access_denied");
              spoiled.put("error_description", "<script>alert(1)</script>");
              spoiled.put("error_uri", "javascript:alert(1)");
              return spoiled;
            });
    var alice = world.alice();
    var page = triesToLogIn(alice).shows(400, "login_rejected");
    assertThat(page.text()).contains("access_denied").doesNotContain("alert(1)");
    assertThat(world.provider().count("token")).isZero();
    isNotLoggedIn(alice);
  }

  @Test
  @Proves("CB-02")
  void anUnregisteredErrorIsNotShown() {
    world
        .provider()
        .spoilsResponses(
            response ->
                Map.of(
                    "error",
                    "<b>boo</b>",
                    "state",
                    response.get("state"),
                    "iss",
                    response.get("iss")));
    var page = triesToLogIn(world.alice()).shows(400, "login_rejected");
    assertThat(page.text()).doesNotContain("boo");
  }

  @Test
  @Proves("CB-07")
  void anErrorOfAnotherIssuerIsNotBelieved() {
    world
        .provider()
        .spoilsResponses(
            response ->
                Map.of(
                    "error",
                    "access_denied",
                    "state",
                    response.get("state"),
                    "iss",
                    "https://evil.test"));
    var page = triesToLogIn(world.alice()).answers(400);
    assertThat(page.text()).doesNotContain("access_denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"login_required", "interaction_required", "temporarily_unavailable"})
  @Proves({"AZ-10", "AZ-11"})
  @Case("T29")
  void aQuietNoIsToldApartAndDoesNotLoop(String error) {
    world
        .provider()
        .spoilsResponses(
            response ->
                Map.of("error", error, "state", response.get("state"), "iss", response.get("iss")));
    var alice = world.alice();
    var page = alice.navigates("/auth/login?prompt=none").answers(400);
    assertThat(page.text()).contains(error);
    assertThat(world.provider().count("authorize")).isEqualTo(1);
  }

  @Test
  @Proves("STATE-01")
  @Case("T12")
  void aWrongStateSpendsNothing() {
    spoilResponse("state", "x".repeat(43));
    var alice = world.alice();
    triesToLogIn(alice).shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isZero();
  }

  @Test
  @Proves("STATE-03")
  @Case("T44")
  void aTamperedAttemptSpendsNothing() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    var attempt = alice.attempts().getFirst();
    var value = attempt.value();
    var flipped = value.charAt(20) == 'A' ? 'B' : 'A';
    alice
        .jar()
        .receive(
            java.net.URI.create(world.url()),
            attempt
                .source()
                .replace(value, value.substring(0, 20) + flipped + value.substring(21)));
    alice.finishesLogin(alice.tab(), alice.tab().page()).shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"code", "state", "iss", "error"})
  @Proves("CB-03")
  @Case("T19")
  void aRepeatedParameterSpendsNothing(String name) {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    var callback = alice.tab().clicksWithoutFollowing().location().toString();
    var repeated = name.equals("error") ? "&error=a&error=b" : "&" + name + "=b";
    alice.newTab().isSentFrom(world.provider().issuer(), callback + repeated).answers(400);
    assertThat(world.provider().count("token")).isZero();
    assertThat(alice.session()).isEmpty();
  }

  @Test
  @Proves("CK-10")
  @Case("T24")
  void anAttemptIsGoodForTenMinutes() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    world.clock().advance(java.time.Duration.ofMinutes(11));
    alice.finishesLogin(alice.tab(), alice.tab().page()).shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isZero();
  }

  // -- the token endpoint

  static Stream<Named<Fault>> outages() {
    return Stream.of(
        Named.of("500", Fault.status(500)),
        Named.of("503", Fault.retryAfter(503, 7)),
        Named.of("429", Fault.retryAfter(429, 7)),
        Named.of("dropped", new Fault.Drop()),
        Named.of("lost answer", new Fault.LoseAnswer()));
  }

  @ParameterizedTest
  @MethodSource("outages")
  @Proves({"CB-11", "TOK-05"})
  void anOutageDuringTheExchangeAsksOnceAndSaysSo(Fault fault) {
    world.provider().nextAt("token", fault);
    var alice = world.alice();
    triesToLogIn(alice).shows(503, "provider_unavailable");
    assertThat(world.provider().count("token")).isEqualTo(1);
    assertThat(alice.session()).isEmpty();
    alice.logsIn();
  }

  static Stream<Named<Fault>> nonsense() {
    return Stream.of(
        Named.of("garbage", Fault.garbage()),
        Named.of("too large", new Fault.Flood(3_000_000)),
        Named.of("redirect", Fault.redirect(java.net.URI.create("http://127.0.0.1:9/"))),
        Named.of("invalid_grant", Fault.error(400, "invalid_grant")),
        Named.of("invalid_client", Fault.error(401, "invalid_client")));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  @Proves({"TOK-04", "TOK-05", "CB-11"})
  void aUselessAnswerIsNoLogin(Fault fault) {
    world.provider().nextAt("token", fault);
    var alice = world.alice();
    var page = triesToLogIn(alice);
    assertThat(page.status()).as(page.text()).isIn(400, 502, 503);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(world.provider().count("token")).isEqualTo(1);
    assertThat(alice.session()).isEmpty();
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two providers beside each other, one of which has a redirect URI of its own, and a third that
/// nobody is offered.
class SeveralProvidersTest {
  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .partners("partner", "hidden")
                  .route(new RouteDraft("/partner-api/**").requiresProvider("partner"))
                  .route(
                      new RouteDraft("/partner-maybe/**")
                          .access(Route.Access.OPTIONAL)
                          .requiresProvider("partner")));

  private static List<String> links(Answer page) {
    return Pattern.compile("<li><a href=\"([^\"]*)\">")
        .matcher(page.text())
        .results()
        .map(link -> link.group(1).replace("&amp;", "&"))
        .toList();
  }

  private static Browser logsInAt(Browser browser, String provider) {
    var page = browser.navigates("/auth/login?provider=" + provider);
    browser.finishesLogin(browser.tab(), page).answers(200);
    assertThat(browser.whoAmI().getString("provider")).isEqualTo(provider);
    return browser;
  }

  @Test
  void whoNamesNoneChooses() {
    var alice = world.alice();
    var page = alice.navigates("/auth/login?return_to=/orders%3Fa%3D%22b%26c&login_hint=al%3Cice");
    page.answers(200);
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "style-src 'sha256-", "form-action 'none'")
        .doesNotContain("script-src", "unsafe");
    assertThat(page.header("Cache-Control")).contains("no-store");
    assertThat(page.text())
        .contains("<html lang=\"en\">", "<h1>Sign in</h1>", ">Company &lt;account&gt;</a>")
        .doesNotContain("<script", "<account>", "hidden", "al<ice");
    assertThat(links(page))
        .containsExactly(
            "/auth/login?provider=main&return_to=%2Forders%3Fa%3D%2522b%26c&login_hint=al%3Cice",
            "/auth/login?provider=partner&return_to=%2Forders%3Fa%3D%2522b%26c"
                + "&login_hint=al%3Cice");
    assertThat(alice.attempts()).isEmpty();
    alice.finishesLogin(alice.tab(), alice.tab().follows(links(page).getLast())).answers(200);
    assertThat(alice.tab().page().uri().toString()).endsWith("/orders?a=%22b&c");
    assertThat(alice.whoAmI().getString("provider")).isEqualTo("partner");
    assertThat(world.partner().calls("authorize").getFirst().parameters().get("login_hint"))
        .isEqualTo("al<ice");
  }

  @Test
  void whatAnotherSiteAsksForIsNotOnThePage() {
    var page =
        world
            .alice()
            .tab()
            .isSentFrom("http://evil.test", "/auth/login?return_to=/a&login_hint=mallory");
    assertThat(page.answers(200).text()).doesNotContain("mallory").contains("return_to=%2Fa");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?provider=nobody",
        "?provider=",
        "?provider=main&provider=partner",
        "?scope=everything",
        "?prompt=everything"
      })
  void whatNoProviderTakesIsRefused(String query) {
    world.alice().navigates("/auth/login" + query).shows(400, "invalid_parameter");
    assertThat(world.provider().count("authorize")).isZero();
    assertThat(world.partner().count("authorize")).isZero();
  }

  @Test
  void oneThatIsNotListedCanBeNamed() {
    assertThat(logsInAt(world.alice(), "hidden").isLoggedIn()).isTrue();
  }

  @Test
  @Proves("BFF-18")
  void aProviderWithARedirectUriOfItsOwnIsHeardThereOnly() {
    var alice = world.alice();
    alice.navigates("/auth/login?provider=partner");
    var back = alice.tab().clicksWithoutFollowing().location().toString();
    assertThat(back).startsWith(world.url() + "/auth/callback/partner?");
    for (var elsewhere : List.of("/auth/callback?", "/auth/callback/hidden?")) {
      var moved = back.replace("/auth/callback/partner?", elsewhere);
      alice.tab().isSentFrom(world.partner().issuer(), moved).shows(400, "login_state_mismatch");
      assertThat(world.partner().count("token")).isZero();
      alice.navigates("/auth/login?provider=partner");
      back = alice.tab().clicksWithoutFollowing().location().toString();
    }
    alice.tab().isSentFrom(world.partner().issuer(), back).answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
    assertThat(world.provider().count("token")).isZero();
  }

  /// RFC 9700, 4.4: the attacker's provider hands the victim on to the honest one.
  @Test
  @Proves({"BFF-18", "CB-05"})
  void theAnswerOfOneIsNeverTakenToTheOther() {
    var alice = world.alice();
    world
        .provider()
        .spoilsResponses(
            response -> {
              var mixed = new java.util.LinkedHashMap<>(response);
              mixed.put("iss", world.partner().issuer());
              return mixed;
            });
    alice.navigates("/auth/login?provider=main");
    alice.tab().clicks().shows(400, "login_rejected");
    assertThat(world.provider().count("token")).isZero();
    assertThat(world.partner().count("token")).isZero();
    assertThat(alice.session()).isEmpty();
  }

  @Test
  @Proves("BFF-18")
  void aRouteMayBelongToOneProvider() {
    var alice = logsInAt(world.alice(), "main");
    alice.fetches("/api/orders").answers(200);
    var refused = alice.fetches("/partner-api/orders").refuses(401, "step_up_required");
    assertThat(refused.json().getString("login_url")).isEqualTo("/auth/login?provider=partner");
    assertThat(refused.json().getString("detail")).contains("another sign-in service");
    alice.fetches("/partner-maybe/orders").refuses(401, "step_up_required");
    assertThat(world.upstream().calls()).hasSize(1);
    logsInAt(alice, "partner").fetches("/partner-api/orders").answers(200);
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  void withoutASessionTheLoginAddressNamesTheProviderOfTheRoute() {
    var problem =
        world.alice().fetches("/partner-api/orders").refuses(401, "login_required").json();
    assertThat(problem.getString("login_url")).isEqualTo("/auth/login?provider=partner");
    problem = world.alice().fetches("/api/orders").refuses(401, "login_required").json();
    assertThat(problem.getString("login_url")).isEqualTo("/auth/login");
  }
}

package dev.cloakroom.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.world.World;
import java.net.URLEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Another site starts a login, where that is allowed.
class ThirdPartyLoginTest {
  private static final String PORTAL = "http://portal.example";
  private static final String FORM = "application/x-www-form-urlencoded";

  @RegisterExtension final World world = new World(config -> config.thirdPartyLogin());

  private static String start(String iss, String target) {
    return "iss=" + encoded(iss) + "&login_hint=mallory&target_link_uri=" + encoded(target);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Test
  @Proves("AZ-09")
  @RpCase("oidcc-client-test-3rd-party-init-login")
  void aPortalSendsAliceToAPage() {
    var alice = world.alice();
    var query = start(world.provider().issuer(), world.url() + "/orders?page=2");
    var page = alice.tab().isSentFrom(PORTAL, "/auth/login?" + query);
    var back = alice.finishesLogin(alice.tab(), page).answers(200);
    assertThat(back.uri().toString()).isEqualTo(world.url() + "/orders?page=2");
    assertThat(world.provider().calls("authorize").getFirst().parameters().contains("login_hint"))
        .as("nothing else that a stranger says counts")
        .isFalse();
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("AZ-09")
  void aPortalMayPostIt() {
    var query = start(world.provider().issuer(), world.url() + "/orders");
    var answer = world.alice().tab().postsAcross(PORTAL, "/auth/login", FORM, query).answers(303);
    assertThat(answer.header("Location")).startsWith(world.provider().issuer() + "/authorize?");
    assertThat(answer.setCookies()).hasSize(1);
  }

  @Test
  @Proves("AZ-09")
  void withoutATargetItLeadsHome() {
    var alice = world.alice();
    var page =
        alice.tab().isSentFrom(PORTAL, "/auth/login?iss=" + encoded(world.provider().issuer()));
    var back = alice.finishesLogin(alice.tab(), page).answers(200);
    assertThat(back.uri().toString()).isEqualTo(world.url() + "/");
  }

  @Test
  @Proves("AZ-09")
  void aStrangersIssuerIsRefused() {
    for (var issuer : new String[] {"https://evil.test", world.provider().issuer() + "/", ""}) {
      var query = start(issuer, world.url() + "/orders");
      world
          .alice()
          .tab()
          .arrivesFrom(PORTAL, "/auth/login?" + query)
          .shows(400, "invalid_parameter");
      world
          .alice()
          .tab()
          .postsAcross(PORTAL, "/auth/login", FORM, query)
          .shows(400, "invalid_parameter");
    }
    var twice = "iss=" + encoded(world.provider().issuer());
    world
        .alice()
        .tab()
        .arrivesFrom(PORTAL, "/auth/login?" + twice + "&" + twice)
        .shows(400, "invalid_parameter");
    world
        .alice()
        .tab()
        .postsAcross(PORTAL, "/auth/login", FORM, "a=b")
        .shows(400, "invalid_parameter");
    assertThat(world.provider().count("authorize")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.test/",
        "ORIGIN.evil.test/",
        "ORIGIN@evil.test/",
        "ORIGIN:1/",
        "//evil.test/",
        "/orders",
        "javascript:alert(1)"
      })
  @Proves("AZ-09")
  void aTargetElsewhereIsRefused(String target) {
    var query = start(world.provider().issuer(), target.replace("ORIGIN", world.url()));
    world.alice().tab().arrivesFrom(PORTAL, "/auth/login?" + query).shows(400, "invalid_parameter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"//evil.test", "/\\evil.test", "/api/orders", "/auth/logout/continue"})
  @Proves("AZ-09")
  void aTargetIsCheckedLikeAnyReturnAddress(String path) {
    var query = start(world.provider().issuer(), world.url() + path);
    world.alice().tab().arrivesFrom(PORTAL, "/auth/login?" + query).shows(400, "invalid_return_to");
  }
}

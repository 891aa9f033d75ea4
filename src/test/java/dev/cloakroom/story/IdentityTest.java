package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An upstream that checks no token is told who calls, in fields of its choice.
class IdentityTest {
  private static final Route.Identity TOLD =
      new Route.Identity(
          Map.of(
              "X-Auth-Subject", "sub",
              "Portal-Name", "name",
              "Portal-Groups", "groups",
              "Portal-Session", "sid",
              "Portal-Shoe-Size", "shoe_size"),
          Optional.empty());

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(new RouteDraft("/told/**").identity(TOLD))
                  .route(
                      new RouteDraft("/perhaps/**").access(Route.Access.OPTIONAL).identity(TOLD)));

  @Test
  @Proves("PX-11")
  void theUpstreamIsToldWhoCalls() {
    world
        .provider()
        .spoilsIdTokens(
            draft ->
                draft
                    .claim("name", "Zoë, the \"first\"\r\nX-Admin: yes")
                    .claim("groups", new JsonArray(List.of("staff", "a,b"))));
    var alice = world.alice().logsIn();
    alice.fetches("/told/orders").answers(200);
    var seen = world.upstream().last().headers();
    assertThat(seen.getAll("X-Auth-Subject")).containsExactly("sub-alice");
    assertThat(seen.getAll("Portal-Name"))
        .containsExactly("Zo%C3%AB%2C the \"first\"%0D%0AX-Admin: yes");
    assertThat(seen.getAll("Portal-Groups")).containsExactly("staff,a%2Cb");
    assertThat(seen.getAll("Portal-Session"))
        .containsExactly(alice.whoAmI().getJsonObject("session").getString("id"));
    assertThat(seen.contains("Portal-Shoe-Size")).as("a claim nobody knows").isFalse();
    assertThat(seen.contains("X-Admin")).isFalse();
    assertThat(alice.whoAmI().getJsonObject("user").containsKey("groups"))
        .as("told to the upstream is not shown to the browser")
        .isFalse();
  }

  /// T70, T71: on every route, since two routes may lead to one upstream.
  @ParameterizedTest
  @ValueSource(strings = {"/told/x", "/perhaps/x", "/maybe/x", "/public/x", "/api/x"})
  @Proves("PX-11")
  void nobodyElseTellsWhoCalls(String path) {
    var alice = world.alice().logsIn();
    alice
        .fetches(
            path,
            "Portal-Name",
            "FORGED",
            "portal-name",
            "FORGED",
            "PORTAL-NAME",
            "FORGED",
            "Portal_Name",
            "FORGED",
            "portal_shoe-size",
            "FORGED",
            "Portal-Shoe-Size",
            "FORGED",
            "X_Auth_Subject",
            "FORGED",
            "X-Cloakroom-Identity",
            "FORGED",
            "X_Cloakroom_Identity",
            "FORGED",
            "Connection",
            "Portal-Name, X-Auth-Subject")
        .answers(200);
    var seen = world.upstream().last().headers();
    assertThat(seen.toString()).doesNotContain("FORGED");
    boolean told = path.startsWith("/told") || path.startsWith("/perhaps");
    assertThat(seen.getAll("X-Auth-Subject")).isEqualTo(told ? List.of("sub-alice") : List.of());
    assertThat(seen.contains("Portal-Name")).isEqualTo(told);
  }

  @Test
  @Proves("PX-11")
  void ofAStrangerNothingIsSaid() {
    world.alice().fetches("/perhaps/x", "X-Auth-Subject", "FORGED").answers(200);
    var seen = world.upstream().last().headers();
    assertThat(seen.names())
        .doesNotContainAnyElementsOf(TOLD.headers().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("portal"));
    assertThat(seen.contains("X-Auth-Subject")).isFalse();
  }

  /// T76.
  @Test
  @Proves({"PX-11", "WS-02"})
  void aSocketIsToldTheSame() {
    var alice = world.alice().logsIn();
    alice.opensSocket("/told/feed").isOpen().says("hello").hears("echo hello").hangsUp();
    var call = world.upstream().last();
    assertThat(call.kind()).isEqualTo("websocket");
    assertThat(call.headers().getAll("X-Auth-Subject")).containsExactly("sub-alice");
  }

  @Test
  void everyoneIsToldOfAsHimself() {
    var alice = world.alice().logsIn();
    var bob = world.browser("bob").logsIn();
    for (int i = 0; i < 3; i++) {
      alice.fetches("/told/x").answers(200);
      assertThat(world.upstream().last().headers().get("X-Auth-Subject")).isEqualTo("sub-alice");
      bob.fetches("/told/x").answers(200);
      assertThat(world.upstream().last().headers().get("X-Auth-Subject")).isEqualTo("sub-bob");
    }
  }
}

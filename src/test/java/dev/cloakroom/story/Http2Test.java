package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Browsers that speak HTTP/2.
@ParameterizedClass
@EnumSource
class Http2Test {

  private final Over over;
  @RegisterExtension final World world;

  Http2Test(Over over) {
    this.over = over;
    this.world = new World(over::set);
  }

  private RawHttp2 raw() {
    return over.connects(world);
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  @Test
  @Proves({"PX-09", "CK-01"})
  void aSessionLivesFromLoginToLogout() {
    world.exchanges().preferHttp2();
    var alice = world.alice().logsIn("/orders");
    assertThat(alice.whoAmI().getBoolean("authenticated")).isTrue();
    alice.fetches("/api/orders?page=2").answers(200);
    assertThat(world.upstream().last().headers().get("Via")).isEqualTo("2 cloakroom");
    assertThat(world.provider().userOf(world.upstream().last().bearer())).isEqualTo("alice");
    alice.posts("/api/orders").answers(200);
    alice.posts("/auth/session/refresh").answers(200);
    assertThat(alice.navigates("/").text()).isEqualTo(World.INDEX);
    alice.fetches("/api/orders").answers(200);
    alice.logsOut();
    assertThat(alice.isLoggedIn()).isFalse();
    alice.fetches("/api/orders").answers(401);
  }

  /// RFC 9113, 8.2.3.
  @Test
  @Proves({"CK-18", "CK-05"})
  void aCookieFieldMayComeInCrumbs() {
    var alice = world.alice().logsIn();
    var own = World.SESSION_COOKIE + "=" + alice.sessionValue();
    try (var client = raw()) {
      call(client, 1, "theme=dark", own, "lang=en");
      assertThat(client.answer(1).status()).isEqualTo(200);
      assertThat(world.upstream().last().headers().getAll("Cookie"))
          .containsExactly("theme=dark; lang=en");
      call(client, 3, own, "theme=dark", own);
      assertThat(client.answer(3).body()).contains("login_required");
      call(client, 5, own + "; theme=dark");
      assertThat(client.answer(5).status()).isEqualTo(200);
    }
  }

  private void call(RawHttp2 client, int stream, String... crumbs) {
    var fields = new ArrayList<>(List.of("sec-fetch-site", "same-origin"));
    Arrays.stream(crumbs).forEach(crumb -> fields.addAll(List.of("cookie", crumb)));
    client.get(stream, authority(), "/api/orders", fields.toArray(String[]::new));
  }

  @Test
  @Proves("H2WS-01")
  void aBrowserOpensItsSocketsOverHttp11Beside() {
    world.exchanges().preferHttp2();
    var alice = world.alice().logsIn();
    alice.opensSocket("/api/socket").says("hello").hears("echo hello").hangsUp();
  }
}

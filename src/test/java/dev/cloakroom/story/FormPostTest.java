package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A provider that answers with a cross-site POST, and wants the secret in the body.
class FormPostTest {
  @RegisterExtension
  final World world = new World(config -> config.formPost().clientSecretPost().userinfo());

  @Test
  @Proves({"CB-15", "CK-08", "TOK-02", "IDT-17"})
  void aLoginByFormPostWorks() {
    world.provider().takesTheSecretInTheBody();
    var alice = world.alice().logsIn("/orders");
    var attempt = alice.jar().everSet().getFirst();
    assertThat(attempt.sameSite()).isEqualTo("none");
    assertThat(alice.session().orElseThrow().sameSite()).isEqualTo("strict");
    assertThat(alice.tab().page().uri().getPath()).isEqualTo("/orders");
    assertThat(world.provider().count("userinfo")).isEqualTo(1);
    assertThat(world.provider().calls("authorize").getFirst().parameters().get("response_mode"))
        .isEqualTo("form_post");
  }

  @Test
  @Proves("CB-15")
  @Case("T90")
  void onlyASmallFormIsRead() {
    var alice = world.alice();
    alice
        .tab()
        .postsAcross("http://evil.test", "/auth/callback", "application/json", "{}")
        .shows(415, "unsupported_media_type");
    alice
        .tab()
        .postsAcross(
            "http://evil.test",
            "/auth/callback",
            "application/x-www-form-urlencoded",
            "code=" + "x".repeat(300_000))
        .shows(413, "content_too_large");
    assertThat(world.provider().count("token")).isZero();
  }

  @Test
  @Proves("IDT-15")
  @Case("T35")
  void userinfoOfSomebodyElseIsNoLogin() {
    world.provider().takesTheSecretInTheBody();
    world.provider().spoilsUserinfo(claims -> claims.put("sub", "sub-mallory"));
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    alice.finishesLogin(alice.tab(), alice.tab().page()).shows(400, "login_rejected");
    assertThat(alice.session()).isEmpty();
  }
}

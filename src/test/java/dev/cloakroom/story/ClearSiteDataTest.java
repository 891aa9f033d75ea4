package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `clear_site_data: true`: a logout empties what the browser keeps of this origin.
class ClearSiteDataTest {
  private static final String FIELD = "Clear-Site-Data";
  private static final String WHAT = "\"cache\", \"storage\"";

  @RegisterExtension final World world = new World(config -> config.clearSiteData());

  @Test
  @Proves("HDR-05")
  void onlyALogoutClearsTheSite() {
    var alice = world.alice().logsIn();
    assertThat(alice.fetches("/api/orders").answers(200).header(FIELD)).isEmpty();
    assertThat(alice.fetches("/auth/session").answers(200).header(FIELD)).isEmpty();
    var refused = alice.posts("/auth/logout?scope=everything").answers(400);
    assertThat(refused.header(FIELD)).as("nobody was logged out").isEmpty();
    assertThat(alice.posts("/auth/logout").answers(200).header(FIELD)).isEqualTo(WHAT);
  }

  @Test
  @Proves("HDR-05")
  void aLogoutByFormClearsItToo() {
    var alice = world.alice().logsIn();
    var answer =
        alice.rawly(
            "POST",
            "/auth/logout",
            "Sec-Fetch-Site",
            "same-origin",
            "Sec-Fetch-Mode",
            "navigate",
            "Sec-Fetch-Dest",
            "document",
            "Origin",
            world.url());
    assertThat(answer.answers(303).header(FIELD)).isEqualTo(WHAT);
  }
}

package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.preset.Presets;
import dev.cloakroom.house.Proves;
import dev.cloakroom.story.Vendor.Trait;
import dev.cloakroom.world.World;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Every preset, through login, refresh and logout at a provider that behaves like it.
@ParameterizedClass
@EnumSource
class PresetsTest {
  private final Vendor vendor;
  @RegisterExtension final World world;

  PresetsTest(Vendor vendor) {
    this.vendor = vendor;
    this.world = new World(config -> config.providers(vendor::shape, vendor::providers));
  }

  @Test
  @Proves({"BFF-18", "DISC-01"})
  void logsInRefreshesAndLogsOut() {
    assertThat(Arrays.stream(Vendor.values()).map(Vendor::preset))
        .containsExactlyInAnyOrderElementsOf(Presets.names());
    var alice = world.alice().logsIn("/orders");
    asks(world.provider().calls("authorize").getFirst().parameters());
    alice.fetches("/api/orders").answers(200);
    shows(alice.whoAmI().getJsonObject("user").getMap());

    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token"))
        .isEqualTo(vendor.is(Trait.PLAIN_OAUTH) ? 0 : 1);
    world.clock().advance(Duration.ofMinutes(6));
    alice.fetches("/api/orders").answers(200);

    var location =
        alice.posts("/auth/logout?return_to=/bye").answers(200).json().getString("location");
    alice.tab().follows(location).answers(200);
    assertThat(alice.tab().page().uri().getPath()).isEqualTo("/bye");
    assertThat(alice.isLoggedIn()).isFalse();
    leaves();
  }

  private void asks(MultiMap asked) {
    assertThat(asked.get("client_id")).isEqualTo(Vendor.CLIENT_ID);
    assertThat(asked.get("redirect_uri"))
        .endsWith(vendor.is(Trait.PLAIN_OAUTH) ? "/auth/callback/main" : "/auth/callback");
    var scope = assertThat(asked.get("scope"));
    switch (vendor) {
      case AUTH0 -> assertThat(asked.get("audience")).isEqualTo("https://api.example.com");
      case ORY -> assertThat(asked.get("audience")).isEqualTo("orders");
      case GOOGLE -> {
        assertThat(asked.get("hd")).isEqualTo("example.com");
        scope.doesNotContain("offline_access");
      }
      case COGNITO, KEYCLOAK -> scope.isEqualTo("openid profile email");
      case ENTRA_ID -> scope.endsWith(" api://orders/.default");
      case AZURE_AD_B2C -> scope.isEqualTo("openid offline_access spa-gateway");
      case GITHUB -> scope.isEqualTo("read:user user:email");
      case APPLE -> {
        scope.isEqualTo("openid email");
        assertThat(asked.get("response_mode")).isEqualTo("form_post");
      }
      case ENTRA_ID_MULTITENANT, ENTRA_EXTERNAL_ID, OKTA, DUENDE, ZITADEL, AUTHENTIK ->
          scope.contains("offline_access");
    }
  }

  private void shows(Map<String, Object> user) {
    switch (vendor) {
      case AZURE_AD_B2C -> assertThat(user).containsEntry("email", "alice@b2c.test");
      case APPLE -> assertThat(user).containsEntry("sub", "sub-alice").doesNotContainKey("name");
      case COGNITO -> assertThat(user).containsEntry("preferred_username", "alice-in-the-pool");
      case GITHUB ->
          assertThat(user)
              .containsEntry("sub", "583231")
              .containsEntry("preferred_username", "octocat")
              .containsEntry("picture", "https://a.test/1");
      case KEYCLOAK,
          ENTRA_ID,
          ENTRA_ID_MULTITENANT,
          ENTRA_EXTERNAL_ID,
          AUTH0,
          OKTA,
          GOOGLE,
          DUENDE,
          ZITADEL,
          AUTHENTIK,
          ORY ->
          assertThat(user).containsEntry("sub", "sub-alice").containsEntry("name", "alice");
    }
  }

  /// What the provider was told at the logout.
  private void leaves() {
    assertThat(world.provider().count("revoke") > 0).isEqualTo(!vendor.is(Trait.REVOKES_NOTHING));
    var calls = world.provider().calls("end_session");
    if (vendor.is(Trait.NO_LOGOUT)) {
      assertThat(calls).isEmpty();
      return;
    }
    var names = assertThat(calls.getFirst().parameters().names());
    switch (vendor) {
      case AUTH0 -> names.containsExactlyInAnyOrder("client_id", "returnTo");
      case COGNITO -> names.containsExactlyInAnyOrder("client_id", "logout_uri");
      case KEYCLOAK,
          ENTRA_ID,
          ENTRA_ID_MULTITENANT,
          ENTRA_EXTERNAL_ID,
          AZURE_AD_B2C,
          OKTA,
          GOOGLE,
          DUENDE,
          ZITADEL,
          AUTHENTIK,
          ORY,
          GITHUB,
          APPLE ->
          names.containsExactlyInAnyOrder(
              "id_token_hint", "client_id", "post_logout_redirect_uri", "state");
    }
  }
}

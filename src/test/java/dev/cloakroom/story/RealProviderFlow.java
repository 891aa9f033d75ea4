package dev.cloakroom.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.ProofGuard;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// The whole flow as a user sees it, the same against every provider: log in with a password, call
/// an API, outlive an access token, log out here and there.
final class RealProviderFlow {
  private final World world;
  private final Map<String, String> credentials;

  RealProviderFlow(World world, Map<String, String> credentials) {
    this.world = world;
    this.credentials = credentials;
  }

  Browser logsIn() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/orders?page=2").answers(200);
    var page = alice.tab().submits(credentials).answers(200);
    assertThat(page.uri()).isEqualTo(URI.create(world.url() + "/orders?page=2"));
    assertThat(page.text()).isEqualTo(World.INDEX);
    assertThat(alice.isLoggedIn()).isTrue();
    return alice;
  }

  /// Calls until the upstream sees another token than at first.
  void outlivesAToken(Browser alice) {
    alice.fetches("/api/orders").answers(200);
    var first = world.upstream().last().bearer();
    assertThat(world.upstream().last().headers().contains("Cookie")).isFalse();
    var next =
        Waiting.forA(
            "another token",
            Duration.ofSeconds(30),
            () -> {
              alice.fetches("/api/orders").answers(200);
              var bearer = world.upstream().last().bearer();
              return bearer.equals(first) ? Optional.<String>empty() : Optional.of(bearer);
            });
    assertThat(next).isNotEqualTo(first);
  }

  /// The provider confirms that nobody can use the tokens any more.
  void forgetsTheTokens() {
    Waiting.until("the revocation", () -> !world.events(Event.TokensRevoked.class).isEmpty());
    assertThat(world.events(Event.RevocationFailed.class)).isEmpty();
  }

  /// The token of the last call says which key it is bound to, and the proof was made with it.
  void provesTheLastCall() {
    var call = world.upstream().last();
    var guard = new ProofGuard("api", InstantSource.system());
    var url = world.upstream().url() + call.target();
    var verdict = guard.check(call.method(), url, call.headers().getAll("DPoP"), call.bearer());
    var claims = call.bearer().split("\\.", -1)[1];
    var bound =
        new JsonObject(new String(Base64.getUrlDecoder().decode(claims), UTF_8))
            .getJsonObject("cnf")
            .getString("jkt");
    assertThat(verdict).isEqualTo(new ProofGuard.Verdict.Good(bound));
    assertThat(call.scheme()).isEqualTo("DPoP");
  }

  void staysLoggedOut(Browser alice, String oldCookie) {
    assertThat(alice.isLoggedIn()).isFalse();
    var thief = world.browser("thief");
    thief.jar().plant(URI.create(world.url()), World.SESSION_COOKIE, oldCookie);
    thief.fetches("/api/orders").refuses(401, "session_ended");
    var again = alice.startsLogin(alice.newTab(), "/");
    assertThat(again.text()).as("the provider asks for the password again").contains("password");
  }
}

package dev.cloakroom.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.KeySet;
import dev.cloakroom.jose.SignedJwt;
import dev.cloakroom.jose.Verification;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An upstream that believes no bare field is shown a statement it can verify.
class SignedIdentityTest {
  private static final String FIELD = "X-Cloakroom-Identity";
  private static final String OLD = TestKeys.ec("old");
  private static final String NEW = TestKeys.ec("new");

  private static Route.Identity signed(String audience, String... claims) {
    return new Route.Identity(Map.of(), Optional.of(new Route.Assertion(audience, Set.of(claims))));
  }

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .signsWith(TestKeys.ring(TestKeys.rsa("rsa"), OLD))
                  .route(
                      new RouteDraft("/orders/**")
                          .identity(signed("https://orders.test", "groups", "shoe_size")))
                  .route(
                      new RouteDraft("/mail/**")
                          .access(Route.Access.OPTIONAL)
                          .identity(signed("https://mail.test"))));

  @BeforeEach
  void theProviderKnowsTheGateway() {
    world.provider().takesAssertionsUnder(published());
    world
        .provider()
        .spoilsIdTokens(draft -> draft.claim("groups", new JsonArray(List.of("staff"))));
  }

  private JsonObject published() {
    return world.browser("upstream").navigates("/auth/jwks.json").answers(200).json();
  }

  private String shown() {
    var fields = world.upstream().last().headers().getAll(FIELD);
    assertThat(fields).hasSize(1);
    return fields.getFirst();
  }

  private JsonObject claims(String statement) {
    var keys = KeySet.parse(published().toString().getBytes(UTF_8)).orElseThrow();
    var verified =
        SignedJwt.verify(statement, keys, Set.of("ES256"), Set.of("cloakroom-identity+jwt"));
    assertThat(verified).isInstanceOf(Verification.Genuine.class);
    return ((Verification.Genuine) verified).claims();
  }

  private JsonObject calls(Browser who, String path) {
    who.fetches(path).answers(200);
    return claims(shown());
  }

  @Test
  @Proves("PX-11")
  void theStatementSaysWhoCallsAndWhomItIsFor() {
    var alice = world.alice().logsIn();
    var claims = calls(alice, "/orders/1");
    long now = world.clock().instant().getEpochSecond();
    assertThat(claims.getString("iss")).isEqualTo(world.url());
    assertThat(claims.getString("aud")).isEqualTo("https://orders.test");
    assertThat(claims.getString("sub")).isEqualTo("sub-alice");
    assertThat(claims.getString("idp")).isEqualTo(world.provider().issuer());
    assertThat(claims.getString("sid"))
        .isEqualTo(alice.whoAmI().getJsonObject("session").getString("id"));
    assertThat(claims.getLong("iat")).isEqualTo(now);
    assertThat(claims.getLong("exp")).isEqualTo(now + 60);
    assertThat(claims.getJsonArray("groups")).containsExactly("staff");
    assertThat(claims.containsKey("shoe_size")).isFalse();
    assertThat(shown()).doesNotContain(alice.sessionValue());
    assertThat(claims.encode()).doesNotContain(alice.sessionValue());
    assertThat(calls(alice, "/mail/1").getString("aud")).isEqualTo("https://mail.test");
  }

  @Test
  void oneStatementServesManyCallsAndIsNeverStale() {
    var alice = world.alice().logsIn();
    var first = calls(alice, "/orders/1").getString("jti");
    world.clock().advance(Duration.ofSeconds(44));
    assertThat(calls(alice, "/orders/2").getString("jti")).isEqualTo(first);
    world.clock().advance(Duration.ofSeconds(1));
    var second = calls(alice, "/orders/3");
    assertThat(second.getString("jti")).isNotEqualTo(first);
    assertThat(second.getLong("exp")).isEqualTo(world.clock().instant().getEpochSecond() + 60);
    assertThat(calls(world.browser("bob").logsIn(), "/orders/1").getString("sub"))
        .isEqualTo("sub-bob");
  }

  @Test
  void noStatementOutlivesItsSession() {
    var alice = world.alice().logsIn();
    long left = alice.whoAmI().getJsonObject("session").getLong("expires_in");
    for (long gone = 0; gone + 600 < left; gone += 600) {
      world.clock().advance(Duration.ofMinutes(10));
      alice.fetches("/orders/1").answers(200);
    }
    long rest = alice.whoAmI().getJsonObject("session").getLong("expires_in");
    world.clock().advance(Duration.ofSeconds(rest - 20));
    var claims = calls(alice, "/orders/1");
    assertThat(claims.getLong("exp")).isEqualTo(world.clock().instant().getEpochSecond() + 20);
  }

  @Test
  @Proves("PX-11")
  void nobodyElseMakesAStatement() {
    var forged = "e30.e30.e30";
    world.alice().fetches("/mail/1", FIELD, forged, "x_cloakroom_identity", forged).answers(200);
    assertThat(world.upstream().last().headers().names())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).contains("cloakroom"));
    var alice = world.alice().logsIn();
    alice
        .fetches(
            "/orders/1",
            FIELD,
            forged,
            "X-Cloakroom_Identity",
            forged,
            "Connection",
            "X-Cloakroom-Identity")
        .answers(200);
    assertThat(claims(shown()).getString("sub")).isEqualTo("sub-alice");
    assertThat(world.upstream().last().headers().toString()).doesNotContain(forged);
    alice.fetches("/api/1", FIELD, forged).answers(200);
    assertThat(world.upstream().last().headers().contains(FIELD)).isFalse();
  }

  /// The new key is published before it signs; the old one as long as its statements are valid.
  @Test
  void keysAreExchangedWithoutAGap() {
    var alice = world.alice().logsIn();
    var old = calls(alice, "/orders/1");
    assertThat(old.getString("sub")).isEqualTo("sub-alice");
    var signedByOld = shown();
    world.restartsInPlace(config -> config.signsWith(TestKeys.ring(NEW, OLD)));
    world.provider().takesAssertionsUnder(published());
    assertThat(claims(signedByOld).getString("sub")).isEqualTo("sub-alice");
    var again = world.alice().logsIn();
    calls(again, "/orders/1");
    var head =
        new String(
            java.util.Base64.getUrlDecoder().decode(shown().substring(0, shown().indexOf('.'))),
            UTF_8);
    assertThat(new JsonObject(head).getString("kid")).isEqualTo("new");
  }
}

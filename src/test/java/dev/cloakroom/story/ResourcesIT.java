package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.world.NodeServers;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig.RealProvider;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two APIs, each with tokens for itself, against npm `oidc-provider`, which rotates refresh tokens
/// and ends a login when one comes twice.
class ResourcesIT {
  private static final String OWN = "urn:demo:api";
  private static final String ORDERS = "https://orders.example/";
  private static final String STOCK = "https://stock.example/";
  private static final int PORT = Ports.free();
  private static final String SECRET = "cloakroom-secret";
  private static final NodeServers.Started PROVIDER =
      NodeServers.start(
          "provider.mjs",
          Map.of(
              "PORT",
              "0",
              "GATEWAY_ORIGIN",
              "http://localhost:" + PORT,
              "CLIENT_ID",
              "cloakroom",
              "CLIENT_SECRET",
              SECRET,
              "API_AUDIENCE",
              OWN,
              "ACCESS_TOKEN_TTL",
              "4"));

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .realProvider(new RealProvider(PROVIDER.origin(), "cloakroom", SECRET, PORT))
                  .resources(OWN)
                  .route(new RouteDraft("/sales/**"), resource(ORDERS))
                  .route(new RouteDraft("/stock/**"), resource(STOCK)));

  private static TokenTarget resource(String resource) {
    return new TokenTarget.Resource(List.of(resource), List.of());
  }

  @AfterAll
  static void stopProvider() {
    PROVIDER.close();
  }

  @Test
  @Proves({"RES-01", "RES-03", "RT-01"})
  void everyApiGetsTokensForItselfThroughManyRotations() {
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "wonderland"));
    var alice = flow.logsIn();
    var paths = Stream.of("/api/1", "/sales/1", "/stock/1").toList();
    for (int round = 0; round < 3; round++) {
      var calls =
          IntStream.range(0, 10)
              .boxed()
              .flatMap(_ -> paths.stream())
              .map(alice::startsFetching)
              .toList();
      assertThat(calls).allSatisfy(call -> Waiting.on(call).answers(200));
      flow.outlivesAToken(alice);
    }
    for (var call : world.upstream().calls()) {
      assertThat(audience(call.bearer())).isEqualTo(expected(call.target()));
    }
    assertThat(alice.isLoggedIn()).isTrue();
  }

  private static String expected(String target) {
    return target.startsWith("/sales") ? ORDERS : target.startsWith("/stock") ? STOCK : OWN;
  }

  private static String audience(String jwt) {
    var claims = Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]);
    return new JsonObject(io.vertx.core.buffer.Buffer.buffer(claims)).getString("aud");
  }
}

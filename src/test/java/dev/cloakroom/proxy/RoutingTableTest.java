package dev.cloakroom.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.house.Proves;
import dev.cloakroom.upstream.Upstream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static Route route(String path) {
    return new Route(
        path,
        Upstream.of(URI.create("http://127.0.0.1:1")),
        Optional.empty(),
        Optional.empty(),
        Route.Access.SESSION,
        Route.TokenKind.NONE,
        Set.of("GET"),
        Route.Csrf.AUTO,
        Route.Requirement.nothing(),
        Route.StepUps.TRANSLATE,
        true,
        new Route.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60)),
        Route.EncodedSlashes.REFUSE,
        Optional.empty(),
        0,
        Optional.empty(),
        Route.RateLimit.none(),
        false,
        Route.Identity.none(),
        new Route.WebSockets(true, false, Route.WebSockets.OnTokenExpiry.KEEP));
  }

  private static RoutingTable table(String... paths) {
    return new RoutingTable(List.of(paths).stream().map(RoutingTableTest::route).toList());
  }

  private static String found(RoutingTable table, String path) {
    return table.find(path).map(Route::path).orElse("none");
  }

  @Test
  @Proves("PX-20")
  void theLongestPathWinsInWhateverOrder() {
    var paths = new String[] {"/**", "/api/**", "/api/admin/**", "/api/admin", "/api/"};
    var table = table(paths);
    Collections.reverse(java.util.Arrays.asList(paths));
    var reversed = table(paths);
    for (var one : List.of(table, reversed)) {
      assertThat(found(one, "/")).isEqualTo("/**");
      assertThat(found(one, "/apiadmin")).isEqualTo("/**");
      assertThat(found(one, "/api")).isEqualTo("/api/**");
      assertThat(found(one, "/api/")).isEqualTo("/api/");
      assertThat(found(one, "/api/x/y")).isEqualTo("/api/**");
      assertThat(found(one, "/api/admin")).isEqualTo("/api/admin");
      assertThat(found(one, "/api/admin/")).isEqualTo("/api/admin/**");
      assertThat(found(one, "/api/admin/x")).isEqualTo("/api/admin/**");
    }
  }

  @Test
  void whatNoRouteNamesHasNone() {
    var table = table("/api/**", "/health");
    assertThat(found(table, "/")).isEqualTo("none");
    assertThat(found(table, "/API/x")).isEqualTo("none");
    assertThat(found(table, "/health/x")).isEqualTo("none");
    assertThat(found(new RoutingTable(List.of()), "/x")).isEqualTo("none");
  }

  @Test
  void twoRoutesOfOnePathAndStrayStarsAreRefused() {
    assertThatThrownBy(() -> table("/a/**", "/a/**")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table("/a/*/b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table("a/**")).isInstanceOf(IllegalArgumentException.class);
  }

  /// Strings with equal hash codes land in one slot.
  @Test
  void collisionsAreToldApart() {
    var table = table("/AaAa/**", "/BBBB/**", "/AaBB/**");
    assertThat("/AaAa".hashCode()).isEqualTo("/BBBB".hashCode());
    assertThat(found(table, "/AaAa/x")).isEqualTo("/AaAa/**");
    assertThat(found(table, "/BBBB/x")).isEqualTo("/BBBB/**");
    assertThat(found(table, "/AaBB")).isEqualTo("/AaBB/**");
    assertThat(found(table, "/BBAa")).isEqualTo("none");
  }

  @Test
  void agreesWithLookingAtEveryRoute() {
    var random = new Random(7);
    var paths = new ArrayList<String>();
    while (paths.size() < 300) {
      var path = randomPath(random) + (random.nextBoolean() ? "/**" : "");
      if (!paths.contains(path)) {
        paths.add(path);
      }
    }
    var table = table(paths.toArray(String[]::new));
    for (var i = 0; i < 5_000; i++) {
      var path = randomPath(random);
      assertThat(found(table, path)).as(path).isEqualTo(slowly(paths, path));
    }
  }

  private static String randomPath(Random random) {
    var path = new StringBuilder();
    for (var i = 1 + random.nextInt(4); i > 0; i--) {
      path.append('/').append("abc".charAt(random.nextInt(3))).append(random.nextInt(4));
    }
    return path.toString();
  }

  private static String slowly(List<String> paths, String path) {
    if (paths.contains(path)) {
      return path;
    }
    return paths.stream()
        .filter(one -> one.endsWith("/**"))
        .filter(one -> (path + "/").startsWith(one.substring(0, one.length() - 2)))
        .max(java.util.Comparator.comparingInt(String::length))
        .orElse("none");
  }
}

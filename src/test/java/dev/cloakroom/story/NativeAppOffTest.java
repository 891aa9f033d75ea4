package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Phone;
import dev.cloakroom.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where no app is named there is nothing for apps.
class NativeAppOffTest {
  @RegisterExtension final World world = new World();

  @Test
  void thereIsNoLoginForApps() {
    var phone = world.phone("alice");
    phone.browser().navigates(Phone.address(phone.start())).shows(404, "no_such_route");
    phone.redeems(Map.of("code", "x")).refuses(404, "no_such_route");
    assertThat(world.provider().count("authorize")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void whereAppsLogInIsNoOtherPlaceThanAnyUnknownOne(String method) {
    var phone = world.phone("alice");
    var unknown = told(phone, method, "/auth/native/nothing");
    assertThat(unknown).containsEntry("status", "404");
    assertThat(told(phone, method, "/auth/native/login")).isEqualTo(unknown);
    assertThat(told(phone, method, "/auth/native/session")).isEqualTo(unknown);
  }

  /// What is said, but for what is another each time.
  private static Map<String, String> told(Phone phone, String method, String path) {
    var answer = phone.send(method, path, Headers.of(), Optional.empty());
    var told = new TreeMap<String, String>();
    answer.headers().forEach(field -> told.put(field.getKey(), field.getValue()));
    told.put("status", Integer.toString(answer.status()));
    told.put("body", answer.text().replaceAll("\"trace_id\":\"[^\"]*\"", ""));
    return told;
  }

  @Test
  void theFieldMeansNothing() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders", "X-Cloakroom-Session", "x").answers(200);
    assertThat(world.upstream().last().headers().contains("X-Cloakroom-Session")).isFalse();
    var fields = Headers.of("X-Cloakroom-Session", alice.sessionValue());
    world
        .phone("bob")
        .send("GET", "/api/orders", fields, Optional.empty())
        .refuses(401, "login_required");
  }
}

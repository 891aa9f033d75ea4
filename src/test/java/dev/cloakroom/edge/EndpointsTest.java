package dev.cloakroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
  private final Endpoints endpoints = endpoints(true);

  private static Endpoints endpoints(boolean apps) {
    var surface = new Surface("https", Set.of("app.example.com"), "/auth", Set.of(), apps);
    return new Endpoints(surface, Set.of("main"), _ -> Optional.empty());
  }

  @Test
  @Proves({"BFF-06", "BFF-08", "CSRF-10"})
  void stateChangesTakeAPost() {
    assertThat(endpoints.find("POST", "/auth/logout")).isEqualTo(new Endpoint.Logout());
    assertThat(endpoints.find("GET", "/auth/logout"))
        .isEqualTo(new Endpoint.NotAllowed(Set.of("POST")));
    assertThat(endpoints.find("GET", "/auth/session/refresh"))
        .isEqualTo(new Endpoint.NotAllowed(Set.of("POST")));
    assertThat(endpoints.find("GET", "/auth/login")).isEqualTo(new Endpoint.Login());
    assertThat(endpoints.find("get", "/auth/login"))
        .isEqualTo(new Endpoint.NotAllowed(Set.of("GET", "POST")));
  }

  @Test
  @Proves("CB-10")
  void aHeadCannotSpendACode() {
    assertThat(endpoints.find("HEAD", "/auth/callback"))
        .isEqualTo(new Endpoint.NotAllowed(Set.of("GET", "POST")));
  }

  @Test
  void aProviderHasACallbackOfItsOwn() {
    assertThat(endpoints.find("GET", "/auth/callback/main"))
        .isEqualTo(new Endpoint.Callback(Optional.of("main")));
    assertThat(endpoints.find("GET", "/auth/callback/other")).isEqualTo(new Endpoint.Nothing());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/auth",
        "/auth/",
        "/auth/login/",
        "/auth/Login",
        "/auth/sessions/",
        "/auth/sessions/a/b"
      })
  void whatIsUnderTheBasePathIsNeverThePage(String path) {
    assertThat(endpoints.find("GET", path)).isEqualTo(new Endpoint.Nothing());
    assertThat(endpoints.isPage(path)).isFalse();
  }

  @Test
  @Proves("SES-08")
  void aSessionIsEndedByItsHandle() {
    assertThat(endpoints.find("GET", "/auth/sessions")).isEqualTo(new Endpoint.OwnSessions());
    assertThat(endpoints.find("DELETE", "/auth/sessions/abc"))
        .isEqualTo(new Endpoint.OwnSession("abc"));
    assertThat(endpoints.find("GET", "/auth/sessions/abc"))
        .isEqualTo(new Endpoint.NotAllowed(Set.of("DELETE")));
    assertThat(endpoints.isPage("/auth/sessions")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "QUERY"})
  void whereNoAppIsNamedThereIsNothingForApps(String method) {
    for (var path : Set.of("/auth/native/login", "/auth/native/session")) {
      assertThat(endpoints(false).find(method, path)).isEqualTo(new Endpoint.Nothing());
      assertThat(endpoints.find(method, path)).isNotEqualTo(new Endpoint.Nothing());
    }
  }

  @Test
  void everythingElseIsTheApp() {
    assertThat(endpoints.find("GET", "/authors")).isEqualTo(new Endpoint.App());
    assertThat(endpoints.isPage("/authors")).isTrue();
    assertThat(endpoints.isPage("/auth/login")).isFalse();
  }
}

package dev.cloakroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.edge.CrossSiteGuard.Verdict;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import io.vertx.core.MultiMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossSiteGuardTest {
  private static final String OWN = "https://app.test";
  private final CrossSiteGuard guard =
      new CrossSiteGuard(
          new Surface(
              "https",
              Set.of("app.test", "other.test"),
              "/auth",
              Set.of("https://friend.test"),
              true));

  private Verdict check(Route.Csrf mode, String method, String... fields) {
    return guard.check(mode, method, "app.test", headers(fields));
  }

  static MultiMap headers(String... fields) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return headers;
  }

  private static boolean isProof(Verdict verdict) {
    return verdict instanceof Verdict.Proved;
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PATCH", "DELETE", "PROPFIND", "FOO", "post"})
  @Proves({"CSRF-01", "CSRF-03", "CSRF-04", "CSRF-07"})
  void onlyTheOwnOriginProvesItself(String method) {
    assertThat(check(Route.Csrf.AUTO, method, "Sec-Fetch-Site", "same-origin"))
        .satisfies(verdict -> assertThat(isProof(verdict)).isTrue());
    for (var site : new String[] {"same-site", "cross-site", "none", "nonsense", ""}) {
      assertThat(check(Route.Csrf.AUTO, method, "Sec-Fetch-Site", site))
          .as(site)
          .isInstanceOf(Verdict.Refused.class);
    }
    assertThat(check(Route.Csrf.AUTO, method)).isInstanceOf(Verdict.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, navigate, document, true",
    "HEAD, navigate, document, false",
    "POST, navigate, document, false",
    "GET, navigate, iframe, false",
    "GET, no-cors, document, false"
  })
  @Proves("CSRF-03")
  void noneIsOnlyForTheAddressBar(String method, String mode, String dest, boolean allowed) {
    var verdict =
        check(
            Route.Csrf.AUTO,
            method,
            "Sec-Fetch-Site",
            "none",
            "Sec-Fetch-Mode",
            mode,
            "Sec-Fetch-Dest",
            dest);
    assertThat(isProof(verdict)).isEqualTo(allowed);
  }

  @Test
  @Proves("CSRF-04")
  void withoutFetchMetadataTheOriginDecidesThenTheCustomHeader() {
    assertThat(isProof(check(Route.Csrf.AUTO, "POST", "Origin", OWN))).isTrue();
    assertThat(isProof(check(Route.Csrf.AUTO, "GET", "X-CSRF", "1"))).isTrue();
    assertThat(isProof(check(Route.Csrf.AUTO, "GET", "X-CSRF", "0"))).isFalse();
    assertThat(isProof(check(Route.Csrf.AUTO, "POST", "Origin", "null"))).isFalse();
    assertThat(isProof(check(Route.Csrf.AUTO, "POST", "Origin", "null", "X-CSRF", "1"))).isFalse();
    assertThat(isProof(check(Route.Csrf.AUTO, "POST", "Origin", OWN, "Origin", OWN))).isFalse();
    assertThat(isProof(check(Route.Csrf.AUTO, "POST", "Origin", "https://other.test"))).isFalse();
  }

  @Test
  @Proves("CSRF-05")
  void aSameOriginReadNeedsNoOrigin() {
    assertThat(isProof(check(Route.Csrf.AUTO, "GET", "Sec-Fetch-Site", "same-origin"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://friend.test.evil.test",
        "https://evilfriend.test",
        "https://friend.test:8443",
        "http://friend.test",
        "https://friend.test.",
        "https://FRIEND.test",
        "null"
      })
  @Case("T21")
  void onlyAnExactOriginIsAllowed(String origin) {
    assertThat(
            isProof(
                check(Route.Csrf.AUTO, "POST", "Sec-Fetch-Site", "cross-site", "Origin", origin)))
        .isFalse();
    assertThat(
            isProof(
                check(
                    Route.Csrf.AUTO,
                    "POST",
                    "Sec-Fetch-Site",
                    "cross-site",
                    "Origin",
                    "https://friend.test")))
        .isTrue();
  }

  @Test
  @Proves("CSRF-02")
  void headerModeWantsTheHeaderOnEveryCall() {
    assertThat(isProof(check(Route.Csrf.HEADER, "GET", "Sec-Fetch-Site", "same-origin"))).isFalse();
    assertThat(
            isProof(
                check(Route.Csrf.HEADER, "GET", "Sec-Fetch-Site", "same-origin", "X-CSRF", "1")))
        .isTrue();
    assertThat(
            isProof(check(Route.Csrf.HEADER, "GET", "Sec-Fetch-Site", "cross-site", "X-CSRF", "1")))
        .isFalse();
  }

  @Test
  @Proves("CSRF-06")
  void reportLogsAndOffIsSilent() {
    assertThat(check(Route.Csrf.REPORT, "POST", "Sec-Fetch-Site", "cross-site"))
        .isEqualTo(new Verdict.Reported("sec-fetch-site cross-site"));
    assertThat(isProof(check(Route.Csrf.INSECURE_OFF, "POST", "Sec-Fetch-Site", "cross-site")))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "https://app.test, true",
        "https://friend.test, true",
        "https://other.test, false",
        "https://sub.app.test, false",
        "null, false",
        "-, false"
      })
  @Proves("WS-01")
  void aSocketTakesAnExactOriginWhateverTheMode(String origin, boolean allowed) {
    for (var mode : Route.Csrf.values()) {
      var headers = headers("Upgrade", "websocket", "Sec-Fetch-Site", "same-origin", "X-CSRF", "1");
      if (origin != null) {
        headers.add("Origin", origin);
      }
      var verdict = guard.check(mode, "GET", "app.test", headers);
      assertThat(isProof(verdict)).as(mode + " " + origin).isEqualTo(allowed);
      if (!allowed) {
        assertThat(verdict)
            .isEqualTo(new Verdict.Refused(ProblemCode.ORIGIN_NOT_ALLOWED, "websocket origin"));
      }
    }
  }
}

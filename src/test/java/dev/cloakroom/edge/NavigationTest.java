package dev.cloakroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import io.vertx.core.MultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NavigationTest {
  private static final String ABSENT = "-";

  /// Accept, Sec-Fetch-Mode, Sec-Fetch-Dest, X-Requested-With: page?
  @ParameterizedTest
  @CsvSource({
    "text/html, navigate, document, -, true",
    "text/html, navigate, -, -, true",
    "*/*, navigate, document, -, true",
    "-, navigate, document, -, true",
    "text/html, navigate, iframe, -, false",
    "text/html, cors, empty, -, false",
    "text/html, same-origin, empty, -, false",
    "text/html, no-cors, image, -, false",
    "text/html, -, empty, -, false",
    "text/html, -, image, -, false",
    "text/html, -, -, -, true",
    "'text/html,application/xhtml+xml', -, -, -, true",
    "text/html, -, -, XMLHttpRequest, false",
    "application/json, -, -, -, false",
    "*/*, -, -, -, false",
    "-, -, -, -, false",
    "application/json, cors, empty, XMLHttpRequest, false"
  })
  @Proves("ERR-02")
  @Case("T80")
  void pagesAreForTabs(String accept, String mode, String dest, String with, boolean page) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    put(headers, "Accept", accept);
    put(headers, "Sec-Fetch-Mode", mode);
    put(headers, "Sec-Fetch-Dest", dest);
    put(headers, "X-Requested-With", with);
    assertThat(Navigation.wantsPage(headers)).isEqualTo(page);
  }

  /// Sec-Fetch-Mode, Sec-Fetch-Dest, X-Requested-With: may it be sent to a provider?
  @ParameterizedTest
  @CsvSource({
    "navigate, document, -, true",
    "-, -, -, true",
    "navigate, iframe, -, false",
    "cors, empty, -, false",
    "no-cors, image, -, false",
    "same-origin, empty, -, false",
    "-, -, XMLHttpRequest, false"
  })
  @Proves("CSRF-14")
  void onlyNavigationsLogIn(String mode, String dest, String with, boolean allowed) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    put(headers, "Sec-Fetch-Mode", mode);
    put(headers, "Sec-Fetch-Dest", dest);
    put(headers, "X-Requested-With", with);
    assertThat(Navigation.mayBeNavigation(headers)).isEqualTo(allowed);
  }

  private static void put(MultiMap headers, String name, String value) {
    if (!value.equals(ABSENT)) {
      headers.add(name, value);
    }
  }
}

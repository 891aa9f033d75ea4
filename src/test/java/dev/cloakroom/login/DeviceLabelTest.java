package dev.cloakroom.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceLabelTest {
  @ParameterizedTest
  @CsvSource({
    "X11; Linux x86_64, Chrome/131.0.0.0 Safari/537.36, Chrome on Linux",
    "Windows NT 10.0; Win64; x64, Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0, Edge on Windows",
    "Windows NT 10.0; Win64; x64, Chrome/131.0.0.0 Safari/537.36 OPR/116.0, Opera on Windows",
    "Macintosh; Intel Mac OS X 10_15_7, Version/18.1 Safari/605.1.15, Safari on macOS",
    "iPhone; CPU iPhone OS 18_1 like Mac OS X, Version/18.1 Mobile Safari/604.1, Safari on iPhone",
    "iPad; CPU OS 18_1 like Mac OS X, CriOS/131.0 Mobile Safari/604.1, Chrome on iPad",
    "Linux; Android 14; SM-S918B, SamsungBrowser/27.0 Chrome/125.0 Safari/537.36,"
        + " Samsung Internet on Android",
    "X11; CrOS x86_64 14541.0.0, Chrome/131.0.0.0 Safari/537.36, Chrome on ChromeOS",
    "Android 14; Mobile; rv:132.0, Gecko/132.0 Firefox/132.0, Firefox on Android"
  })
  @Proves("SES-08")
  void browsersAreNamedWithoutTheNamesTheyBorrow(String system, String product, String label) {
    var sent = "Mozilla/5.0 (" + system + ") AppleWebKit/605.1.15 (KHTML, like Gecko) " + product;
    assertThat(DeviceLabel.of(Optional.of(sent))).isEqualTo(label);
  }

  @Test
  @Proves("SES-08")
  void nothingOfTheHeaderItselfIsKept() {
    assertThat(DeviceLabel.of(Optional.of("<script>alert(1)</script> Firefox/<b> on Linux\r\n")))
        .isEqualTo("Firefox on Linux");
    assertThat(DeviceLabel.of(Optional.of("curl/8"))).isEqualTo("Unknown browser");
    assertThat(DeviceLabel.of(Optional.empty())).isEqualTo("Unknown browser");
  }
}

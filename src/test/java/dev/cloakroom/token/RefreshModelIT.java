package dev.cloakroom.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Spin;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Searches every state of the model in `src/model/refresh.pml`: as it is, where nothing may be
/// wrong, and with one part taken out, where the right thing must be.
class RefreshModelIT {
  private static final Path MODEL = Path.of("src", "model", "refresh.pml");
  private static Spin spin;

  @BeforeAll
  static void finds() {
    spin = Spin.find();
  }

  private static Spin.Verdict searched(String macros) {
    return spin.searches(MODEL, Stream.of(macros.split(" ")).filter(it -> !it.isEmpty()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NODES=2",
        "NODES=3",
        "NODES=2 ROUNDS=3",
        "NODES=2 DEATHS=1",
        "NODES=3 DEATHS=1",
        "NODES=2 PAUSES=2",
        "NODES=2 DEATHS=1 PAUSES=1",
      })
  @Proves({"RT-02", "RT-03", "RT-05"})
  void noOrderOfEventsBreaksThePromises(String macros) {
    var verdict = searched(macros);
    assertThat(verdict.violation()).isEmpty();
    assertThat(verdict.states()).isGreaterThan(5_000);
  }

  @ParameterizedTest
  @CsvSource({
    "NO_LEASE, assertion violated",
    "NO_REREAD, assertion violated",
    "NO_FENCE, assertion violated  !((loggedOut&&alive))",
    "NO_EXPIRY DEATHS=1, invalid end state",
  })
  @Proves("RT-03")
  void everyPartIsNeeded(String macros, String violation) {
    assertThat(searched(macros).violation())
        .hasValueSatisfying(what -> assertThat(what).startsWith(violation));
  }

  @Test
  void nothingInTheModelIsIdle() {
    assertThat(searched("DEATHS=1 PAUSES=1").unreached()).isEqualTo(List.of());
  }
}

package dev.cloakroom.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionSettingsTest {
  private static final long MIB = 1L << 20;

  @ParameterizedTest
  @CsvSource({"256, 39321", "1024, 157286", "7168, 1101004"})
  void aQuarterOfTheHeapStaysFree(long mebibytes, int sessions) {
    assertThat(SessionSettings.roomIn(mebibytes * MIB)).isEqualTo(sessions);
  }

  @Test
  void thereIsAlwaysRoomForOneAndABoundForAll() {
    assertThat(SessionSettings.roomIn(0)).isEqualTo(1);
    assertThat(SessionSettings.roomIn(Long.MAX_VALUE)).isEqualTo(100_000_000);
  }
}

package dev.cloakroom.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import org.junit.jupiter.api.Test;

/// Netty decides what the HTTP parser lets through, and what runs counts, not what the POM says.
class NettyTest {
  @Test
  void theNettyThatRunsIsNotOlderThanTheSmugglingFixes() {
    var versions = Version.identify(NettyTest.class.getClassLoader());
    assertThat(versions).containsKeys("netty-codec-http", "netty-codec-http2", "netty-handler");
    assertThat(versions.values())
        .allSatisfy(
            version ->
                assertThat(atLeast(version.artifactVersion(), 4, 2, 18))
                    .as(version.toString())
                    .isTrue());
  }

  private static boolean atLeast(String version, int... floor) {
    var parts = version.split("\\.", -1);
    for (int i = 0; i < floor.length; i++) {
      int part = Integer.parseInt(parts[i]);
      if (part != floor[i]) {
        return part > floor[i];
      }
    }
    return true;
  }

  @Test
  void anOlderOneWouldBeSeen() {
    assertThat(atLeast("4.2.12.Final", 4, 2, 18)).isFalse();
    assertThat(atLeast("4.1.130.Final", 4, 2, 18)).isFalse();
    assertThat(atLeast("4.2.18.Final", 4, 2, 18)).isTrue();
    assertThat(atLeast("4.3.0.Final", 4, 2, 18)).isTrue();
  }
}

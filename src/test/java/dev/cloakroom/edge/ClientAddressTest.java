package dev.cloakroom.edge;

import static dev.cloakroom.edge.CrossSiteGuardTest.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;

@Proves("PX-10")
class ClientAddressTest {
  private final ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "fd00::/8"));

  @Test
  @Case("T72")
  void aStrangersWordIsNotHeard() {
    assertThat(addresses.of("192.0.2.1", headers("X-Forwarded-For", "203.0.113.7")))
        .isEqualTo("192.0.2.1");
    assertThat(new ClientAddress(List.of()).of("10.0.0.1", headers("X-Forwarded-For", "1.2.3.4")))
        .isEqualTo("10.0.0.1");
  }

  @Test
  @Case("T72")
  void theNearestStrangerFromTheRightIsTheClient() {
    assertThat(
            addresses.of("10.0.0.1", headers("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.0.0.2")))
        .isEqualTo("203.0.113.7");
    assertThat(addresses.of("fd00::1", headers("X-Forwarded-For", "2001:db8::7")))
        .isEqualTo("2001:db8::7");
    assertThat(
            addresses.of(
                "10.0.0.1", headers("X-Forwarded-For", "6.6.6.6", "X-Forwarded-For", "7.7.7.7")))
        .isEqualTo("7.7.7.7");
  }

  @Test
  void garbageEndsTheChain() {
    assertThat(addresses.of("10.0.0.1", headers("X-Forwarded-For", "6.6.6.6, evil, 10.0.0.2")))
        .isEqualTo("10.0.0.2");
    assertThat(addresses.of("10.0.0.1", headers("X-Forwarded-For", "localhost")))
        .isEqualTo("10.0.0.1");
  }

  @Test
  void forwardedIsReadToo() {
    assertThat(
            addresses.of(
                "10.0.0.1",
                headers("Forwarded", "for=6.6.6.6, for=\"[2001:db8::7]:4711\";proto=https")))
        .isEqualTo("2001:db8::7");
    assertThat(addresses.of("10.0.0.1", headers("Forwarded", "for=_hidden"))).isEqualTo("10.0.0.1");
  }

  /// An IPv6 client has so many addresses that limits count its network.
  @Test
  @Proves({"PX-16", "BFF-14"})
  void aClientCannotEscapeItsLimitsWithinItsOwnNetwork() {
    var one = ClientAddress.network("2001:db8:1:2::1");
    assertThat(ClientAddress.network("2001:db8:1:2:ffff:ffff:ffff:ffff")).isEqualTo(one);
    assertThat(ClientAddress.network("2001:0DB8:0001:0002:0:0:0:5")).isEqualTo(one);
    assertThat(ClientAddress.network("2001:db8:1:3::1")).isNotEqualTo(one);
    assertThat(ClientAddress.network("192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(ClientAddress.network("::ffff:192.0.2.7")).isEqualTo("::ffff:192.0.2.7");
    assertThat(ClientAddress.network("-")).isEqualTo("-");
  }
}

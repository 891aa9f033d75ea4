package dev.cloakroom.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.TestClock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {
  private final TestClock clock = new TestClock();
  private final Allowance allowance = new Allowance(Optional.of(60), clock);

  @Test
  @Proves("PX-16")
  void aBucketIsEmptiedAndFillsAgain() {
    for (int i = 0; i < 60; i++) {
      assertThat(allowance.take("a")).isEmpty();
    }
    assertThat(allowance.take("a")).contains(Duration.ofSeconds(1));
    assertThat(allowance.take("a")).as("asking costs nothing").contains(Duration.ofSeconds(1));
    assertThat(allowance.take("b")).isEmpty();
    clock.advance(Duration.ofMillis(1500));
    assertThat(allowance.take("a")).isEmpty();
    assertThat(allowance.take("a")).contains(Duration.ofMillis(500));
    clock.advance(Duration.ofHours(1));
    for (int i = 0; i < 60; i++) {
      assertThat(allowance.take("a")).isEmpty();
    }
    assertThat(allowance.take("a")).isPresent();
  }

  @Test
  @Proves("PX-16")
  void callersAtTheSameTimeGetNoMoreThanThereAre() {
    long got =
        IntStream.range(0, 1000).parallel().filter(_ -> allowance.take("a").isEmpty()).count();
    assertThat(got).isEqualTo(60);
  }

  @Test
  @Proves("OPS-09")
  void aClockThatIsSetBackKeepsNobodyWaiting() {
    for (int i = 0; i < 60; i++) {
      assertThat(allowance.take("a")).isEmpty();
    }
    clock.advance(Duration.ofHours(-1));
    assertThat(allowance.untilAllowed("a")).isEmpty();
    for (int i = 0; i < 60; i++) {
      assertThat(allowance.take("a")).isEmpty();
    }
    assertThat(allowance.take("a")).as("the bound holds from then on").isPresent();
  }

  @Test
  void withoutABoundNobodyWaits() {
    var free = new Allowance(Optional.empty(), clock);
    assertThat(IntStream.range(0, 1000).allMatch(_ -> free.take("a").isEmpty())).isTrue();
  }

  @Test
  @Proves("PX-16")
  void noMoreEnterThanMayAndWhoLeavesMakesRoom() {
    var underWay = new UnderWay<String>(2);
    long entered = IntStream.range(0, 1000).parallel().filter(_ -> underWay.enters("a")).count();
    assertThat(entered).isEqualTo(2);
    assertThat(underWay.enters("b")).isTrue();
    underWay.leaves("a");
    assertThat(underWay.enters("a")).isTrue();
    assertThat(underWay.enters("a")).isFalse();
    underWay.leaves("a");
    underWay.leaves("a");
    underWay.leaves("b");
    assertThat(underWay.size()).as("nothing is remembered").isZero();
  }
}

package dev.cloakroom.upstream;

import static dev.cloakroom.upstream.Failure.FAILING;
import static dev.cloakroom.upstream.Failure.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionTest {
  private static Condition after(Failure failure, int times) {
    var condition = Condition.SOUND;
    for (var i = 0; i < times; i++) {
      condition = condition.failed(failure, 0);
    }
    return condition;
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  @Proves("PX-27")
  void fiveFailuresInARowEject(Failure failure) {
    assertThat(after(failure, 4).isIn()).isTrue();
    assertThat(after(failure, 5).isIn()).isFalse();
    assertThat(after(failure, 4).succeeded().failed(failure, 0).isIn()).isTrue();
  }

  @Test
  void onlyConnectionsThatCannotBeMadeCutTheTargetOff() {
    assertThat(after(UNREACHABLE, 5).isCut()).isTrue();
    assertThat(after(FAILING, 50).isCut()).isFalse();
    assertThat(after(UNREACHABLE, 4).failed(FAILING, 0).isCut()).isFalse();
    assertThat(after(UNREACHABLE, 5).failed(FAILING, 0).isCut()).isFalse();
    assertThat(after(UNREACHABLE, 5).failed(FAILING, 0).isIn()).isFalse();
  }

  private static List<Long> pauses(Failure failure, int rounds) {
    var pauses = new ArrayList<Long>();
    var condition = after(failure, 5);
    var now = 0L;
    for (var i = 0; i < rounds; i++) {
      var from = now;
      while (!condition.isProbeDue(now)) {
        now += 500;
      }
      pauses.add(now - from);
      condition = condition.probed(now).failed(failure, now);
    }
    return pauses;
  }

  @Test
  @Proves("PX-27")
  void ejectionsGrowUpToABound() {
    assertThat(pauses(UNREACHABLE, 5)).containsExactly(1_000L, 2_000L, 4_000L, 5_000L, 5_000L);
    assertThat(pauses(FAILING, 6))
        .containsExactly(5_000L, 10_000L, 20_000L, 40_000L, 60_000L, 60_000L);
    assertThat(pauses(FAILING, 100)).endsWith(60_000L);
  }

  @Test
  void failuresThatComeAfterTheEjectionDoNotProlongIt() {
    assertThat(after(FAILING, 100).isProbeDue(5_000)).isTrue();
  }

  @Test
  void aClockThatIsSetBackProlongsNoEjection() {
    var ejected = Condition.SOUND;
    for (var i = 0; i < 5; i++) {
      ejected = ejected.failed(FAILING, 100_000);
    }
    assertThat(ejected.isProbeDue(104_999)).isFalse();
    assertThat(ejected.millisToProbe(101_000)).isEqualTo(4_000);
    assertThat(ejected.isProbeDue(99_999)).isTrue();
    assertThat(ejected.millisToProbe(99_999)).isZero();
    var inVain = ejected.probed(90_000);
    assertThat(inVain.isProbeDue(90_000)).isFalse();
    assertThat(inVain.isProbeDue(100_000)).isTrue();
  }

  @Test
  @Proves("PX-27")
  void twoFailedChecksTakeATargetOutAndOneThatSucceedsBringsItBack() {
    var once = Condition.SOUND.checkFailed();
    assertThat(once.isIn()).isTrue();
    var twice = once.checkFailed();
    assertThat(twice.isIn()).isFalse();
    assertThat(twice.isCut()).isFalse();
    assertThat(twice.problem()).isEqualTo("unhealthy");
    assertThat(twice.succeeded().isIn()).isFalse();
    assertThat(twice.checkSucceeded().isIn()).isTrue();
  }

  @Test
  void aCheckThatSucceedsReconnectsButDoesNotExcuseMissingAnswers() {
    assertThat(after(UNREACHABLE, 5).checkSucceeded().isIn()).isTrue();
    assertThat(after(FAILING, 5).checkSucceeded().isIn()).isFalse();
  }
}

package dev.cloakroom.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private static final long START = 10_000_000;
  private final RetryBudget budget = new RetryBudget(START);

  private int spentAt(long now) {
    var spent = 0;
    while (budget.spend(now)) {
      spent++;
    }
    return spent;
  }

  @Test
  void thereIsOneASecondAndOneForEveryTenCalls() {
    assertThat(spentAt(START)).isEqualTo(10);
    assertThat(spentAt(START + 3_000)).isEqualTo(3);
    for (var i = 0; i < 20; i++) {
      budget.earn();
    }
    assertThat(spentAt(START + 3_000)).isEqualTo(2);
  }

  @Test
  void aClockThatIsSetBackKeepsNoneBack() {
    assertThat(spentAt(START)).isEqualTo(10);
    assertThat(spentAt(START - 3_600_000)).isZero();
    assertThat(spentAt(START - 3_600_000 + 2_000)).isEqualTo(2);
  }
}

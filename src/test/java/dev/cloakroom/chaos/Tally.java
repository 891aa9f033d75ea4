package dev.cloakroom.chaos;

import dev.cloakroom.chaos.User.Answer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/// What a run counted.
final class Tally {
  final LongAdder calls = new LongAdder();
  final LongAdder falseLogouts = new LongAdder();
  final LongAdder unavoidable = new LongAdder();
  final LongAdder mixedUp = new LongAdder();
  final LongAdder unanswered = new LongAdder();
  final LongAdder logouts = new LongAdder();
  final LongAdder resurrected = new LongAdder();
  final LongAdder kills = new LongAdder();
  final LongAdder pauses = new LongAdder();
  final LongAdder stalls = new LongAdder();

  void count(List<Answer> answers) {
    calls.add(answers.size());
    mixedUp.add(answers.stream().filter(Answer.MIXED_UP::equals).count());
    unanswered.add(answers.stream().filter(Answer.NEVER::equals).count());
  }

  String report(String title, StrictProvider.Refreshes refreshes) {
    double perExpiry =
        refreshes.tokens() == 0 ? 0 : (double) refreshes.presented() / refreshes.tokens();
    return String.format(
        Locale.ROOT,
        """
        %s
          calls %d, unanswered %d, mixed up %d; kills %d, store pauses %d, provider stalls %d
          false logouts            %d   (unavoidable ones, told apart: %d)
          refreshes per expiry     %.2f   (%d refreshes of %d tokens)
          resurrected sessions     %d   (of %d logouts during a refresh)
        """,
        title,
        calls.sum(),
        unanswered.sum(),
        mixedUp.sum(),
        kills.sum(),
        pauses.sum(),
        stalls.sum(),
        falseLogouts.sum(),
        unavoidable.sum(),
        perExpiry,
        refreshes.presented(),
        refreshes.tokens(),
        resurrected.sum(),
        logouts.sum());
  }
}

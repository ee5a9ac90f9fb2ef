package dev.lockstep.tune.strategy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Successive halving (Jamieson and Talwalkar 2016): at the i-th mark the best n / eta^i of a wave
 * of n go on, rounded down, at least one. A trial that ended by itself keeps its place among them,
 * one that failed or diverged has none.
 *
 * @param first the first mark, in epochs
 * @param eta by which the mark grows and the number of trials falls
 * @param end from here on there is no mark, such as the epochs of a whole trial
 */
record Rungs(int first, int eta, int end) implements Pruner {
  /** The marks. */
  List<Integer> marks() {
    List<Integer> marks = new ArrayList<>();
    for (long mark = first; mark < end; mark *= eta) {
      marks.add((int) mark);
    }
    return marks;
  }

  @Override
  public OptionalInt markAfter(int epochs) {
    return marks().stream().mapToInt(Integer::intValue).filter(mark -> mark > epochs).findFirst();
  }

  @Override
  public Set<Integer> losers(int mark, List<TrialState> wave, History history) {
    int kept = wave.size();
    for (int i = 0; i <= marks().indexOf(mark); i++) {
      kept /= eta;
    }
    Set<Integer> winners = new HashSet<>();
    wave.stream()
        .filter(one -> one.running() || one.finished())
        .sorted(history.order())
        .limit(Math.max(1, kept))
        .forEach(one -> winners.add(one.number()));
    Set<Integer> losers = new TreeSet<>();
    for (TrialState one : wave) {
      if (one.running() && !winners.contains(one.number())) {
        losers.add(one.number());
      }
    }
    return losers;
  }

  @Override
  public String reason(int mark) {
    return "not among the best 1/" + eta + " after " + mark + (mark == 1 ? " epoch" : " epochs");
  }
}

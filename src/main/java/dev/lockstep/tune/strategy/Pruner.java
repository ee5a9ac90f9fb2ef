package dev.lockstep.tune.strategy;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** A rule that stops trials before their end; a record in {@link Pruners}, or a strategy's own. */
public interface Pruner {
  /** The first mark after a number of epochs; empty if there is none. */
  OptionalInt markAfter(int epochs);

  /**
   * The running trials of a wave that are to stop at a mark.
   *
   * @param mark epochs, one of those that {@link #markAfter} gives
   * @param wave all its trials by number, ended ones too, with their reports at the mark
   * @param history all trials of the study, these included
   */
  Set<Integer> losers(int mark, List<TrialState> wave, History history);

  /** Why a trial was stopped, in a few words. */
  String reason(int mark);
}

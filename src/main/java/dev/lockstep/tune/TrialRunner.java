package dev.lockstep.tune;

import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The seam between a study and whoever trains: trials side by side, in cohorts where they fit. */
public interface TrialRunner {
  /**
   * Starts trials. None is trained before {@link Running#advance}. When a study is continued, its
   * open trials are started again, from their first epoch or from a checkpoint: which is the
   * runner's affair, as long as their reports are the same.
   *
   * @param trials ascending in number; a subset of a wave where others of it have ended
   */
  Running start(List<Trial> trials);

  /** Trials in training. Used by one thread. */
  interface Running extends AutoCloseable {
    /**
     * Trains every running trial until it has trained a number of epochs in each fold, or has come
     * to its own end: its last epoch, early stopping, divergence or a failure. An early stopped
     * fold waits for the others. A trial that cannot be trained is a report with status failed, not
     * an exception; an exception is the end of this attempt at the study.
     *
     * @param epochs the mark; {@code Integer.MAX_VALUE}: to each trial's own end
     * @param ended called on this thread for each trial as soon as it ends, with status finished,
     *     failed or diverged
     * @param enough asked at every step, on any thread: whether to return at once, before the mark;
     *     a later start of the same trials may go on from there
     */
    void advance(int epochs, Consumer<TrialReport> ended, BooleanSupplier enough);

    /** Reports of the trials that still run, ascending in number. */
    List<TrialReport> reports();

    /** Stops trials for good; they are neither advanced nor reported again. */
    void stop(Collection<Integer> trials);

    /** Frees what the trials hold. */
    @Override
    void close();
  }
}

package dev.lockstep.train.metric;

import dev.lockstep.data.Split;

/** How ROC and PR curves are computed. */
public enum Precision {
  /** From 65,536 fixed bins of the score; mergeable in constant memory, named approximate. */
  BINNED,
  /** From every distinct score, ties averaged. */
  EXACT;

  /** A row's score takes 20 bytes on its way, and some more while curves are merged. */
  private static final long MOST_EXACT_TRAINING_ROWS = 5_000_000;

  /**
   * That of a result: exact where a model is judged, whatever it takes, which the memory plan
   * counts; of training rows, exact unless the scores of so many would burden the driver.
   */
  public static Precision of(Split split, long rows) {
    return split != Split.TRAIN || rows <= MOST_EXACT_TRAINING_ROWS ? EXACT : BINNED;
  }
}

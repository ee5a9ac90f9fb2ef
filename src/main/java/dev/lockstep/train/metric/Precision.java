package dev.lockstep.train.metric;

import dev.lockstep.data.Split;

/** How ROC and PR curves are computed, and whether anything else than them and the loss is. */
public enum Precision {
  /** From 65,536 fixed bins of the score; mergeable in constant memory, named approximate. */
  BINNED,
  /**
   * The same, and of the other metrics of two classes none but the loss: for who looks no further.
   */
  BINNED_CURVES,
  /** From every distinct score, ties averaged. */
  EXACT;

  /** A row's score takes 20 bytes on its way, and some more while curves are merged. */
  private static final long MOST_EXACT_TRAINING_ROWS = 5_000_000;

  /** Whether scores go to fixed bins. */
  public boolean binned() {
    return this != EXACT;
  }

  /**
   * That of a result: exact where a model is judged, whatever it takes, which the memory plan
   * counts; of training rows, exact unless the scores of so many would burden the driver.
   */
  public static Precision of(Split split, long rows) {
    return split != Split.TRAIN || rows <= MOST_EXACT_TRAINING_ROWS ? EXACT : BINNED;
  }
}

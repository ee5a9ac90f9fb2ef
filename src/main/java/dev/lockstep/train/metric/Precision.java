package dev.lockstep.train.metric;

/** How ROC and PR curves are computed. */
public enum Precision {
  /** From 65,536 fixed bins of the score; mergeable in constant memory, named approximate. */
  BINNED,
  /** From every distinct score, ties averaged. */
  EXACT;

  /** A row's score takes 20 bytes on its way, and some more while curves are merged. */
  private static final long MOST_EXACT_ROWS = 5_000_000;

  /** Exact, unless the scores of so many rows would burden the driver. */
  public static Precision of(long rows) {
    return rows <= MOST_EXACT_ROWS ? EXACT : BINNED;
  }
}

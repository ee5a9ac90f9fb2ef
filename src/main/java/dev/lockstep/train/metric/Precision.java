package dev.lockstep.train.metric;

/** How ROC and PR curves are computed. */
public enum Precision {
  /** From 65,536 fixed bins of the score; mergeable in constant memory, named approximate. */
  BINNED,
  /** From every distinct score, ties averaged. */
  EXACT
}

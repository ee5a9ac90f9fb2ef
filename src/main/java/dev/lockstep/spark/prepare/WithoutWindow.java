package dev.lockstep.spark.prepare;

/**
 * What of series has no prediction, as fewer rows than a window lead there.
 *
 * @param series how many have no window at all
 * @param rows how many rows end none, those of such series among them
 */
public record WithoutWindow(long series, long rows) {
  /** Nothing, as where rows are no steps of series. */
  static final WithoutWindow NONE = new WithoutWindow(0, 0);
}

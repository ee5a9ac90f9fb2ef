package dev.lockstep.spark.source;

/** How many malformed rows a source dropped, and the first reasons. */
public interface BadRows {
  /** A source that never drops any. */
  BadRows NONE = () -> 0;

  /** The rows dropped so far. */
  long count();
}

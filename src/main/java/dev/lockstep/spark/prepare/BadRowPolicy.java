package dev.lockstep.spark.prepare;

/** What happens to rows that a source cannot read. */
public enum BadRowPolicy {
  /** The run stops at the first one. */
  FAIL,
  /** They are left out, counted and reported. */
  DROP
}

package dev.lockstep.spark.source;

/** The types that text is read as. */
public enum ColumnType {
  /** A double. */
  NUMBER,
  /** A string. */
  STRING
}

package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * How lines become records.
 *
 * @param maxBytes the longest record
 * @param quotes the dialect whose quotes may hold line ends; null where a line is a record
 */
record LineLimits(int maxBytes, CsvDialect quotes) implements Serializable {
  /** Lines of any length, each a record of its own; what is beyond 64 bytes is not kept. */
  static final LineLimits NONE = new LineLimits(64, null);

  static LineLimits lines(int maxBytes) {
    return new LineLimits(maxBytes, null);
  }

  boolean multiLine() {
    return quotes != null;
  }
}

package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * The first pass over a line format: learns from all rows what the second one must know (types, the
 * number of features), in a way that does not depend on the order of the rows.
 */
interface LineSurvey extends Serializable {
  /** A survey of the same settings that has seen nothing. */
  LineSurvey fresh();

  /**
   * Looks at a line; malformed lines leave no trace.
   *
   * @param line the bytes, which may be written to
   * @param length how many of them count
   * @return whether the line holds a row: blank lines and comments do not
   */
  boolean accept(byte[] line, int length) throws BadLineException;

  /** Adds what a survey of other rows has learnt. */
  void add(LineSurvey other);

  /** What the surveyed rows are read with. */
  LineTable table();
}

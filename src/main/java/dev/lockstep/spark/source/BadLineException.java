package dev.lockstep.spark.source;

/** A line that is no row; caught where the file and the offset are known. */
final class BadLineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String column;

  /**
   * A problem of one line.
   *
   * @param column the column's name, empty where the whole line is wrong
   * @param problem what it is and what it must be
   */
  BadLineException(String column, String problem) {
    super(problem, null, false, false);
    this.column = column;
  }

  String column() {
    return column;
  }
}

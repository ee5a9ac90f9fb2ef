package dev.lockstep.spark.prepare;

/** How a row is named in a message. */
public final class RowText {
  private RowText() {}

  /** File and position. */
  public static String where(String file, long position) {
    return (file.isEmpty() ? "the data" : file) + ", row at position " + position;
  }
}

package dev.lockstep.spark.source;

/** Turns lines into cells; one task's, not thread-safe. */
interface LineParser {
  /**
   * Reads a line.
   *
   * @param line the bytes, which may be written to
   * @param length how many of them count
   * @param cells the row's cells, written from 0 on
   * @return whether the line holds a row: blank lines and comments do not
   */
  boolean parse(byte[] line, int length, Object[] cells) throws BadLineException;
}

package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;

/**
 * Where a malformed row lies and what is wrong with it.
 *
 * @param file the file
 * @param offset the byte offset of its line
 * @param column the column's name, empty where the whole line is wrong
 * @param problem what it is and what it must be
 */
record BadLine(ListedFile file, long offset, String column, String problem)
    implements Serializable {
  static BadLine of(LineCursor cursor, BadLineException e) {
    return new BadLine(cursor.file(), cursor.offset(), e.column(), e.getMessage());
  }

  /** The error for the user; reads the file again to count the lines before this one. */
  DataException error(Configuration hadoop) {
    String where = name(hadoop, file, offset);
    if (!column.isEmpty()) {
      where += ", column " + column;
    }
    return new DataException(where + ": " + problem);
  }

  /** File and line of a row; reads the file up to it. */
  static String name(Configuration hadoop, ListedFile file, long offset) {
    return file.name() + ", line " + lineNumber(hadoop, file, offset);
  }

  private static String lineNumber(Configuration hadoop, ListedFile file, long offset) {
    AtomicLong line = new AtomicLong(1);
    try (LineCursor cursor = LineCursor.open(hadoop, LineSplit.whole(file), LineLimits.NONE)) {
      while (cursor.next() && cursor.offset() < offset) {
        line.incrementAndGet();
      }
      return Long.toString(line.get());
    } catch (IOException e) {
      return "at byte " + offset;
    }
  }
}

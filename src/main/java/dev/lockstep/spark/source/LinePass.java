package dev.lockstep.spark.source;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A task's pass over its splits that returns counts, not rows. */
final class LinePass {
  private interface Look {
    boolean at(byte[] line, int length) throws BadLineException;
  }

  private LinePass() {}

  /** Learns from the rows. */
  static LineCounts survey(
      Configuration hadoop,
      List<LineSplit> splits,
      LineLimits limits,
      long mostRows,
      LineSurvey template) {
    LineSurvey survey = template.fresh();
    return run(hadoop, splits, limits, mostRows, survey, survey::accept);
  }

  /** Counts the rows that a table accepts. */
  static LineCounts count(
      Configuration hadoop,
      List<LineSplit> splits,
      LineLimits limits,
      long mostRows,
      LineTable table) {
    LineParser parser = table.parser();
    Object[] cells = new Object[table.schema().size()];
    return run(hadoop, splits, limits, mostRows, null, (line, n) -> parser.parse(line, n, cells));
  }

  private static LineCounts run(
      Configuration hadoop,
      List<LineSplit> splits,
      LineLimits limits,
      long mostRows,
      LineSurvey survey,
      Look look) {
    long rows = 0;
    long bad = 0;
    BadLine first = null;
    for (LineSplit split : splits) {
      if (rows >= mostRows) {
        break; // opening a file only to close it takes its time, too
      }
      try (LineCursor cursor = LineCursor.open(hadoop, split, limits)) {
        while (rows < mostRows && cursor.next()) {
          try {
            cursor.check();
            rows += look.at(cursor.bytes(), cursor.length()) ? 1 : 0;
          } catch (BadLineException e) {
            bad++;
            first = first == null ? BadLine.of(cursor, e) : first;
          }
        }
      } catch (IOException e) {
        throw LineFiles.unreadable(split.file(), e);
      }
    }
    return new LineCounts(survey, rows, bad, first);
  }
}

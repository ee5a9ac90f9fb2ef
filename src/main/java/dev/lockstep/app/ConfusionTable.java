package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.metric.Evaluation;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Which class was taken for which: row counts, or sums of weights where rows have weights.
 *
 * @param classes their names, in the order of rows and columns
 * @param counts {@code [actual, predicted]}, row-major; empty where there is none
 */
record ConfusionTable(List<String> classes, double[] counts) {
  private static final String FIELD = "confusion";
  private static final int MOST_WRITTEN = 100;
  private static final int MOST_PRINTED = 10;
  private static final int LEAST_WIDTH = 6;

  /** The table of an evaluation. */
  static ConfusionTable of(List<String> classes, Evaluation evaluation) {
    return new ConfusionTable(classes, evaluation.confusion());
  }

  /** Puts it beside the metrics of a split, rows actual and columns predicted. */
  void put(ObjectNode metrics) {
    if (isWritten()) {
      ArrayNode rows = metrics.putArray(FIELD);
      for (int actual = 0; actual < classes.size(); actual++) {
        ArrayNode row = rows.addArray();
        for (int predicted = 0; predicted < classes.size(); predicted++) {
          double count = count(actual, predicted);
          if (whole(count)) {
            row.add((long) count);
          } else {
            row.add(count);
          }
        }
      }
    }
  }

  /** Whether {@link #put} puts anything: there is a table, and it is not too large. */
  boolean isWritten() {
    return shown(MOST_WRITTEN);
  }

  /** Prints a line for each class, if there are only a few. */
  void print(PrintStream out) {
    if (!shown(MOST_PRINTED)) {
      return;
    }
    out.println("confusion (rows: actual, columns: predicted)");
    int width = classes.stream().mapToInt(String::length).max().orElse(0);
    for (double count : counts) {
      width = Math.max(width, text(count).length());
    }
    width = Math.max(LEAST_WIDTH, width) + 1;
    StringBuilder head = new StringBuilder(" ".repeat(width));
    for (String name : classes) {
      head.append(padded(name, width));
    }
    out.println(head);
    for (int actual = 0; actual < classes.size(); actual++) {
      StringBuilder line = new StringBuilder(padded(classes.get(actual), width));
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        line.append(padded(text(count(actual, predicted)), width));
      }
      out.println(line);
    }
  }

  private boolean shown(int most) {
    return counts.length > 0
        && counts.length == classes.size() * classes.size()
        && classes.size() <= most;
  }

  private double count(int actual, int predicted) {
    return counts[actual * classes.size() + predicted];
  }

  private static String padded(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String text(double count) {
    return whole(count) ? Long.toString((long) count) : String.format(Locale.ROOT, "%.2f", count);
  }

  private static boolean whole(double count) {
    return count == Math.rint(count) && count < 1L << 53;
  }
}

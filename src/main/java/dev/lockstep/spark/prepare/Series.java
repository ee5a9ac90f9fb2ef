package dev.lockstep.spark.prepare;

import dev.lockstep.config.Ranges;
import dev.lockstep.config.Required;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows as steps of time series: {@code data.series}. The features of a row are the numbers of a
 * window of earlier rows, and its label is what they are to foretell.
 *
 * @param time the column that orders rows: a number, date or timestamp
 * @param key columns whose values tell one series from another; empty where there is one
 * @param columns whose numbers are the values of a step; empty for the label's
 * @param window how many rows a window has
 * @param horizon how many rows the label is after the last one of the window
 */
public record Series(
    @Required String time, List<String> key, List<String> columns, int window, int horizon)
    implements Serializable {
  /** The column of windows, vectors of {@code [window, columns]}. */
  public static final String WINDOW = "window";

  /** Int: the part of an ordered split. */
  static final String SPLIT = "__lockstep_series_split";

  /** A day of hours, for the next one; the time must be given. */
  public static final Series DEFAULTS = new Series("time", List.of(), List.of(), 24, 1);

  /** Checks the ranges. */
  public Series {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    Ranges.atLeastOne("window", window);
    Ranges.atLeastOne("horizon", horizon);
  }

  /** The columns of the values of a step. */
  List<String> values(List<String> label) {
    return columns.isEmpty() ? label : columns;
  }

  /** The columns that windows are made of. */
  Set<String> sources(List<String> label) {
    Set<String> names = new LinkedHashSet<>(values(label));
    names.addAll(key);
    names.add(time);
    return names;
  }
}

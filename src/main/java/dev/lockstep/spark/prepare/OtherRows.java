package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.BadRows;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.Identity;
import dev.lockstep.spark.source.RowNames;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of {@code data.source} for a model that is trained already: all, and unlabelled too; of
 * series those that end a window.
 *
 * @param rows the user's columns and the identity
 * @param names names rows in messages, by part of the data
 * @param withoutWindow what of the series is left out, once an action has run on the rows
 * @param badRows counts the rows that the source dropped
 */
public record OtherRows(
    Dataset<Row> rows,
    Map<Integer, RowNames> names,
    Callable<WithoutWindow> withoutWindow,
    BadRows badRows) {

  /**
   * Reads the source with all its columns and those derived ones that are wanted. {@code sample}
   * leaves no row out; {@code where} and {@code distinct} only steps of series, for windows are
   * made of the rows that they leave, as in training.
   *
   * @param wanted the columns that will be used
   * @param kept those among them that will be handed on as they are
   * @param types the types that columns of a text format had in training
   */
  public static OtherRows read(
      SparkSession session,
      DataConfig data,
      Set<String> wanted,
      List<String> kept,
      Map<String, ColumnType> types) {
    Inputs inputs = new Inputs(session, data, List.of(), types, Optional.empty(), Long.MAX_VALUE);
    Observation told = new Observation();
    Dataset<Row> rows = Failures.explained(() -> inputs.open(wanted, kept, told));
    Callable<WithoutWindow> without =
        () ->
            data.series().isEmpty()
                ? WithoutWindow.NONE
                : SeriesWindows.withoutWindow(told.getAsJava());
    return new OtherRows(rows, inputs.names(), without, inputs.badRows());
  }

  /**
   * Where a kept column stands as it is: the text of the file, where the format has one, for a
   * number would lose leading zeros and digits.
   */
  public String asItIs(String kept) {
    String text = Identity.text(kept);
    return Arrays.asList(rows.columns()).contains(text) ? text : kept;
  }

  /** The names of the user's own columns. */
  public List<String> columns() {
    return Arrays.stream(rows.columns()).filter(name -> !name.startsWith("__lockstep_")).toList();
  }
}

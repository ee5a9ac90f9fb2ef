package dev.lockstep.spark.source;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where rows come from: a record of a format's settings, read from {@code data.source}. */
public interface Source extends Serializable {
  /**
   * The rows, read lazily: the user's columns, typed, those of {@link Identity#text}, then the
   * columns of {@link Identity}.
   *
   * @param session a running session
   * @param request what the run wants of the source
   * @throws dev.lockstep.data.InputMissingException if there is nothing to read
   * @throws dev.lockstep.data.DataException if a row is malformed (from here or from a task, then
   *     as the cause)
   */
  SourceRows open(SparkSession session, SourceRequest request);

  /** Where its files lie: a path, directory or glob; empty where it has none. */
  default Optional<String> place() {
    return Optional.empty();
  }

  /** Whether rows may have a label; where not, there is none to name. */
  default boolean labelled() {
    return true;
  }

  /** The model from which the labels were drawn, where it is known: synthetic sources. */
  default Optional<TrueModel> truth() {
    return Optional.empty();
  }

  /**
   * What the run wants of a source.
   *
   * @param dropBadRows whether malformed rows are dropped and counted ({@code data.bad_rows})
   * @param expected the fingerprint of an earlier attempt, to be checked by every task; empty at
   *     first
   * @param columns the columns that will be read; empty for all
   * @param types the types that text must have to go with rows read before (of the training set, of
   *     a model), where the source's own settings fix none; columns that the source lacks are
   *     ignored
   * @param mostRows how many of the first rows are read, at most; {@code Long.MAX_VALUE} for all
   * @param texts the columns that are wanted as the text of the file, too; ignored where the format
   *     has no text of a column, or the source no such column
   * @param other whether the table is another one than the source's settings were made for, such as
   *     one without labels, so that it may lack columns that they name
   */
  record SourceRequest(
      boolean dropBadRows,
      List<InputFile> expected,
      List<String> columns,
      Map<String, ColumnType> types,
      long mostRows,
      List<String> texts,
      boolean other)
      implements Serializable {
    /** A request that leaves the types to the source. */
    public SourceRequest(boolean dropBadRows, List<InputFile> expected, List<String> columns) {
      this(dropBadRows, expected, columns, Map.of());
    }

    /** A request for values alone. */
    public SourceRequest(
        boolean dropBadRows,
        List<InputFile> expected,
        List<String> columns,
        Map<String, ColumnType> types,
        long mostRows) {
      this(dropBadRows, expected, columns, types, mostRows, List.of(), false);
    }

    /** A request for all rows. */
    public SourceRequest(
        boolean dropBadRows,
        List<InputFile> expected,
        List<String> columns,
        Map<String, ColumnType> types) {
      this(dropBadRows, expected, columns, types, Long.MAX_VALUE);
    }

    /** Whether only the first rows are read. */
    boolean headOnly() {
      return mostRows < Long.MAX_VALUE;
    }
  }

  /**
   * A file as it was when the run began.
   *
   * @param path relative to the source root
   * @param sizeBytes its length
   * @param modifiedMillis its modification time
   */
  record InputFile(String path, long sizeBytes, long modifiedMillis) implements Serializable {
    /** What tells it from another one, for messages. */
    String state() {
      return sizeBytes + " bytes, modified " + Instant.ofEpochMilli(modifiedMillis);
    }
  }

  /**
   * An opened source.
   *
   * @param rows user columns and identity
   * @param count how many rows there are
   * @param files the fingerprint, by path; empty where there are no files
   * @param badRows counts the dropped rows once an action has run
   * @param names names rows in messages
   * @param numbered the same rows by file and number, where identities are nothing else
   */
  record SourceRows(
      Dataset<Row> rows,
      long count,
      List<InputFile> files,
      BadRows badRows,
      RowNames names,
      Optional<NumberedFiles> numbered) {
    /** Rows that are read one by one. */
    public SourceRows(
        Dataset<Row> rows, long count, List<InputFile> files, BadRows badRows, RowNames names) {
      this(rows, count, files, badRows, names, Optional.empty());
    }

    /** The same, named by their number. */
    public SourceRows(Dataset<Row> rows, long count, List<InputFile> files, BadRows badRows) {
      this(rows, count, files, badRows, RowNames.PLAIN);
    }
  }
}

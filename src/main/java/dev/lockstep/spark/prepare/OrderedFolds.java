package dev.lockstep.spark.prepare;

import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The parts of training rows that are divided in the order of a column, of {@link FoldPlan}. Rows
 * of equal values are in the order of their identities' hashes, so that counts are exact and depend
 * on the rows alone.
 *
 * @param by the column; empty where there is none
 * @param values {@code [parts - 1]} ascending: the order's value of the first row of each part but
 *     the first one
 * @param keys its identity key
 */
record OrderedFolds(String by, long[] values, long[] keys) implements Serializable {
  /** No order. */
  static final OrderedFolds NONE = new OrderedFolds("", new long[0], new long[0]);

  private static final List<String> READ =
      List.of(KeyColumns.SPLIT_KEY, KeyColumns.STRATUM, KeyColumns.FORCED, KeyColumns.IDENTITY_KEY);

  /** The order's values and identity keys of training rows. */
  private record Rows(long[] values, long[] keys) implements Serializable {
    Rows cut(int size) {
      return new Rows(Arrays.copyOf(values, size), Arrays.copyOf(keys, size));
    }
  }

  /**
   * Finds the bounds: collects 16 bytes a training row on the driver.
   *
   * @param keyed rows with the columns of {@link KeyColumns}
   * @param placement knows which of them are training rows
   * @throws ChosenRowsException if there are too few rows
   * @throws dev.lockstep.config.ConfigException if the column has no order
   */
  static OrderedFolds of(Dataset<Row> keyed, Placement placement, FoldPlan plan) {
    Column order = OrderColumn.of(keyed, plan.by().orElseThrow(), "tune.fold_by");
    Column[] columns =
        Stream.concat(READ.stream().map(Columns::col), Stream.of(order)).toArray(Column[]::new);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(keyed.sparkSession().sparkContext());
    Broadcast<Carried<Placement>> known = spark.broadcast(new Carried<>(placement.unranked()));
    List<Carried<Rows>> found =
        Plans.internalRows(keyed.select(columns))
            .mapPartitions(
                part -> List.of(new Carried<>(read(part, known.value().value()))).iterator())
            .collect();
    known.destroy();
    Rows rows = joined(found.stream().map(Carried::value).toList());
    return of(rows.values, rows.keys, plan);
  }

  private static Rows read(Iterator<InternalRow> rows, Placement placement) {
    Rows read = new Rows(new long[1024], new long[1024]);
    int size = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      int split = placement.split(row.getLong(0), row.getUTF8String(1).toString(), row.getInt(2));
      if (split == Split.TRAIN.ordinal()) {
        if (size == read.keys.length) {
          read = read.cut(Math.multiplyExact(size, 2));
        }
        read.keys[size] = row.getLong(3);
        read.values[size++] = row.getLong(4);
      }
    }
    return read.cut(size);
  }

  private static Rows joined(List<Rows> chunks) {
    int size = Math.toIntExact(chunks.stream().mapToLong(chunk -> chunk.keys.length).sum());
    Rows all = new Rows(new long[size], new long[size]);
    int at = 0;
    for (Rows chunk : chunks) {
      System.arraycopy(chunk.values, 0, all.values, at, chunk.values.length);
      System.arraycopy(chunk.keys, 0, all.keys, at, chunk.keys.length);
      at += chunk.keys.length;
    }
    return all;
  }

  /**
   * The bounds in rows whose own order means nothing.
   *
   * @param values by which rows are ordered
   * @param keys that settle the order of equal ones
   */
  static OrderedFolds of(long[] values, long[] keys, FoldPlan plan) {
    int[] starts = starts(values.length, plan);
    long[] sorted = values.clone();
    Arrays.parallelSort(sorted);
    long[] firsts = new long[starts.length];
    long[] firstKeys = new long[starts.length];
    for (int part = 0; part < starts.length; part++) {
      long value = sorted[starts[part]];
      int before = Placement.lowerBound(sorted, value);
      long[] equal = new long[values.length];
      int count = 0;
      for (int i = 0; i < values.length; i++) {
        if (values[i] == value) {
          equal[count++] = keys[i];
        }
      }
      Arrays.parallelSort(equal, 0, count);
      firsts[part] = value;
      firstKeys[part] = equal[starts[part] - before];
    }
    return new OrderedFolds(plan.by().orElse(""), firsts, firstKeys);
  }

  /** The numbers, in order, of the first row of each part but the first one. */
  static int[] starts(int rows, FoldPlan plan) {
    int size = rows / (plan.folds() + 1);
    int first = rows - plan.folds() * size;
    if (size == 0 || plan.gap() >= size) {
      throw new ChosenRowsException(
          size == 0
              ? "tune.folds is %d, which needs %d stretches of rows, of %d training rows: take fewer folds"
                  .formatted(plan.folds(), plan.folds() + 1, rows)
              : "tune.gap is %d, must be below the %d rows of a stretch: take a smaller gap, or fewer folds"
                  .formatted(plan.gap(), size));
    }
    int[] starts = new int[plan.parts() - 1];
    int at = 0;
    for (int fold = 0; fold < plan.folds(); fold++) {
      int start = first + fold * size;
      if (plan.gap() > 0) {
        starts[at++] = start - plan.gap();
      }
      starts[at++] = start;
    }
    return starts;
  }

  /** Whether there is an order. */
  boolean isPresent() {
    return !by.isEmpty();
  }

  /** The part of a row. */
  int part(long value, long key) {
    int part = 0;
    while (part < values.length
        && (values[part] < value || values[part] == value && keys[part] <= key)) {
      part++;
    }
    return part;
  }

  /** The part of each row, as a binary column of one byte. */
  Column column(Dataset<Row> keyed) {
    UDF2<Long, Long, byte[]> part = (value, key) -> new byte[] {(byte) part(value, key)};
    return functions
        .udf(part, DataTypes.BinaryType)
        .apply(OrderColumn.of(keyed, by, "tune.fold_by"), Columns.col(KeyColumns.IDENTITY_KEY));
  }
}

package dev.lockstep.spark.prepare;

import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The fold of each training row in each repeat of a k-fold cross-validation: equal parts of each
 * stratum by a hash of the key that decides the split, so that groups stay together.
 *
 * @param keys mixes keys, one for each repeat
 * @param bounds by stratum, {@code [repeats, k - 1]} ascending: a fold ends below its bound
 * @param order of rows that are divided in the order of a column instead; else {@link
 *     OrderedFolds#NONE}
 * @param fewest training rows that a fold has
 */
public record Folds(
    List<RandomKey> keys, Map<String, long[][]> bounds, OrderedFolds order, long fewest)
    implements Serializable {
  /** Rows without folds. */
  public static final Folds NONE = new Folds(List.of(), Map.of(), OrderedFolds.NONE, 0);

  /** Folds in the order of a column. */
  static Folds of(OrderedFolds order) {
    return new Folds(List.of(), Map.of(), order, 1);
  }

  /** Draws the folds of the training rows. */
  static Folds of(long seed, RowKeys rows, byte[] splits, int count, int repeats) {
    List<RandomKey> keys = new ArrayList<>();
    for (int repeat = 0; repeat < repeats; repeat++) {
      keys.add(RandomKey.of(seed).child("folds").child(repeat));
    }
    Map<String, long[][]> bounds = new HashMap<>();
    long[][] sizes = new long[repeats][count];
    List<int[]> strata = rows.strata(i -> splits[i] == Split.TRAIN.ordinal());
    for (int s = 0; s < strata.size(); s++) {
      long[][] ofRepeats = new long[repeats][count - 1];
      for (int repeat = 0; repeat < repeats; repeat++) {
        long[] mixed = rows.mixedSplits(strata.get(s), keys.get(repeat));
        int before = 0;
        for (int fold = 1; fold < count; fold++) {
          int end = (int) ((long) fold * mixed.length / count);
          ofRepeats[repeat][fold - 1] = Splitter.boundary(mixed, end);
          int below = Placement.lowerBound(mixed, ofRepeats[repeat][fold - 1]);
          sizes[repeat][fold - 1] += below - before;
          before = below;
        }
        sizes[repeat][count - 1] += mixed.length - before;
      }
      bounds.put(rows.names().get(s), ofRepeats);
    }
    long fewest = Arrays.stream(sizes).flatMapToLong(Arrays::stream).min().orElse(0);
    return new Folds(keys, bounds, OrderedFolds.NONE, fewest);
  }

  /** How often the rows are divided. */
  public int repeats() {
    return isOrdered() ? 1 : keys.size();
  }

  /**
   * Refuses folds of which some have no rows.
   *
   * @throws ChosenRowsException if that is so
   */
  public void requireRows() {
    if (repeats() > 0 && fewest == 0) {
      throw new ChosenRowsException(
          "tune.folds is too many for the training rows, or for the groups of them that stay together: a fold has no row; take fewer");
    }
  }

  /** Whether they follow the order of a column, which {@link #find} does not know. */
  public boolean isOrdered() {
    return order.isPresent();
  }

  /** Whether the stratum of a row matters. */
  public boolean stratified() {
    return bounds.size() > 1 || !keys.isEmpty() && !bounds.containsKey(RowKeys.ALL);
  }

  /**
   * Finds the folds of a row.
   *
   * @param key that decides its split
   * @param into {@code [repeats]}; written
   */
  public void find(long key, String stratum, byte[] into) {
    long[][] ofStratum = bounds.getOrDefault(stratum, bounds.get(RowKeys.ALL));
    for (int repeat = 0; repeat < into.length; repeat++) {
      long mixed = keys.get(repeat).bits(key);
      int fold = 0;
      for (long bound : ofStratum[repeat]) {
        fold += mixed < bound ? 0 : 1;
      }
      into[repeat] = (byte) fold;
    }
  }

  private byte[] at(long key, String stratum) {
    byte[] folds = new byte[keys.size()];
    find(key, stratum, folds);
    return folds;
  }

  /**
   * The folds as a binary column.
   *
   * @param keyed rows with the columns of {@link KeyColumns}
   */
  Column column(Dataset<Row> keyed) {
    if (isOrdered()) {
      return order.column(keyed);
    }
    UDF2<Long, String, byte[]> fold = this::at;
    return functions
        .udf(fold, DataTypes.BinaryType)
        .apply(Columns.col(KeyColumns.SPLIT_KEY), Columns.col(KeyColumns.STRATUM));
  }
}

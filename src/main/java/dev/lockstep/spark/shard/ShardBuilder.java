package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Split;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Turns the encoded rows of a partition into one shard. Rows come ordered by split and rank.
 *
 * @param shape the shape of every block
 * @param split position of the split column
 * @param features position of the vector column
 * @param labels position of the labels column
 * @param weight position of the weight column
 * @param offset position of the offset column
 * @param folds position of the column of folds, below 0 where there is none
 */
public record ShardBuilder(
    BlockShape shape, int split, int features, int labels, int weight, int offset, int folds)
    implements Function2<Integer, Iterator<Row>, Iterator<StoredShard>>, Serializable {
  private static final byte[] NO_FOLDS = {};

  /** Rows without folds. */
  public ShardBuilder(
      BlockShape shape, int split, int features, int labels, int weight, int offset) {
    this(shape, split, features, labels, weight, offset, -1);
  }

  @Override
  public Iterator<StoredShard> call(Integer number, Iterator<Row> rows) {
    return Collections.singletonList(build(number, rows)).iterator();
  }

  private StoredShard build(int number, Iterator<Row> rows) {
    BlockStorage storage = new BlockStorage();
    Split[] splits = Split.values();
    StoredRows[] stored = new StoredRows[splits.length];
    for (Split each : splits) {
      stored[each.ordinal()] = new StoredRows(shape.blockRows(), storage);
    }
    BlockBuilder builder = new BlockBuilder(shape);
    double trainWeight = 0;
    int current = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      int next = row.getInt(split);
      if (next != current || builder.full()) {
        close(builder, stored[current]);
        current = next;
      }
      add(builder, row);
      trainWeight += current == Split.TRAIN.ordinal() ? row.getFloat(weight) : 0;
    }
    close(builder, stored[current]);
    return new StoredShard(number, stored, trainWeight, storage);
  }

  /**
   * A block of a few rows, for scoring.
   *
   * @param rows at most as many as the shape's
   */
  public Block block(List<Row> rows) {
    BlockBuilder builder = new BlockBuilder(shape);
    rows.forEach(row -> add(builder, row));
    return builder.build();
  }

  private static void close(BlockBuilder builder, StoredRows rows) {
    if (builder.rows() > 0) {
      rows.add(builder.build());
    }
  }

  private void add(BlockBuilder builder, Row row) {
    entries(builder, row.getAs(features));
    builder.row(labelsOf(row), row.getFloat(weight), row.getFloat(offset), foldsOf(row));
  }

  private byte[] foldsOf(Row row) {
    return folds < 0 ? NO_FOLDS : row.getAs(folds);
  }

  private static void entries(BlockBuilder builder, Vector vector) {
    if (vector instanceof SparseVector sparse) {
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int i = 0; i < indices.length; i++) {
        builder.entry(indices[i], finite(indices[i], values[i]));
      }
    } else {
      double[] values = ((DenseVector) vector).values();
      for (int i = 0; i < values.length; i++) {
        builder.entry(i, finite(i, values[i]));
      }
    }
  }

  private static float finite(int feature, double value) {
    if (!(Math.abs(value) <= Float.MAX_VALUE)) {
      throw new DataException(
          "feature %d of a row is %s; it must be a finite float32 number"
              .formatted(feature, value));
    }
    return (float) value;
  }

  private float[] labelsOf(Row row) {
    List<Object> values = CollectionConverters.asJava(row.<Object>getSeq(labels));
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (Float) values.get(i);
    }
    return floats;
  }
}

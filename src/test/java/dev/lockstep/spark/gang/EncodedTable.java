package dev.lockstep.spark.gang;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.shard.BlockShape;
import dev.lockstep.spark.shard.ShardBuilder;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.TrainingData;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Encoded rows of known values: a row's features, label and folds depend on its rank alone.
 *
 * @param trainRows rows of the training split; validation has a fifth of them, test none
 * @param columns d
 * @param shards S
 */
record EncodedTable(long trainRows, int columns, int shards) implements Serializable {
  private static final StructType TYPE =
      new StructType()
          .add("split", DataTypes.IntegerType)
          .add("features", SQLDataTypes.VectorType())
          .add("labels", DataTypes.createArrayType(DataTypes.FloatType))
          .add("weight", DataTypes.FloatType)
          .add("offset", DataTypes.FloatType)
          .add("folds", DataTypes.BinaryType);

  /** Of two classes that weigh differently, so that an engine without their weights is found. */
  Schema schema() {
    List<String> classes = List.of("0", "1");
    List<Double> weights = List.of(0.5, 3.0);
    return new Schema(List.of(), columns, List.of("label"), classes, weights, List.of(), 0);
  }

  /** Shards of blocks of {@code blockRows} rows, built on Spark. */
  ShardSet build(JavaSparkContext spark, int blockRows) {
    return ShardSet.build(
        encoded(spark), new ShardBuilder(new BlockShape(columns, 1, blockRows), 0, 1, 2, 3, 4, 5));
  }

  private Dataset<Row> encoded(JavaSparkContext spark) {
    List<Integer> numbers = IntStream.range(0, shards).boxed().toList();
    EncodedTable table = this;
    JavaRDD<Row> rows =
        spark
            .parallelize(numbers, shards)
            .mapPartitionsWithIndex((shard, ignored) -> table.shard(shard), true);
    return LocalSpark.session().createDataFrame(rows, TYPE);
  }

  private Iterator<Row> shard(int shard) {
    List<Row> rows = new ArrayList<>();
    add(rows, shard, Split.TRAIN, trainRows);
    add(rows, shard, Split.VALIDATION, trainRows / 5);
    return rows.iterator();
  }

  private void add(List<Row> rows, int shard, Split split, long total) {
    int count = BatchOrder.shardRows(total, shard, shards);
    for (int row = 0; row < count; row++) {
      RandomKey key = RandomKey.of(split.ordinal()).child((long) row * shards + shard);
      double[] features = new double[columns];
      double score = 0;
      for (int column = 0; column < columns; column++) {
        features[column] = key.uniform(column) - 0.5;
        score += features[column] * (column % 3 - 1);
      }
      float label = score + 0.2 * (key.uniform(columns) - 0.5) > 0 ? 1 : 0;
      Float[] labels = {label};
      rows.add(
          RowFactory.create(
              split.ordinal(),
              Vectors.dense(features),
              labels,
              1f + row % 2,
              0f,
              folds(row * shards + shard)));
    }
  }

  private static byte[] folds(int rank) {
    byte[] folds = new byte[TrainingData.REPEATS];
    for (int repeat = 0; repeat < folds.length; repeat++) {
      folds[repeat] = (byte) TrainingData.fold(rank, repeat);
    }
    return folds;
  }
}

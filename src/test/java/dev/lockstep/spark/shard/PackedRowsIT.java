package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import dev.lockstep.data.Block;
import dev.lockstep.data.DataException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Rows;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.encode.EncodedColumns;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.encode.EncodingFit;
import dev.lockstep.spark.prepare.Augment;
import dev.lockstep.spark.prepare.BadRowPolicy;
import dev.lockstep.spark.prepare.ClassWeights;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.FeatureConfig;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.prepare.Shards;
import dev.lockstep.spark.prepare.SplitConfig;
import dev.lockstep.spark.prepare.SplitPart;
import dev.lockstep.spark.source.Parquet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedRowsIT {
  private static final StructType TYPE =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("class", DataTypes.StringType)
          .add("count", DataTypes.LongType)
          .add("load", DataTypes.DoubleType)
          .add("base", DataTypes.DoubleType);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1021, 5, 1.0, 3, BINARY, 0, 0, ''",
    "1021, 5, 1.0, 3, BINARY, 3, 2, ''",
    "1021, 5, 1.0, 3, BINARY, 5, 1, load",
    "9001, 3, 0.9, 2, REGRESSION, 0, 0, ''",
    "9001, 3, 0.9, 2, REGRESSION, 2, 3, ''",
    "130, 20000, 0.9, 3, BINARY, 0, 0, ''",
    "700, 3000, 0.01, 2, COUNTS, 0, 0, ''",
    "700, 3000, 0.01, 2, COUNTS, 4, 2, base",
    "63, 40, 0.4, 8, MULTICLASS, 0, 0, ''",
    "63, 40, 0.4, 8, MULTICLASS, 10, 2, ''",
    "5, 1, 0.5, 7, BINARY, 0, 0, ''",
    "5, 1, 0.5, 7, BINARY, 3, 1, ''",
    "1021, 12, 0.4, 3, BINARY, 0, 0, 'shape = [2, 3, 2]'",
    "1021, 12, 0.4, 3, BINARY, 3, 2, 'shape = [2, 3, 2], mean = [0.1, 0], std = [0.3, 1.7]'",
    "1021, 12, 0.9, 3, REGRESSION, 0, 0, 'shape = [1, 12, 1], scale = 7, std = [0.3]'",
    "700, 1200, 0.01, 2, COUNTS, 0, 0, 'shape = [3, 20, 20], mean = [0, 0.3, 9]'",
  })
  void packedRowsMakeTheBlocksOfEncodedRows(
      int rows,
      int columns,
      double density,
      int shards,
      Task task,
      int folds,
      int repeats,
      String groupOrPixels) {
    boolean pixels = groupOrPixels.startsWith("shape");
    Optional<String> grouped =
        Optional.of(groupOrPixels).filter(name -> !name.isEmpty() && !pixels);
    List<FeatureConfig> features = pixels ? List.of(pixels(groupOrPixels)) : List.of();
    DataConfig data = data(write(rows, columns, density), task, grouped, features);
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    Preparation.Request request =
        new Preparation.Request(5, shards, classes, List.of(), new FoldPlan(folds, repeats));
    Preparation preparation = Preparation.prepare(LocalSpark.session(), data, request);
    Encoding encoding = EncodingFit.fit(preparation, data, task);
    Schema schema = encoding.schema();
    BlockShape shape = BlockShape.of(schema.features(), schema.labels());
    Dataset<Row> encoded = encoding.encode(preparation.rows());
    assertThat(encoded.columns()).containsExactly(order(folds > 0));
    EncodingFit fit = EncodingFit.of(preparation, data, task);
    assertThat(fit.passesThrough()).isTrue();
    PackedRows rowByRow =
        PackedRows.byRow(preparation, fit.request(), fit.columns(functions.lit(0)), fit.floats());
    List<PackedRows> ways = new ArrayList<>(List.of(rowByRow));
    PackedRows.inBatches(preparation, fit.request()).ifPresent(ways::add);
    assertThat(ways).hasSize(grouped.isPresent() ? 1 : 2);
    ShardBuilder builder = new ShardBuilder(shape, 0, 1, 2, 3, 4, folds > 0 ? 5 : -1);
    for (PackedRows packed : ways) {
      assertThat(fit.encoding(packed.statistics()).toJson()).isEqualTo(encoding.toJson());
      try (ShardSet longWay = ShardSet.build(encoded, builder);
          ShardSet shortWay = packed.build(shape, schema.classes())) {
        assertThat(shortWay.total()).isEqualTo(longWay.total());
        assertThat(shortWay.rows(Split.TRAIN)).isEqualTo(preparation.count(Split.TRAIN));
        assertThat(bytes(shortWay)).isDeepEqualTo(bytes(longWay));
      }
    }
  }

  @Test
  void aShardThatIsBuiltAgainHasTheSameRows() {
    DataConfig data = data(write(1021, 5, 1.0), Task.REGRESSION);
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(5, 3, false, List.of()));
    EncodingFit fit = EncodingFit.of(preparation, data, Task.REGRESSION);
    PackedRows packed = PackedRows.inBatches(preparation, fit.request()).orElseThrow();
    Schema schema = fit.encoding(packed.statistics()).schema();
    BlockShape shape = BlockShape.of(schema.features(), schema.labels());
    try (ShardSet first = packed.build(shape, schema.classes());
        ShardSet again = packed.build(shape, schema.classes())) {
      assertThat(bytes(again)).isDeepEqualTo(bytes(first));
      first.close();
      assertThat(bytes(first)).isDeepEqualTo(bytes(again));
    }
  }

  @Test
  void aValueThatIsNoFloat32NamesItsFileRowAndElement() {
    Vector wrong = Vectors.sparse(9, new int[] {2, 4}, new double[] {1, 1e300});
    String path = write(List.of(row(wrong, 0)));
    DataConfig data = data(path, Task.REGRESSION);
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(5, 2, false, List.of()));
    EncodingFit fit = EncodingFit.of(preparation, data, Task.REGRESSION);
    PackedRows rowByRow =
        PackedRows.byRow(preparation, fit.request(), fit.columns(functions.lit(0)), fit.floats());
    PackedRows inBatches = PackedRows.inBatches(preparation, fit.request()).orElseThrow();
    for (PackedRows packed : List.of(rowByRow, inBatches)) {
      assertThatThrownBy(packed::statistics)
          .isInstanceOf(DataException.class)
          .hasMessageContaining(".parquet, row 1: column features, element 4 is 1.0E300");
    }
  }

  private static String[] order(boolean folds) {
    List<String> columns =
        new ArrayList<>(
            List.of(
                EncodedColumns.SPLIT,
                EncodedColumns.FEATURES,
                EncodedColumns.LABELS,
                EncodedColumns.WEIGHT,
                EncodedColumns.OFFSET));
    if (folds) {
      columns.add(EncodedColumns.FOLDS);
    }
    return columns.toArray(String[]::new);
  }

  private String write(int rows, int columns, double density) {
    Random random = new Random(rows);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double[] values = new double[columns];
      for (int j = 0; j < columns; j++) {
        double value = random.nextInt(20) == 0 ? -0.0 : random.nextGaussian();
        values[j] = random.nextDouble() < density ? value : 0;
      }
      Vector dense = Vectors.dense(values);
      all.add(row(i % 3 == 0 ? dense.toSparse() : i % 3 == 1 ? dense : written(values), i));
    }
    return write(all);
  }

  /** A sparse vector that writes some of its zeros. */
  private static Vector written(double[] values) {
    int[] every = new int[values.length];
    Arrays.setAll(every, j -> j);
    return Vectors.sparse(values.length, every, values);
  }

  private static Row row(Vector features, int number) {
    String name = number % 4 == 0 ? "nein" : "ja";
    return RowFactory.create(
        features, name, (1L << 53) / (number + 1) + 1, 0.1 + number % 5, number % 7 * 0.3);
  }

  private String write(List<Row> rows) {
    String path = folder.resolve("rows").toString();
    LocalSpark.session().createDataFrame(rows, TYPE).repartition(3).write().parquet(path);
    return path;
  }

  private static DataConfig data(String path, Task task) {
    return data(path, task, Optional.empty(), List.of());
  }

  private static FeatureConfig pixels(String settings) {
    String text = "columns = features, encode = pixels, " + settings;
    return new Binder(List.of())
        .bind(Document.read(text, "run.conf", List.of()), FeatureConfig.class);
  }

  private static DataConfig data(
      String path, Task task, Optional<String> group, List<FeatureConfig> features) {
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    List<String> labels =
        classes
            ? List.of("class")
            : task == Task.COUNTS ? List.of("count", "load") : List.of("base");
    boolean extras = task == Task.REGRESSION;
    SplitPart tenth = new SplitPart(0.1, Optional.empty());
    return new DataConfig(
        new Parquet(path),
        Optional.empty(),
        Optional.empty(),
        labels,
        extras ? Optional.of("load") : Optional.empty(),
        extras ? Optional.of("count") : Optional.empty(),
        group,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        features,
        List.of("class", "count", "load", "base"),
        new SplitConfig(Optional.empty(), tenth, tenth, true),
        new Shards(4),
        BadRowPolicy.FAIL,
        1,
        false,
        ClassWeights.NONE,
        Optional.empty(),
        Augment.DEFAULTS);
  }

  /** Every block of every split of every shard, as Java writes it. */
  private static byte[][] bytes(ShardSet set) {
    record Written(int number, byte[] bytes) implements java.io.Serializable {}
    return set
        .grouped()
        .toJavaRDD()
        .map(shard -> new Written(shard.number(), bytes(shard)))
        .collect()
        .stream()
        .sorted(Comparator.comparingInt(Written::number))
        .map(Written::bytes)
        .toArray(byte[][]::new);
  }

  private static byte[] bytes(StoredShard shard) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      for (Split split : Split.values()) {
        Rows rows = shard.rows(split);
        for (int number = 0; number * rows.blockRows() < rows.size(); number++) {
          Block block = rows.block(number);
          out.writeObject(block);
        }
      }
    }
    return bytes.toByteArray();
  }
}

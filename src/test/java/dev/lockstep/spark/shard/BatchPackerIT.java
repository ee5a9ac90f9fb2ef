package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.data.DataException;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.encode.EncodingFit;
import dev.lockstep.spark.prepare.Augment;
import dev.lockstep.spark.prepare.BadRowPolicy;
import dev.lockstep.spark.prepare.ClassWeights;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.prepare.Shards;
import dev.lockstep.spark.prepare.SplitConfig;
import dev.lockstep.spark.prepare.SplitPart;
import dev.lockstep.spark.prepare.Statistics;
import dev.lockstep.spark.source.Parquet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPackerIT {
  private static final StructType TYPE =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType)
          .add("weight", DataTypes.DoubleType);

  private static final double[] LABELS = {
    -0.0, 0, 1, -2, 0.1, 1e-7, 123456.75, 1e14, 1e15, -3e20, 16777217, 1e300, Double.MIN_VALUE
  };

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"double", "float", "long", "int", "short", "byte", "string"})
  void classesAndStrataAreNamedAsSparkNamesThem(String type) {
    boolean integral = !List.of("double", "float", "string").contains(type);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1021; i++) {
      double label = integral ? i % 23 - 11 : LABELS[i % LABELS.length];
      double known = type.equals("float") && Math.abs(label) > Float.MAX_VALUE ? 7 : label;
      rows.add(RowFactory.create(Vectors.dense(i, -i, i % 5), known, 1.0));
    }
    Both both = new Both(data(write(rows, type), "", true), Task.MULTICLASS);
    assertThat(both.inBatches()).usingRecursiveComparison().isEqualTo(both.rowByRow());
    assertThat(both.inBatches().labels().get(0).size()).isGreaterThan(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no vector",
        "size",
        "NaN",
        "infinite",
        "no label",
        "label NaN",
        "no weight",
        "weight < 0"
      })
  void aBadRowIsNamedAsRowByRow(String what) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(RowFactory.create(Vectors.dense(i, 0, 2), (double) (i % 2), 1.0));
    }
    double[] values = {1, what.equals("NaN") ? Double.NaN : 1e39, 2};
    boolean vector = what.equals("NaN") || what.equals("infinite");
    Object features =
        what.equals("no vector")
            ? null
            : what.equals("size") ? Vectors.dense(1, 2) : Vectors.dense(vector ? values : TWOS);
    Object label = what.equals("no label") ? null : what.equals("label NaN") ? Double.NaN : 1.0;
    Object weight = what.equals("no weight") ? null : what.equals("weight < 0") ? -1.0 : 1.0;
    rows.set(150, RowFactory.create(features, label, weight));
    Both both = new Both(data(write(rows, "double"), "weight", false), Task.BINARY);
    Throwable rowByRow = catchThrowable(both::rowByRow);
    assertThat(rowByRow).isInstanceOf(DataException.class).hasMessageContaining(", row 151: ");
    assertThat(catchThrowable(both::inBatches)).hasMessage(rowByRow.getMessage());
  }

  private static final double[] TWOS = {2, 2, 2};

  @Test
  void aFileThatChangesIsAnErrorOfTheTaskThatReadsIt() throws IOException {
    String path = write(some(), "double");
    Both both = new Both(data(path, "", false), Task.BINARY);
    Path part;
    try (Stream<Path> files = Files.list(Path.of(path))) {
      part = files.filter(f -> f.getFileName().toString().startsWith("part")).findAny().get();
    }
    FileTime before = Files.getLastModifiedTime(part);
    Files.setLastModifiedTime(part, FileTime.fromMillis(before.toMillis() + 2000));
    assertThat(catchThrowable(both::inBatches))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(part + " has changed since this run began");
  }

  @Test
  void rowsAreReadOneByOneWhereMoreThanTheFilesDecides() {
    String path = write(some(), "double");
    DataConfig plain = data(path, "", false);
    assertThat(new Both(plain, Task.BINARY).possible()).isTrue();
    assertThat(new Both(data(write(some(), "decimal(9,2)"), "", false), Task.BINARY).possible())
        .isFalse();
    assertThat(new Both(with(plain, Optional.of("label < 2"), Map.of()), Task.BINARY).possible())
        .isFalse();
    assertThat(
            new Both(with(plain, Optional.empty(), Map.of("label", "label + 1")), Task.BINARY)
                .possible())
        .isFalse();
    SparkSession session = LocalSpark.session();
    String setting = "spark.sql.parquet.enableNestedColumnVectorizedReader";
    session.conf().set(setting, "false");
    try {
      assertThat(new Both(plain, Task.BINARY).possible()).isFalse();
    } finally {
      session.conf().unset(setting);
    }
  }

  private static List<Row> some() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      rows.add(RowFactory.create(Vectors.dense(i, 1), (double) (i % 2), 1.0));
    }
    return rows;
  }

  private String write(List<Row> rows, String labelType) {
    String path = folder.resolve("rows" + Math.abs(labelType.hashCode())).toString();
    LocalSpark.session()
        .createDataFrame(rows, TYPE)
        .withColumn("label", functions.col("label").cast(labelType))
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(path);
    return path;
  }

  private static DataConfig data(String path, String weight, boolean split) {
    SplitPart part = new SplitPart(split ? 0.2 : 0, Optional.empty());
    return new DataConfig(
        new Parquet(path),
        Optional.empty(),
        Optional.empty(),
        List.of("label"),
        weight.isEmpty() ? Optional.empty() : Optional.of(weight),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of("weight"),
        new SplitConfig(Optional.empty(), part, part, split),
        new Shards(4),
        BadRowPolicy.FAIL,
        1,
        false,
        ClassWeights.NONE,
        Optional.empty(),
        Augment.DEFAULTS);
  }

  private static DataConfig with(
      DataConfig data, Optional<String> where, Map<String, String> columns) {
    return new DataConfig(
        data.source(),
        Optional.empty(),
        Optional.empty(),
        data.label(),
        data.weight(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        where,
        columns,
        List.of(),
        data.ignore(),
        data.split(),
        data.shards(),
        BadRowPolicy.FAIL,
        1,
        false,
        ClassWeights.NONE,
        Optional.empty(),
        Augment.DEFAULTS);
  }

  /** The statistics of the same rows read both ways. */
  private static final class Both {
    private final Preparation preparation;
    private final EncodingFit fit;

    Both(DataConfig data, Task task) {
      preparation =
          Preparation.prepare(
              LocalSpark.session(), data, new Preparation.Request(5, 4, true, List.of()));
      fit = EncodingFit.of(preparation, data, task);
    }

    Statistics rowByRow() {
      return PackedRows.byRow(
              preparation, fit.request(), fit.columns(functions.lit(0)), fit.floats())
          .statistics();
    }

    Statistics inBatches() {
      return PackedRows.inBatches(preparation, fit.request()).orElseThrow().statistics();
    }

    boolean possible() {
      return PackedRows.inBatches(preparation, fit.request()).isPresent();
    }
  }
}

package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.DataException;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.HandMade;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.train.store.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodingIT {
  private static final StructType SCHEMA =
      new StructType()
          .add("age", DataTypes.IntegerType)
          .add("pay rate", DataTypes.DoubleType)
          .add("job", DataTypes.StringType)
          .add("same", DataTypes.DoubleType)
          .add("label", DataTypes.StringType);

  private static List<List<Object>> table(int rows) {
    List<List<Object>> table = new ArrayList<>();
    String[] jobs = {"cook", "clerk", "cook", null};
    for (int i = 0; i < rows; i++) {
      table.add(
          Arrays.asList(
              i % 7 == 6 ? null : i % 50, i * 0.25, jobs[i % 4], 2.0, i % 3 == 0 ? "yes" : "no"));
    }
    return table;
  }

  static Preparation prepare(DataConfig data) {
    return Preparation.prepare(
        LocalSpark.session(), data, new Preparation.Request(3, 4, true, List.of()));
  }

  @Test
  void defaultsStandardizeNumbersAndOneHotStrings() {
    DataConfig data = DataConfig.of(new HandMade(SCHEMA, table(400), 2, 0));
    Preparation preparation = prepare(data);
    Encoding encoding = EncodingFit.fit(preparation, data, Task.BINARY);
    assertThat(encoding.schema().featureNames())
        .containsExactly("age", "pay rate", "same", "job=cook", "job=(missing)", "job=clerk");
    assertThat(encoding.schema().classes()).containsExactly("no", "yes");
    Dataset<Row> raw = preparation.rows().filter("__lockstep_split = 0");
    Row truth =
        raw.agg(
                functions.avg("age"),
                functions.stddev_samp("pay rate"),
                functions.avg("`pay rate`"))
            .head();
    Row first = preparation.rows().filter("age is not null").head();
    Row encoded = encoding.encode(preparation.rows().filter("age is not null")).head();
    Vector features = encoded.getAs("features");
    assertThat(features.apply(1))
        .isCloseTo((first.getDouble(1) - truth.getDouble(2)) / truth.getDouble(1), within(1e-12));
    assertThat(features.apply(2)).isZero();
    String job = first.isNullAt(2) ? "(missing)" : first.getString(2);
    for (int i = 3; i < 6; i++) {
      boolean own = encoding.schema().featureName(i).equals("job=" + job);
      assertThat(features.apply(i)).isEqualTo(own ? 1.0 : 0.0);
    }
    assertThat(encoded.<Float>getList(2))
        .containsExactly(first.getString(4).equals("yes") ? 1f : 0f);
    assertThat(encoded.getFloat(3)).isEqualTo(1f);
  }

  private static DataConfig data(String text, List<List<Object>> table, int tasks) {
    Document document =
        Document.read("source { format = synthetic }, " + text, "run.conf", List.of());
    return new Binder(List.of(Sources.REGISTRY))
        .bind(document, DataConfig.class)
        .withSources(new HandMade(SCHEMA, table, tasks, 0), Optional.empty(), Optional.empty());
  }

  @Test
  void aTextThatTellsRowsApartIsRefusedWhateverTheTasks() {
    List<List<Object>> table = table(2000);
    for (int i = 0; i < table.size(); i++) {
      table.get(i).set(2, "job " + i);
    }
    for (int tasks : new int[] {1, 5}) {
      DataConfig data = data("features = { columns = job, max_categories = 1000 }", table, tasks);
      Preparation preparation = prepare(data);
      assertThatThrownBy(() -> EncodingFit.fit(preparation, data, Task.BINARY))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "column job has more different values than max_categories = 1000: use encode = hash,"
                  + " raise max_categories, or name a column that tells rows apart in data.ignore");
    }
  }

  @Test
  void aFeatureThatIsToBeIgnoredIsRefused() {
    DataConfig data = data("features = [{ columns = [age, job] }], ignore = job", table(40), 1);
    Preparation preparation = prepare(data);
    assertThatThrownBy(() -> EncodingFit.fit(preparation, data, Task.BINARY))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.ignore names column job, which data.features lists: take job out of one of them");
  }

  @Test
  void aSavedEncodingGivesTheSameVectors(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    DataConfig data = DataConfig.of(new HandMade(SCHEMA, table(200), 2, 0));
    Preparation preparation = prepare(data);
    Encoding encoding = EncodingFit.fit(preparation, data, Task.BINARY);
    encoding.savePipeline(folder.resolve("pipeline").toString());
    assertThatThrownBy(() -> encoding.savePipeline(file.resolve("pipeline").toString()))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(file.resolve("pipeline") + ": could not write it (");
    Encoding loaded =
        Encoding.load(
            LocalSpark.session(), encoding.toJson(), folder.resolve("pipeline").toString());
    assertThat(loaded.schema()).isEqualTo(encoding.schema());
    assertThat(loaded.encode(preparation.rows()).collectAsList())
        .isEqualTo(encoding.encode(preparation.rows()).collectAsList());
    assertThat(loaded.sameFeatures(encoding)).isTrue();
    DataConfig more = DataConfig.of(new HandMade(SCHEMA, table(300), 2, 0));
    Encoding other = EncodingFit.fit(prepare(more), more, Task.BINARY);
    assertThat(loaded.sameFeatures(other)).isFalse();
  }

  @Test
  void aVectorColumnPassesThroughWithoutStages() {
    DataConfig data = DataConfig.of(Synthetic.DEFAULTS);
    Preparation preparation = prepare(data);
    Encoding encoding = EncodingFit.fit(preparation, data, Task.BINARY);
    assertThat(encoding.pipeline().stages()).isEmpty();
    assertThat(encoding.schema().features()).isEqualTo(20);
    assertThat(encoding.schema().classes()).containsExactly("0", "1");
    Dataset<Row> encoded = encoding.encode(preparation.rows());
    assertThat(encoded.columns())
        .containsExactly("__lockstep_split", "features", "labels", "weight", "offset");
    assertThat(encoded.rdd().getNumPartitions()).isEqualTo(4);
    assertThat(encoded.count()).isEqualTo(10_000);
  }
}

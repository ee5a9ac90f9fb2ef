package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.DataException;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.prepare.HandMade;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns whose values are missing, or whose names have signs, on four rows for training. */
class AwkwardColumnsIT {
  private static final String VECTOR = "some.vector:of `two`/values";
  private static final StructType SCHEMA =
      new StructType()
          .add("n", DataTypes.IntegerType)
          .add("g", DataTypes.StringType)
          .add("none", DataTypes.StringType)
          .add(VECTOR, SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  @TempDir private Path folder;

  /** Row i has n = i, and no g where i is 3. */
  private static HandMade source(int vectorSize) {
    Object[][] rows = new Object[4][];
    for (int i = 0; i < 4; i++) {
      double[] vector = new double[vectorSize];
      Arrays.fill(vector, i);
      String g = i == 3 ? null : i == 2 ? "b" : "a";
      rows[i] = new Object[] {i, g, null, Vectors.dense(vector), (double) i};
    }
    return new HandMade(SCHEMA, Arrays.stream(rows).map(Arrays::asList).toList(), 1, 0);
  }

  private static Preparation prepared(DataConfig data) {
    return Preparation.prepare(
        LocalSpark.session(), data, new Preparation.Request(3, 2, true, List.of()));
  }

  private static DataConfig data(String features, int vectorSize) {
    String text =
        "source { format = synthetic }, label = label, split { validation = 0, test = 0 }\n"
            + "features = ["
            + features
            + "]";
    return new Binder(List.of(Sources.REGISTRY))
        .bind(Document.read(text, "run.conf", List.of()), DataConfig.class)
        .withSources(source(vectorSize), Optional.empty(), Optional.empty());
  }

  private static Encoding encoding(String features) {
    DataConfig data = data(features, 2);
    return EncodingFit.fit(prepared(data), data, Task.REGRESSION);
  }

  /** The features by row. */
  private static double[][] features(Encoding encoding, Preparation rows) {
    double[][] features = new double[4][];
    for (Row row : encoding.encodeOther(rows.rows(), true, List.of("n")).collectAsList()) {
      features[row.getInt(0)] = row.<Vector>getAs("features").toArray();
    }
    return features;
  }

  private static double[][] features(String features) {
    return features(encoding(features), prepared(data(features, 2)));
  }

  @Test
  void hashedValuesThatAreMissingAreWhatTheUserSays() {
    String hash = "{ columns = g, encode = hash, buckets = 64";
    double[][] left = features(hash + " }");
    assertThat(left[3]).containsOnly(0);
    double[][] own = features(hash + ", missing = category }");
    assertThat(Arrays.stream(own[3]).sum()).isEqualTo(1);
    assertThat(own[3]).isNotEqualTo(own[0]).isNotEqualTo(own[2]);
    double[][] constant = features(hash + ", missing = constant, constant = b }");
    assertThat(constant[3]).isEqualTo(constant[2]).isNotEqualTo(constant[0]);
    assertThat(constant[0]).isEqualTo(left[0]);
    assertThat(encoding(hash + ", missing = category }").description().settings())
        .isNotEqualTo(encoding(hash + " }").description().settings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ columns = g, encode = hash, missing = most_frequent } | missing = most_frequent does not",
        "{ columns = [g, n], encode = cross, missing = constant, constant = abc } | constant must"
            + " be a number for column n, is abc",
      })
  void whatCannotStandForMissingValuesIsRefused(String features, String message) {
    assertThatThrownBy(() -> encoding(features))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message.trim());
  }

  @Test
  void crossesTakeAConstantThatIsANumber() {
    Encoding cross =
        encoding("{ columns = [g, n], encode = cross, missing = constant, constant = 7 }");
    assertThat(cross.schema().featureNames()).containsExactly("g=a*n", "g=7*n", "g=b*n");
  }

  /** Other rows of the same data may have one. */
  @Test
  void aColumnWithoutValuesIsALackOfRows() {
    assertThatThrownBy(() -> encoding("{ columns = none, missing = most_frequent }"))
        .isInstanceOf(ChosenRowsException.class)
        .hasMessageContaining("column none has no value in the training rows");
    assertThatThrownBy(() -> encoding("{ columns = none, encode = scale }"))
        .isInstanceOf(ConfigException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | 3",
        "scale | 2.3238",
        "min_max | 1",
        "pixels, scale = 1, shape = [1, 1, 2] | 3",
      })
  void vectorsMayHaveAnyName(String encode, double last) {
    String features = "{ columns = \"%s\", encode = %s }, n".formatted(VECTOR, encode);
    String all = features.replace(", n", ", { columns = n, encode = none }");
    Encoding fit = encoding(all);
    String place = folder.resolve("pipeline").toString();
    fit.savePipeline(place);
    Encoding loaded = Encoding.load(LocalSpark.session(), fit.toJson(), place);
    double[][] found = features(loaded, prepared(data(all, 2)));
    assertThat(found[3]).hasSize(3).endsWith(3);
    assertThat(found[3][1]).isCloseTo(last, within(1e-4));
    assertThat(fit.schema().featureNames().get(1)).contains(VECTOR);
    Dataset<Row> longer = loaded.encodeOther(prepared(data(all, 3)).rows(), true, List.of());
    assertThatThrownBy(() -> Failures.explained(longer::collectAsList))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(".csv, row 1")
        .hasMessageContaining(VECTOR);
  }
}

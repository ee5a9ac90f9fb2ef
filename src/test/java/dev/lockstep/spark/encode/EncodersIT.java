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
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.prepare.HandMade;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every encoding on ten rows, all of them training rows, against values computed by hand. */
class EncodersIT {
  private static final StructType SCHEMA =
      new StructType()
          .add("n", DataTypes.IntegerType)
          .add("x", DataTypes.DoubleType)
          .add("g", DataTypes.StringType)
          .add("day", DataTypes.DateType)
          .add("label", DataTypes.DoubleType);

  /** x is 0, 1, 2, 3, missing, 5, 6, 7, 8, 100; g has b four times, a three times, c once. */
  private static HandMade source() {
    Object[] x = {0.0, 1.0, 2.0, 3.0, null, 5.0, 6.0, 7.0, 8.0, 100.0};
    Object[] g = {"b", "a", "b", "a", "b", "a", "b", "c", null, null};
    Object[][] rows = new Object[10][];
    for (int i = 0; i < 10; i++) {
      rows[i] = new Object[] {i % 2, x[i], g[i], null, (double) (i % 2)};
    }
    return new HandMade(SCHEMA, Arrays.stream(rows).map(Arrays::asList).toList(), 2, 1);
  }

  private static DataConfig data(String features, String more, HandMade source) {
    String text =
        "source { format = synthetic }, split { validation = 0, test = 0 }, features = ["
            + features
            + "]\n"
            + more;
    DataConfig bound =
        new Binder(List.of(Sources.REGISTRY))
            .bind(Document.read(text, "run.conf", List.of()), DataConfig.class);
    return bound.withSources(source, Optional.empty(), Optional.empty());
  }

  private record Encoded(Encoding encoding, Preparation preparation, Map<Object, Vector> byX) {
    List<String> names() {
      return encoding.schema().featureNames();
    }

    double[] at(Object x) {
      return byX.get(x).toArray();
    }
  }

  private static Encoded encode(String features) {
    return encode(features, source());
  }

  private static Encoded encode(String features, HandMade source) {
    DataConfig data = data(features, "columns { key = \"coalesce(x, -1D)\" }, id = key", source);
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(3, 2, true, List.of()));
    Encoding encoding = EncodingFit.fit(preparation, data, Task.REGRESSION);
    Map<Object, Vector> byX = new LinkedHashMap<>();
    encoding
        .encodeOther(preparation.rows(), true, List.of("key"))
        .collectAsList()
        .forEach(row -> byX.put(row.get(0), row.getAs("features")));
    return new Encoded(encoding, preparation, byX);
  }

  @Test
  void numbersAreImputedAndScaled() {
    double mean = 132.0 / 9;
    double squares = 0;
    for (double x : new double[] {0, 1, 2, 3, 5, 6, 7, 8, 100}) {
      squares += (x - mean) * (x - mean);
    }
    double deviation = Math.sqrt(squares / 8);
    Encoded standard = encode("{ columns = x }");
    assertThat(standard.at(8.0)[0]).isCloseTo((8 - mean) / deviation, within(1e-12));
    assertThat(standard.at(-1.0)[0]).isCloseTo(0, within(1e-12));
    Encoded scaled = encode("{ columns = x, encode = scale, missing = median }");
    assertThat(scaled.at(8.0)[0]).isCloseTo(8 / deviation, within(1e-12));
    assertThat(scaled.at(-1.0)[0]).isCloseTo(5 / deviation, within(1e-12));
    Encoded range = encode("{ columns = x, encode = min_max, missing = constant, constant = 50 }");
    assertThat(range.at(8.0)).containsExactly(0.08);
    assertThat(range.at(-1.0)).containsExactly(0.5);
    Encoded own = encode("{ columns = x, encode = none, missing = category }");
    assertThat(own.names()).containsExactly("x", "x=(missing)");
    assertThat(own.at(7.0)).containsExactly(7, 0);
    assertThat(own.at(-1.0)[0]).isCloseTo(mean, within(1e-12));
    assertThat(own.at(-1.0)[1]).isEqualTo(1);
  }

  @Test
  void bucketsHaveGivenSplitsOrQuantiles() {
    Encoded splits =
        encode("{ columns = x, encode = bucket, splits = [2, 6], missing = category }");
    assertThat(splits.names())
        .containsExactly("x[-Infinity,2.0)", "x[2.0,6.0)", "x[6.0,Infinity)", "x=(missing)");
    assertThat(splits.at(1.0)).containsExactly(1, 0, 0, 0);
    assertThat(splits.at(2.0)).containsExactly(0, 1, 0, 0);
    assertThat(splits.at(100.0)).containsExactly(0, 0, 1, 0);
    assertThat(splits.at(-1.0)).containsExactly(0, 0, 0, 1);
    Encoded quantiles =
        encode("{ columns = x, encode = bucket, quantiles = 4, missing = most_frequent }");
    assertThat(quantiles.names())
        .containsExactly("x[-Infinity,2.0)", "x[2.0,5.0)", "x[5.0,7.0)", "x[7.0,Infinity)");
    assertThat(quantiles.at(5.0)).containsExactly(0, 0, 1, 0);
    assertThat(quantiles.at(-1.0)).containsExactly(1, 0, 0, 0);
  }

  @Test
  void categoriesAreOneHotIndexedOrHashed() {
    Encoded oneHot = encode("{ columns = g }");
    assertThat(oneHot.names()).containsExactly("g=b", "g=a", "g=(missing)", "g=c");
    assertThat(oneHot.at(7.0)).containsExactly(0, 0, 0, 1);
    assertThat(oneHot.at(8.0)).containsExactly(0, 0, 1, 0);
    Encoded dropped =
        encode("{ columns = g, encode = one_hot, missing = most_frequent, drop_first = true }");
    assertThat(dropped.names()).containsExactly("g=a", "g=c");
    assertThat(dropped.at(8.0)).containsExactly(0, 0);
    Encoded index =
        encode("{ columns = [g, x], encode = index, missing = constant, constant = 5 }");
    assertThat(index.names()).containsExactly("g", "x");
    assertThat(index.at(1.0)[0]).isEqualTo(1);
    assertThat(index.at(5.0)[1]).isZero();
    assertThat(index.at(-1.0)[1]).isZero();
    Encoded hashed = encode("{ columns = [g, n], encode = hash, buckets = 64 }");
    assertThat(hashed.encoding().schema().features()).isEqualTo(64);
    assertThat(Arrays.stream(hashed.at(1.0)).sum()).isEqualTo(2);
    assertThat(Arrays.stream(hashed.at(8.0)).sum()).isEqualTo(1);
  }

  @Test
  void crossesAndPolynomialsAreProductsInTheOrderOfTheirNames() {
    Encoded cross = encode("{ columns = [g, n], encode = cross }");
    assertThat(cross.names()).containsExactly("g=b*n", "g=a*n", "g=(missing)*n", "g=c*n");
    assertThat(cross.at(1.0)).containsExactly(0, 1, 0, 0);
    assertThat(cross.at(8.0)).containsExactly(0, 0, 0, 0);
    Encoded flags =
        encode("{ columns = n, encode = one_hot }, { columns = [x, n], encode = polynomial }");
    assertThat(flags.names()).containsExactly("n=0", "n=1", "x", "x^2", "n", "x*n", "n^2");
    double[] row = flags.at(8.0);
    assertThat(row[3]).isCloseTo(row[2] * row[2], within(1e-12));
    assertThat(row[5]).isCloseTo(row[2] * row[4], within(1e-12));
    assertThat(row[6]).isCloseTo(row[4] * row[4], within(1e-12));
  }

  @Test
  void crossesOfCategoriesFollowTheirNames() {
    DataConfig data =
        data(
            "{ columns = [g, parity], encode = cross }",
            "columns { key = \"coalesce(x, -1D)\", parity = \"if(n = 0, 'even', 'odd')\" }",
            source());
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(3, 2, true, List.of()));
    Encoding encoding = EncodingFit.fit(preparation, data, Task.REGRESSION);
    assertThat(encoding.schema().featureNames()).hasSize(8).startsWith("g=b*parity=even");
    encoding
        .encodeOther(preparation.rows(), true, List.of("g", "parity"))
        .collectAsList()
        .forEach(
            row -> {
              String g = row.isNullAt(0) ? "(missing)" : row.getString(0);
              double[] features = row.<Vector>getAs("features").toArray();
              int own =
                  encoding
                      .schema()
                      .featureNames()
                      .indexOf("g=" + g + "*parity=" + row.getString(1));
              assertThat(features[own]).isEqualTo(1);
              assertThat(Arrays.stream(features).sum()).isEqualTo(1);
            });
  }

  @Test
  void unseenCategoriesAreAllZeroAndColumnsAreMatchedByName() {
    Encoded trained = encode("{ columns = [x, n] }, { columns = g }");
    Dataset<Row> other =
        LocalSpark.session()
            .sql(
                "select 'new' as g, 'extra' as more, 8 as x, 1L as n, 'f' as __lockstep_file, 0L as"
                    + " __lockstep_position, 0L as __lockstep_hash");
    Row row = trained.encoding().encodeOther(other, false, List.of("more")).head();
    assertThat(row.<Vector>getAs("features").toArray())
        .startsWith(trained.at(8.0)[0])
        .endsWith(0, 0, 0, 0)
        .hasSize(6);
    assertThat(row.getString(0)).isEqualTo("extra");
    assertThat(row.getList(3)).isEmpty();
    assertThatThrownBy(
            () ->
                trained
                    .encoding()
                    .encodeOther(
                        other.drop("n").withColumn("x", functions.lit("8")), true, List.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column x is string, was DOUBLE in training")
        .hasMessageContaining("column n (INT) is missing")
        .hasMessageContaining("the label column label is missing");
    assertThatThrownBy(
            () ->
                Failures.explained(
                    trained
                            .encoding()
                            .encodeOther(
                                other.withColumn("x", functions.lit(Double.NaN)), false, List.of())
                        ::head))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("f, row 1: column x is NaN");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ columns = g, encode = standardize } | column g is string, encode = standardize needs",
        "{ columns = day } | column day is date, which is no number, text or vector",
        "{ columns = gg } | there is no column gg",
        "{ columns = g, missing = mean } | missing = mean does not go with column g",
        "{ columns = x, missing = constant, constant = abc } | constant must be a number",
        "{ columns = n, encode = cross } | cross needs at least two columns",
      })
  void encodingsThatDoNotFitAreRefused(String features, String message) {
    assertThatThrownBy(() -> encode(features))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message.trim());
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedWithTheirRow() {
    Object[][] rows = {
      {1, 1.0, "a", null, 0.0}, {1, 2.0, "a", null, 1.0}, {1, Double.NaN, "a", null, 1.0}
    };
    HandMade source = new HandMade(SCHEMA, Arrays.stream(rows).map(Arrays::asList).toList(), 1, 0);
    assertThatThrownBy(() -> encode("{ columns = x }", source))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b.csv, row 11: ")
        .hasMessageContaining("column x is NaN; it must be a finite float32 number");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "label = g | BINARY | the label g has 3 classes (a, b, c), the model is for two",
        "label = one | BINARY | the label one has one class only in the training rows, 1",
        "label = g, where = \"true\" | MULTICLASS | the label g is missing",
        "label = negative | COUNTS | the label negative is -1.0; it must be a finite number from 0",
        "weight = negative | REGRESSION | the weight negative is -1.0; it must be",
        "offset = infinite | REGRESSION | the offset infinite is Infinity; it must be",
      })
  void labelsWeightsAndOffsetsThatCannotBeUsedAreRefused(String text, Task task, String message) {
    String where =
        text.contains("where") || !text.contains("label = g") ? "" : "where = \"g is not null\"\n";
    DataConfig data =
        data(
            "{ columns = x }",
            where
                + "columns { one = \"1\", negative = \"-1D\", infinite = \"double('inf')\" }\n"
                + text,
            source());
    assertThatThrownBy(
            () -> {
              Preparation preparation =
                  Preparation.prepare(
                      LocalSpark.session(), data, new Preparation.Request(3, 2, true, List.of()));
              EncodingFit.fit(preparation, data, task);
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message.trim());
  }
}

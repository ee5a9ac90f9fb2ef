package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Tables as people have them, read by data sections as people write them. */
class RealTablesIT {
  private record Table(Preparation preparation, Encoding encoding) {}

  private static Table read(String file, String text, Task task) {
    String given = System.getProperty("lockstep.data", System.getenv("LOCKSTEP_DATA"));
    Path folder = Path.of(Optional.ofNullable(given).orElse("../shared/data"));
    boolean there = Files.exists(folder.resolve(file));
    Assumptions.assumeTrue(there, file + " is not there: set LOCKSTEP_DATA to its folder");
    DataConfig data =
        new Binder(List.of(Sources.REGISTRY))
            .bind(
                Document.read(text.replace("DATA", folder.toString()), "run.conf", List.of()),
                DataConfig.class);
    boolean classes = task == Task.BINARY;
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(1, 8, classes, List.of()));
    return new Table(preparation, EncodingFit.fit(preparation, data, task));
  }

  @Test
  void adultHasItsHundredAndEightFeatures() {
    Table adult =
        read(
            "adult/adult-train.csv.gz",
            """
            source {
              format = csv, path = "DATA/adult/adult-train.csv.gz", trim = true, nulls = ["?", ""]
              names = [age, workclass, fnlwgt, education, education_num, marital_status, occupation,
                relationship, race, sex, capital_gain, capital_loss, hours, native_country, income]
            }
            test_source = ${source} { path = "DATA/adult/adult-test.csv.gz" }
            split { validation = 0 }
            columns { income = "rtrim('.', income)" }
            label = income
            """,
            Task.BINARY);
    assertThat(adult.preparation.counts()).containsExactly(32_561L, 0L, 16_281L);
    assertThat(adult.encoding.schema().features()).isEqualTo(108);
    assertThat(adult.encoding.schema().classes()).containsExactly("<=50K", ">50K");
    assertThat(adult.encoding.schema().featureNames()).contains("workclass=(missing)");
    double positives = 0;
    double norm = 0;
    for (Row row : adult.encoding.encode(adult.preparation.rows()).collectAsList()) {
      if (row.getInt(0) == Split.TRAIN.ordinal()) {
        positives += row.<Float>getList(2).get(0);
        norm += Math.pow(row.<Vector>getAs("features").apply(0), 2);
      }
    }
    assertThat(positives).isEqualTo(7841);
    assertThat(norm).isCloseTo(32_560, within(1e-6));
  }

  @Test
  void flightsAreSplitByTheNumberOfTheRow() {
    Table flights =
        read(
            "nycflights13/flights.csv.gz",
            """
            source { format = csv, path = "DATA/nycflights13/flights.csv.gz", nulls = ["NA", ""] }
            where = "dep_delay is not null"
            columns { late = "dep_delay > 15" }
            label = late
            split { validation = 0, test = "row % 5 = 4" }
            features = [
              { columns = distance }
              { columns = [month, carrier, origin, dest, tailnum], encode = one_hot }
            ]
            """,
            Task.BINARY);
    assertThat(flights.preparation.counts()).containsExactly(262_817L, 0L, 65_704L);
    assertThat(flights.encoding.schema().classes()).containsExactly("false", "true");
    assertThat(flights.encoding.schema().featureNames()).contains("month=1", "carrier=UA");
  }

  @Test
  void claimsHaveAnOffsetOfExposure() {
    Table claims =
        read(
            "beMTPL97/beMTPL97.csv.gz",
            """
            source { format = csv, path = "DATA/beMTPL97/beMTPL97.csv.gz", nulls = ["NA", ""] }
            columns { exposure = "ln(expo)" }
            label = nclaims
            offset = exposure
            split { validation = 0, test = "row % 5 = 4" }
            features = [
              { columns = [ageph, bm, power, agec] }
              { columns = [coverage, sex, fuel, use, fleet], encode = one_hot }
            ]
            """,
            Task.COUNTS);
    assertThat(claims.preparation.counts()).containsExactly(130_570L, 0L, 32_642L);
    Row row = claims.encoding.encode(claims.preparation.rows()).head();
    assertThat(row.getFloat(4)).isLessThanOrEqualTo(0f);
    assertThat(row.<Float>getList(2).get(0)).isGreaterThanOrEqualTo(0f);
  }
}

package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Public data sets, opened as a run file does. */
class RealDataIT {
  private record Holder(Source source) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "adult/adult-train.csv.gz | format = csv, header = false, trim = true, nulls = [\"?\"] | 32561 | 6",
        "adult/adult-test.csv.gz | format = csv, header = false, trim = true, nulls = [\"?\"] | 16281 | 6",
        "bank-marketing/bank-additional-full.csv.gz | format = csv, delimiter = \";\", nulls = [unknown] | 41188 | 10",
        "kddcup99/kddcup.data_10_percent.gz | format = csv, header = false | 494021 | 38",
        "kddcup99/kddcup.corrected.test.gz | format = csv, header = false | 311029 | 38",
        "nycflights13/flights.csv.gz | format = csv, nulls = [NA] | 336776 | 12",
        "california-housing/housing.csv | format = csv | 20640 | 9",
        "bike-sharing/hour.csv | format = csv | 17379 | 16",
        "beMTPL97/beMTPL97.csv.gz | format = csv, nulls = [NA] | 163212 | 14",
        "electricity/elec.csv.gz | format = csv | 45312 | 7",
        "a9a/a9a.gz | format = libsvm | 32561 | 1",
        "a9a/a9a.t.gz | format = libsvm, features = 123 | 16281 | 1",
        "ijcnn1/ijcnn1.trn.gz | format = libsvm | 49990 | 1",
        "ijcnn1/ijcnn1.tst.gz | format = libsvm | 91701 | 1",
        "dna/dna.scale | format = libsvm | 2000 | 1",
        "dna/dna.scale.t | format = libsvm | 1186 | 1",
        "peers-spark/golden/binary_logistic_10000x4.csv | format = csv | 10000 | 6",
        "peers-spark/golden/linear_dense_10000x2.csv | format = csv | 10000 | 3",
      })
  void everyRowIsRead(String file, String settings, long rows, int numbers) {
    String text = "source { path = \"" + data(file) + "\", " + settings + " }";
    Source source =
        new Binder(List.of(Sources.REGISTRY))
            .bind(Document.read(text, "run.conf", List.of()), Holder.class)
            .source();
    Dataset<Row> frame = source.open(SourceFixture.session(), SourceFixture.FAIL).rows();
    assertThat(frame.count()).isEqualTo(rows);
    long doubles =
        Arrays.stream(frame.schema().fields())
            .filter(field -> field.dataType().typeName().equals("double"))
            .count();
    System.out.println(file + ": " + frame.schema().simpleString());
    assertThat(doubles).isEqualTo(numbers);
  }
}

package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.prepare.TextTokens.End;
import dev.lockstep.spark.source.Identity;
import dev.lockstep.spark.source.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class StatisticsIT {
  private static final StructType SCHEMA =
      new StructType()
          .add("x", DataTypes.DoubleType)
          .add("g", DataTypes.StringType)
          .add("v", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  private static List<List<Object>> table(int rows) {
    Random random = new Random(11);
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double value = 1e6 + random.nextGaussian();
      table.add(
          Arrays.asList(
              i % 9 == 0 ? null : (Object) value,
              i % 11 == 0 ? null : "g" + random.nextInt(3),
              Vectors.sparse(3, new int[] {i % 3}, new double[] {value}),
              1.0 * i));
    }
    return table;
  }

  private static Statistics read(List<List<Object>> table, int tasks, long shuffle) {
    return read(table, tasks, shuffle, List.of());
  }

  private static Statistics read(
      List<List<Object>> table, int tasks, long shuffle, List<TextTokens> texts) {
    DataConfig data = DataConfig.of(new HandMade(SCHEMA, table, tasks, shuffle));
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(7, 5, false, List.of()));
    List<String> rest = new ArrayList<>(List.of(Columns.PART, Identity.FILE, Identity.POSITION));
    rest.addAll(List.of("label", "x", "g", "v"));
    rest.addAll(Collections.nCopies(texts.size(), "g"));
    return Statistics.read(
        preparation.rows().select(Columns.SPLIT, rest.toArray(String[]::new)),
        new StatisticsRequest(
            List.of("label"),
            false,
            false,
            false,
            "",
            "",
            List.of(new StatisticsRequest.Numbers("x", true)),
            List.of(9),
            List.of(new StatisticsRequest.Vectors("v", true)),
            texts),
        preparation.names());
  }

  @Test
  void theBitsDoNotDependOnTasksOrListing() {
    List<List<Object>> table = table(1021);
    Moments first = read(table, 1, 0).numbers().get(0);
    Moments second = read(table, 7, 3).numbers().get(0);
    assertThat(second.mean()).isEqualTo(first.mean());
    assertThat(second.deviation()).isEqualTo(first.deviation());
  }

  @Test
  void onlyTokensThatCanBecomeKnownComeToTheDriver() {
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String text = "one%d some%d often%d, always".formatted(i, i % 100, i % 7);
      table.add(Arrays.asList(null, text, Vectors.dense(1), 1.0 * i));
    }
    TextTokens all = new TextTokens(Tokenizer.Unit.WORDS, true, 9, 9_999, 1, End.POST, End.POST);
    TextTokens most = new TextTokens(Tokenizer.Unit.WORDS, true, 9, 12, 1, End.POST, End.POST);
    TextTokens twice = new TextTokens(Tokenizer.Unit.WORDS, true, 9, 9_999, 2, End.POST, End.POST);
    for (int tasks : new int[] {1, 3}) {
      List<Categories> found = read(table, tasks, tasks, List.of(all, most, twice)).tokens();
      Map<String, Long> counts = found.get(0).counts();
      assertThat(counts).hasSizeGreaterThan(500).containsKey("always");
      assertThat(counts.get("always")).isEqualTo(400);
      List<String> first = found.get(0).byFrequency().subList(0, 12);
      assertThat(found.get(1).byFrequency()).isEqualTo(first);
      assertThat(counts).containsAllEntriesOf(found.get(1).counts());
      counts.values().removeIf(count -> count < 2);
      assertThat(found.get(2).counts()).isEqualTo(counts);
    }
  }

  @Test
  void statisticsOfTrainingRowsAreThoseOfAPlainPass() {
    List<List<Object>> table = table(500);
    DataConfig data = DataConfig.of(new HandMade(SCHEMA, table, 2, 0));
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(), data, new Preparation.Request(7, 5, false, List.of()));
    double[] train =
        preparation.rows().filter("__lockstep_split = 0").select("label").collectAsList().stream()
            .mapToDouble(row -> row.getDouble(0))
            .toArray();
    double[] x =
        Arrays.stream(train)
            .mapToObj(i -> table.get((int) i).get(0))
            .filter(value -> value != null)
            .mapToDouble(value -> (Double) value)
            .sorted()
            .toArray();
    Statistics statistics = read(table, 3, 0);
    Moments moments = statistics.numbers().get(0);
    double mean = Arrays.stream(x).map(value -> value - 1e6).sum() / x.length;
    double squares = Arrays.stream(x).map(v -> (v - 1e6 - mean) * (v - 1e6 - mean)).sum();
    assertThat(moments.count()).isEqualTo(x.length);
    assertThat(moments.missing()).isEqualTo(train.length - x.length);
    assertThat(moments.mean() - 1e6).isCloseTo(mean, within(1e-8));
    assertThat(moments.deviation()).isCloseTo(Math.sqrt(squares / (x.length - 1)), within(1e-8));
    assertThat(moments.min()).isEqualTo(x[0]);
    assertThat(moments.max()).isEqualTo(x[x.length - 1]);
    assertThat(moments.median()).isEqualTo((x[(x.length - 1) / 2] + x[x.length / 2]) / 2);
    VectorMoments vectors = statistics.vectors().get(0);
    for (int j = 0; j < 3; j++) {
      int index = j;
      double[] column =
          Arrays.stream(train)
              .map(i -> (int) i % 3 == index ? vectorValue(table, (int) i) : 0)
              .toArray();
      double average = Arrays.stream(column).average().orElseThrow();
      double deviation =
          Math.sqrt(
              Arrays.stream(column).map(v -> (v - average) * (v - average)).sum()
                  / (column.length - 1));
      assertThat(vectors.means()[j]).isCloseTo(average, within(1e-6));
      assertThat(vectors.deviations()[j]).isCloseTo(deviation, within(1e-6));
      assertThat(vectors.mins()[j]).isZero();
    }
    long missing = IntStream.range(0, train.length).filter(i -> (int) train[i] % 11 == 0).count();
    assertThat(statistics.categories().get(0).missing()).isEqualTo(missing);
  }

  private static double vectorValue(List<List<Object>> table, int row) {
    return ((org.apache.spark.ml.linalg.Vector) table.get(row).get(2)).apply(row % 3);
  }
}

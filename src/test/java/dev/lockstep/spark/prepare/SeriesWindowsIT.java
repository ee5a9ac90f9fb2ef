package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Split;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.ImageColumn;
import dev.lockstep.spark.source.Sources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

class SeriesWindowsIT {
  private static final int STEPS = 40;
  private static final StructType SCHEMA =
      new StructType()
          .add("town", DataTypes.StringType)
          .add("hour", DataTypes.IntegerType)
          .add("label", DataTypes.DoubleType)
          .add("rain", DataTypes.DoubleType);

  /** Two towns whose hours are two apart; a number tells town, hour and column. */
  private static List<List<Object>> table() {
    List<List<Object>> table = new ArrayList<>();
    for (int town = 0; town < 2; town++) {
      for (int step = 0; step < STEPS; step++) {
        int hour = 2 * step + town;
        table.add(List.of("t" + town, hour, label(town, step), 1000.0 + hour));
      }
    }
    return table;
  }

  private static double label(int town, int step) {
    return 100 * town + step;
  }

  private static DataConfig data(String text, List<List<Object>> table, int tasks, long shuffle) {
    DataConfig bound =
        new Binder(List.of(Sources.REGISTRY))
            .bind(
                Document.read("source { format = synthetic }\n" + text, "run.conf", List.of()),
                DataConfig.class);
    return bound.withSources(
        new HandMade(SCHEMA, table, tasks, shuffle), bound.validationSource(), bound.testSource());
  }

  private static DataConfig data(String text, int tasks, long shuffle) {
    return data(text, table(), tasks, shuffle);
  }

  private static Preparation prepare(DataConfig data) {
    return Preparation.prepare(
        LocalSpark.session(), data, new Preparation.Request(7, 4, false, List.of()));
  }

  /** Window and split of each row, by town and hour. */
  private static Map<String, String> found(Preparation preparation) {
    Map<String, String> found = new TreeMap<>();
    for (Row row : preparation.rows().collectAsList()) {
      String name = row.getAs("town") + " " + row.<Integer>getAs("hour");
      Vector window = row.getAs(Series.WINDOW);
      found.put(name, Arrays.toString(window.toArray()) + " " + row.getAs(Columns.SPLIT));
    }
    return found;
  }

  @Test
  void theWindowOfALabelEndsAHorizonBeforeItInItsOwnSeries() {
    String text =
        """
        series { time = hour, key = town, columns = [label, rain], window = 3, horizon = 2 }
        split { validation = 0.2, test = 0.1 }
        """;
    Preparation preparation = prepare(data(text, 3, 4));
    Map<String, String> expected = new TreeMap<>();
    int rows = 2 * (STEPS - 4);
    int rank = 0;
    for (int step = 4; step < STEPS; step++) {
      for (int town = 0; town < 2; town++) {
        List<Double> window = new ArrayList<>();
        for (int of = step - 4; of < step - 1; of++) {
          window.add(label(town, of));
          window.add(1000.0 + 2 * of + town);
        }
        int split = rank >= Math.round(rows * 0.9) ? 2 : rank >= Math.round(rows * 0.7) ? 1 : 0;
        expected.put("t%d %d".formatted(town, 2 * step + town), window + " " + split);
        rank++;
      }
    }
    assertThat(found(preparation)).isEqualTo(expected);
    assertThat(preparation.count(Split.TRAIN)).isEqualTo(50);
    assertThat(ImageColumn.shape(preparation.schema().apply(Series.WINDOW))).containsExactly(3, 2);
    assertThat(found(prepare(data(text, 1, 9)))).isEqualTo(expected);
  }

  @Test
  void rowsOfOneTimeStayInOnePart() {
    List<List<Object>> table = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      for (int town = 0; town < 2; town++) {
        table.add(List.of("t" + town, step, label(town, step), 0.0));
      }
    }
    String text =
        "series { time = hour, key = town, window = 1 }, split { validation = 0.2, test = 0.1 }";
    int rows = 2 * (STEPS - 1);
    found(prepare(data(text, table, 3, 4)))
        .forEach(
            (row, told) -> {
              int before = 2 * (Integer.parseInt(row.substring(3)) - 1);
              int split =
                  before >= Math.round(rows * 0.9) ? 2 : before >= Math.round(rows * 0.7) ? 1 : 0;
              assertThat(told).as(row).endsWith(" " + split);
            });
  }

  @Test
  void noTaskSortsTheWindowsOfAllSeries() {
    String series = "series { time = hour, key = town, window = 2 }, ";
    for (String split : List.of("split.test = 0.1", "split { validation = 0, test = 0 }")) {
      Preparation preparation = prepare(data(series + split, 2, 1));
      List<Window> sorts = new ArrayList<>();
      addWindows(Plans.analyzed(preparation.keyed().rows()), sorts);
      assertThat(sorts)
          .as(split)
          .isNotEmpty()
          .allMatch(sort -> sort.partitionSpec().mkString(" ").contains("town"));
    }
  }

  private static void addWindows(LogicalPlan plan, List<Window> into) {
    if (plan instanceof Window window) {
      into.add(window);
    }
    CollectionConverters.asJava(plan.children()).forEach(child -> addWindows(child, into));
  }

  @Test
  void aSplitByConditionIsOnTheRowsOfLabels() {
    String text =
        """
        series { time = hour, key = [town], window = 2 }
        split { validation = 0, test = "hour >= 60" }
        """;
    found(prepare(data(text, 2, 1)))
        .forEach(
            (row, told) -> {
              int hour = Integer.parseInt(row.substring(3));
              assertThat(told).as(row).endsWith(hour >= 60 ? " 2" : " 0");
            });
  }

  @Test
  void aRowToPredictEndsItsOwnWindow() throws Exception {
    DataConfig data = data("series { time = hour, key = town, window = 3, horizon = 5 }", 2, 3);
    OtherRows rows =
        OtherRows.read(
            LocalSpark.session(), data, Set.of(Series.WINDOW, "town"), List.of(), Map.of());
    Row last =
        rows.rows().collectAsList().stream()
            .filter(row -> row.<Integer>getAs("hour") == 2 * STEPS - 1)
            .findFirst()
            .orElseThrow();
    assertThat(last.<Vector>getAs(Series.WINDOW).toArray()).containsExactly(137, 138, 139);
    assertThat(rows.rows().count()).isEqualTo(2 * (STEPS - 2));
    assertThat(rows.withoutWindow().call()).isEqualTo(new WithoutWindow(0, 2 * 2));
  }

  private static Map<String, List<Double>> toPredict(String text, List<List<Object>> table) {
    Map<String, List<Double>> windows = new TreeMap<>();
    Set<String> wanted = Set.of(Series.WINDOW, "town");
    DataConfig data = data(text, table, 2, 3);
    OtherRows.read(LocalSpark.session(), data, wanted, List.of(), Map.of())
        .rows()
        .collectAsList()
        .forEach(
            row ->
                windows.put(
                    row.getAs("town") + " " + row.<Integer>getAs("hour"),
                    Arrays.stream(row.<Vector>getAs(Series.WINDOW).toArray()).boxed().toList()));
    return windows;
  }

  @Test
  void windowsToPredictFromAreMadeOfTheRowsThatTrainingTakes() {
    String series = "series { time = hour, key = town, window = 3 }, sample = 0.1, ";
    Map<String, List<Double>> even =
        toPredict(series + "columns { of = \"hour % 4\" }, where = \"of < 2\"", table());
    assertThat(even).hasSize(2 * (STEPS / 2 - 2)).doesNotContainKey("t1 79");
    assertThat(even.get("t1 77")).containsExactly(134.0, 136.0, 138.0);
    List<List<Object>> twice = new ArrayList<>(table());
    twice.add(List.of("t1", 9, label(1, 4), -1.0));
    String distinct = "distinct = true, columns { rain = \"0.0\", late = \"absent > 1\" }";
    assertThat(toPredict(series + distinct, twice)).isEqualTo(toPredict(series, table()));
  }

  @ParameterizedTest
  @CsvSource({"1, 83, 0", "2, 79, 1", "3, 76, 2", "41, 0, 4"})
  void whatIsTooShortForAWindowIsCounted(int window, int rows, long tooShort) throws Exception {
    List<List<Object>> table = new ArrayList<>(table());
    table.add(List.of("new", 1, 3.0, 4.0));
    table.add(List.of("newer", 1, 3.0, 4.0));
    table.add(List.of("newer", 2, 3.0, 4.0));
    String series = "series { time = hour, key = town, window = %d }".formatted(window);
    OtherRows found =
        OtherRows.read(
            LocalSpark.session(),
            data(series, table, 2, 3),
            Set.of(Series.WINDOW),
            List.of(),
            Map.of());
    assertThat(found.rows().collectAsList()).hasSize(rows);
    assertThat(found.withoutWindow().call())
        .isEqualTo(new WithoutWindow(tooShort, table.size() - rows));
  }

  @Test
  void whatIsWrongIsToldInOneSentence() {
    String split = "split { validation = 0, test = 0 }";
    assertThatThrownBy(
            () ->
                prepare(data("series { time = hour, window = 2 }, " + split, twice(), 2, 3)).rows())
        .hasMessageContaining("data.series.time = hour has the time of another row: name the");
    assertThatThrownBy(() -> prepare(data("series { time = town, window = 2 }, " + split, 2, 3)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.series.time = town: is of type string, must be a number");
    String longer = "series { time = hour, key = town, window = %d, horizon = 2 }".formatted(STEPS);
    assertThatThrownBy(() -> prepare(data(longer + ", " + split, 2, 3)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("no row is left: each needs %d earlier rows", STEPS + 1)
        .hasMessageContaining("data.series.window = %d and horizon = 2;", STEPS);
    assertThatThrownBy(() -> data("series { time = hour, window = 0 }", 2, 3))
        .hasMessageContaining("series.window must be at least 1, is 0");
    assertThatThrownBy(() -> data("series { time = hour }, split { test = \"hour > 3\" }", 2, 3))
        .hasMessageContaining("split must have conditions or shares with data.series");
    assertThatThrownBy(() -> data("series { time = hour }, features = [{ columns = rain }]", 2, 3))
        .hasMessageContaining("features must be left out with data.series");
  }

  private static List<List<Object>> twice() {
    List<List<Object>> table = new ArrayList<>(table());
    table.add(List.of("t1", 8, 3.0, 4.0));
    return table;
  }
}

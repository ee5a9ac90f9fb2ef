package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.DataException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.encode.EncodingFit;
import dev.lockstep.spark.source.Source;
import dev.lockstep.spark.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoosingRowsIT {
  private static final Date DAY = Date.valueOf("2024-05-01");
  private static final StructType SCHEMA =
      new StructType()
          .add("n", DataTypes.IntegerType)
          .add("customer", DataTypes.StringType)
          .add("day", DataTypes.DateType)
          .add("label", DataTypes.StringType);

  private static HandMade source(int rows, int tasks, long shuffle) {
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      table.add(List.of(i, "c" + i % 37, DAY, i % 10 < 3 ? "yes" : "no"));
    }
    return new HandMade(SCHEMA, table, tasks, shuffle);
  }

  /** A data section as the run file has it; its source is replaced by one made by hand. */
  private static DataConfig data(String text, HandMade source) {
    DataConfig bound =
        new Binder(List.of(Sources.REGISTRY))
            .bind(
                Document.read("source { format = synthetic }\n" + text, "run.conf", List.of()),
                DataConfig.class);
    return bound.withSources(source, bound.validationSource(), bound.testSource());
  }

  private static Preparation prepare(DataConfig data) {
    return Preparation.prepare(
        LocalSpark.session(), data, new Preparation.Request(7, 4, true, List.of()));
  }

  private static Map<Integer, Set<Object>> bySplit(Preparation preparation, String column) {
    Map<Integer, Set<Object>> found = new TreeMap<>();
    for (Row row : preparation.rows().select(column, Columns.SPLIT).collectAsList()) {
      found.computeIfAbsent(row.getInt(1), s -> new TreeSet<>()).add(row.get(0));
    }
    return found;
  }

  @Test
  void aConditionOnTheRowNumberCountsRowsAfterWhereInTheOrderOfFiles() {
    DataConfig data =
        data(
            "where = \"n % 3 <> 1\", split { test = \"row % 5 = 4\", validation = 0 }",
            source(300, 3, 4));
    Preparation preparation = prepare(data);
    List<Integer> left = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      if (n % 3 != 1) {
        left.add(n);
      }
    }
    Set<Object> expected = new TreeSet<>();
    for (int row = 4; row < left.size(); row += 5) {
      expected.add(left.get(row));
    }
    assertThat(bySplit(preparation, "n").get(2)).isEqualTo(expected);
    assertThat(preparation.count(Split.TEST)).isEqualTo(40);
    assertThat(preparation.count(Split.TRAIN)).isEqualTo(160);
  }

  @Test
  void rowsOfAGroupStayTogether() {
    Preparation preparation = prepare(data("group = customer", source(1000, 3, 1)));
    Map<Integer, Set<Object>> groups = bySplit(preparation, "customer");
    int sum = groups.values().stream().mapToInt(Set::size).sum();
    assertThat(sum).isEqualTo(37);
    assertThat(preparation.count(Split.TEST)).isBetween(60L, 140L);
  }

  @Test
  void repeatedIdsStayTogetherAndEachRowHasItsOwnRank() {
    List<List<Integer>> first = shards(prepare(data("id = customer", source(500, 1, 0))));
    assertThat(first.stream().mapToInt(List::size).sum()).isEqualTo(500);
    assertThat(first.stream().flatMap(List::stream).collect(Collectors.toSet())).hasSize(500);
    assertThat(shards(prepare(data("id = customer", source(500, 5, 9))))).isEqualTo(first);
    Map<Integer, Set<Object>> ids =
        bySplit(prepare(data("id = customer", source(500, 5, 9))), "customer");
    assertThat(ids.values().stream().mapToInt(Set::size).sum()).isEqualTo(37);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "group"})
  void aRowWithoutIdOrGroupIsNamed(String setting) {
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      table.add(Arrays.asList(i, i == 13 ? null : "c" + i, DAY, i % 2 == 0 ? "yes" : "no"));
    }
    assertThatThrownBy(
            () -> prepare(data(setting + " = customer", new HandMade(SCHEMA, table, 2, 0))))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("b.csv, row 31: data." + setting + " = customer is missing");
  }

  private static List<List<Integer>> shards(Preparation preparation) {
    return preparation.rows().select("n").javaRDD().glom().collect().stream()
        .map(shard -> shard.stream().map(row -> row.getInt(0)).toList())
        .toList();
  }

  @Test
  void aTestSourceIsTheTestSetAndSharesApplyToTheOtherRows() {
    DataConfig data =
        data("", source(90, 2, 0))
            .withSources(source(90, 2, 0), Optional.empty(), Optional.of(source(40, 2, 0)));
    Preparation preparation = prepare(data);
    assertThat(preparation.count(Split.TEST)).isEqualTo(40);
    assertThat(preparation.count(Split.TRAIN)).isEqualTo(80);
    assertThat(preparation.count(Split.VALIDATION)).isEqualTo(10);
  }

  @Test
  void derivedColumnsReadEachOtherAndTheColumnTheyReplace() {
    DataConfig data =
        data(
            "columns { customer = \"upper(customer)\", twice = \"late * 2\", late = \"n + 1\" }",
            source(50, 2, 0));
    Row row = prepare(data).rows().filter("n = 3").head();
    assertThat(row.<String>getAs("customer")).isEqualTo("C3");
    assertThat(row.<Integer>getAs("twice")).isEqualTo(8);
  }

  @Test
  void aSampleKeepsTheSameRowsHoweverTheyAreRead() {
    Set<Object> kept = bySplit(prepare(data("sample = 0.5", source(400, 1, 0))), "n").get(0);
    assertThat(kept).hasSizeBetween(120, 200);
    assertThat(bySplit(prepare(data("sample = 0.5", source(400, 4, 3))), "n").get(0))
        .isEqualTo(kept);
  }

  @Test
  void distinctKeepsOneOfEqualRows() {
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      table.add(List.of(i % 100, "c", DAY, i % 2 == 0 ? "yes" : "no"));
    }
    Preparation preparation = prepare(data("distinct = true", new HandMade(SCHEMA, table, 3, 1)));
    assertThat(preparation.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "where = \"reflect('java.lang.System', 'exit', '1') = 1\"",
        "where = \"n > (select 1)\"",
        "where = \"rand() < 0.5\"",
        "where = \"day >= current_date - 30\"",
        "where = \"day >= date 'today' - 30\"",
        "where = \"day >= 'yesterday'\"",
        "where = \"day >= date_sub(cast('today' as date), 30)\"",
        "where = \"customer = user\"",
        "where = \"customer = session_user()\"",
        "where = \"unix_timestamp() > n\"",
        "columns { age = \"datediff(current_date, day)\" }, features = [{ columns = [age] }]",
        "columns { secret = \"base64(aes_encrypt(customer, '0000111122223333'))\" }",
        "split { test = \"current_timestamp > day\" }",
        "where = \"n >\"",
        "where = \"missing_column > 1\"",
        "columns { x = \"transform(array(1), y -> java_method('java.lang.Math', 'abs', y))\" }",
        "columns { a = \"b + 1\", b = \"a + 1\" }",
        "split { test = \"nothing = 3\" }",
        "label = nothing",
      })
  void expressionsThatMayNotStandAreRefused(String text) {
    assertThatThrownBy(() -> prepare(data(text, source(20, 1, 0))))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("data")
        .hasMessageNotContaining("\n");
  }

  @Test
  void columnsAndConstantsThatLookLikeVaryingWordsAreAllowed() {
    StructType named = new StructType().add("user", DataTypes.StringType).add("label", "string");
    List<List<Object>> table =
        List.of(List.of("now", "a"), List.of("today", "b"), List.of("today", "a"));
    String text =
        "where = \"user <> 'now' and unix_timestamp(date '2024-05-01') > 0\","
            + " split { validation = 0, test = 0 }";
    Preparation preparation = prepare(data(text, new HandMade(named, table, 1, 0)));
    assertThat(preparation.count(Split.TRAIN)).isEqualTo(2);
  }

  @Test
  void noRowLeftIsADataError() {
    assertThatThrownBy(() -> prepare(data("where = \"n < 0\"", source(20, 1, 0))))
        .isInstanceOf(DataException.class)
        .hasMessage("no row is left after data.where = \"n < 0\"");
  }

  @Test
  void anExpressionThatFailsOnARowIsADataError() {
    assertThatThrownBy(
            () ->
                prepare(data("columns { x = \"cast(customer as int)\" }", source(20, 1, 0)))
                    .rows()
                    .count())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("CAST_INVALID_INPUT");
  }

  @Test
  void classWeightIsBalancedOrAnObject() {
    assertThat(data("class_weight = balanced", source(1, 1, 0)).classWeight().balanced()).isTrue();
    assertThat(data("class_weight { yes = 2, \"no\" = 0.5 }", source(1, 1, 0)).classWeight())
        .isEqualTo(ClassWeights.of(Map.of("yes", 2.0, "no", 0.5)));
  }

  private static Map<String, Map<Integer, Long>> folds(Preparation preparation, String column) {
    Map<String, Map<Integer, Long>> found = new TreeMap<>();
    for (Row row :
        preparation
            .rows()
            .filter("__lockstep_split = 0")
            .select(column, Columns.FOLDS)
            .collectAsList()) {
      byte[] folds = row.getAs(1);
      assertThat(folds).hasSize(2);
      found
          .computeIfAbsent(row.getString(0), k -> new TreeMap<>())
          .merge((int) folds[1], 1L, Long::sum);
    }
    return found;
  }

  @Test
  void foldsAreEqualPartsOfEachClassAndKeepGroupsTogether() {
    Preparation.Request request =
        new Preparation.Request(7, 4, true, List.of(), new FoldPlan(5, 2));
    Map<String, Map<Integer, Long>> byClass =
        folds(
            Preparation.prepare(LocalSpark.session(), data("", source(1000, 3, 2)), request),
            "label");
    assertThat(byClass.get("yes")).isEqualTo(Map.of(0, 48L, 1, 48L, 2, 48L, 3, 48L, 4, 48L));
    assertThat(byClass.get("no")).isEqualTo(Map.of(0, 112L, 1, 112L, 2, 112L, 3, 112L, 4, 112L));
    Map<String, Map<Integer, Long>> byGroup =
        folds(
            Preparation.prepare(
                LocalSpark.session(), data("group = customer", source(1000, 3, 2)), request),
            "customer");
    assertThat(byGroup.values()).allSatisfy(folds -> assertThat(folds).hasSize(1));
  }

  @Test
  void anUnusableNumberIsToldWithItsFileAndLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("people.csv");
    Files.writeString(file, "age,label\n1,0\n2,1\n3,0\n1e300,1\n5,0\n");
    DataConfig data = data("split { validation = 0, test = 0 }", source(1, 1, 0));
    Document csv =
        Document.read("source { format = csv, path = \"" + file + "\" }", "run.conf", List.of());
    Source source = new Binder(List.of(Sources.REGISTRY)).bind(csv, DataConfig.class).source();
    DataConfig people = data.withSources(source, Optional.empty(), Optional.empty());
    Preparation preparation = prepare(people);
    assertThatThrownBy(() -> EncodingFit.fit(preparation, people, Task.BINARY))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ", line 5: column age is 1.0E300");
  }
}

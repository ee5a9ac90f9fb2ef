package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Split;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.Identity;
import dev.lockstep.spark.source.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class PreparationIT {
  private static final StructType SCHEMA =
      new StructType()
          .add("n", DataTypes.IntegerType)
          .add("customer", DataTypes.StringType)
          .add("label", DataTypes.StringType);

  private static List<List<Object>> table(int rows) {
    List<List<Object>> table = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      table.add(List.of(i, "c" + i % 40, i % 10 < 3 ? "yes" : "no"));
    }
    return table;
  }

  private static Source source(int rows, int tasks, long shuffle) {
    return new HandMade(SCHEMA, table(rows), tasks, shuffle);
  }

  private static Preparation prepare(DataConfig data) {
    return Preparation.prepare(
        LocalSpark.session(), data, new Preparation.Request(7, 4, true, List.of()));
  }

  /** The column n of each shard, with the split. */
  private static List<List<String>> dealt(Preparation preparation) {
    return preparation.rows().select("n", Columns.SPLIT).javaRDD().glom().collect().stream()
        .map(shard -> shard.stream().map(row -> row.getInt(1) + ":" + row.getInt(0)).toList())
        .toList();
  }

  @Test
  void theSameRowsLieInTheSamePlaceHoweverTheyAreReadAndListed() {
    List<List<String>> first = dealt(prepare(DataConfig.of(source(1021, 1, 0))));
    assertThat(first).hasSize(4);
    assertThat(dealt(prepare(DataConfig.of(source(1021, 3, 5))))).isEqualTo(first);
    assertThat(dealt(prepare(DataConfig.of(source(1021, 7, 6))))).isEqualTo(first);
  }

  @Test
  void rankRIsRowRDivSOfShardRModS() {
    Preparation preparation = prepare(DataConfig.of(source(1021, 2, 0)));
    List<List<String>> shards = dealt(preparation);
    for (Split split : Split.values()) {
      long rows = preparation.count(split);
      for (int s = 0; s < 4; s++) {
        String prefix = split.ordinal() + ":";
        assertThat(shards.get(s).stream().filter(row -> row.startsWith(prefix)).count())
            .isEqualTo((rows - s + 3) / 4);
      }
    }
    assertThat(shards).allSatisfy(shard -> assertThat(splits(shard)).isSorted());
  }

  private static List<String> splits(List<String> shard) {
    return shard.stream().map(row -> row.substring(0, 1)).toList();
  }

  @Test
  void sharesAreExactWithinEachClass() {
    Preparation preparation = prepare(DataConfig.of(source(1000, 3, 1)));
    Map<String, Long> counts =
        preparation.rows().select("label", Columns.SPLIT).collectAsList().stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.getString(0) + row.getInt(1), Collectors.counting()));
    assertThat(counts)
        .isEqualTo(
            Map.of("yes0", 240L, "yes1", 30L, "yes2", 30L, "no0", 560L, "no1", 70L, "no2", 70L));
  }

  @Test
  void jobsAfterTheDealReadTheShuffleAndNotTheSource() {
    Preparation preparation = prepare(DataConfig.of(source(100, 2, 0)));
    assertThat(preparation.rows().rdd().toDebugString()).contains("ShuffledRowRDD");
    assertThat(preparation.rows().columns())
        .contains("n", "label", Identity.FILE, Identity.POSITION, Columns.SPLIT);
    assertThat(preparation.counts()).isEqualTo(Arrays.asList(80L, 10L, 10L));
    assertThat(Optional.of(preparation.rows().count())).contains(100L);
  }
}

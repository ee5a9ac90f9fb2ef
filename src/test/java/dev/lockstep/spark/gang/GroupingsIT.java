package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.glm.Logistic;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ClusterContract;
import dev.lockstep.train.LocalCluster;
import dev.lockstep.train.metric.MetricSettings;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of clusters, held by every engine in sessions of so many slots, hence groups. */
class GroupingsIT {
  private static final int TRAIN_ROWS = 53;
  private static final int COLUMNS = 4;
  private static final int BLOCK_ROWS = 16;

  @AfterAll
  static void leaveNoSession() {
    LocalSpark.session().stop();
  }

  /** Of 64 shards some hold no row. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void shardsInAnyGroupsGiveTheBitsOfThePlainCluster(int slots) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(LocalSpark.session(slots).sparkContext());
    for (int shards : new int[] {1, 2, 3, 7, 64}) {
      EncodedTable table = new EncodedTable(TRAIN_ROWS, COLUMNS, shards);
      try (ShardSet set = table.build(spark, BLOCK_ROWS);
          Cluster plain =
              new LocalCluster(
                  Logistic.DEFAULTS, table.schema(), ShardsHere.of(set), MetricSettings.DEFAULTS)) {
        int groups = Math.min(slots, shards);
        assertThat(set.grouped().getNumPartitions()).isEqualTo(groups);
        for (Engine engine : Engine.values()) {
          try (Cluster cluster = engine.open(spark, set, table)) {
            String where = "%s, %d shards in %d groups".formatted(engine, shards, groups);
            ClusterContract.checkRounds(cluster, plain, where);
          }
        }
      }
    }
  }
}

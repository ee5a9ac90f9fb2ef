package dev.lockstep.spark.shard;

import dev.lockstep.data.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * All shards of a run: a persisted RDD of one shard a partition, and what they hold. Closing it
 * unpersists the shards.
 */
public final class ShardSet implements AutoCloseable {
  private final JavaRDD<StoredShard> shards;
  private final ShardSummary total;
  private final ChunkExchange exchange;

  private ShardSet(JavaRDD<StoredShard> shards, ShardSummary total, ChunkExchange exchange) {
    this.shards = shards;
    this.total = total;
    this.exchange = exchange;
  }

  /**
   * Builds the shards of encoded rows: partition s becomes shard s.
   *
   * @param encoded rows ordered by split and rank in each partition
   * @param builder how a partition becomes a shard
   */
  public static ShardSet build(Dataset<Row> encoded, ShardBuilder builder) {
    return of(encoded.javaRDD().mapPartitionsWithIndex(builder, true), ChunkExchange.open(0));
  }

  /**
   * Builds shards, one a partition, and keeps them.
   *
   * @param exchange what they are built from; closed with them
   */
  static ShardSet of(JavaRDD<StoredShard> built, ChunkExchange exchange) {
    JavaRDD<StoredShard> shards = built.persist(StorageLevel.MEMORY_ONLY());
    int slots = Slots.of(shards.context()).total();
    JavaRDD<StoredShard> grouped = ShardGroups.grouped(shards.rdd(), slots).toJavaRDD();
    List<ShardSummary> summaries = new ArrayList<>(grouped.map(StoredShard::summary).collect());
    summaries.sort(Comparator.comparingInt(ShardSummary::number));
    ShardSummary total = summaries.stream().reduce(ShardSummary::plus).orElseThrow();
    return new ShardSet(shards, total, exchange);
  }

  /** S. */
  public int count() {
    return shards.getNumPartitions();
  }

  /** Rows of a split over all shards. */
  public long rows(Split split) {
    return switch (split) {
      case TRAIN -> total.trainRows();
      case VALIDATION -> total.validationRows();
      case TEST -> total.testRows();
    };
  }

  /** What all shards hold together. */
  public ShardSummary total() {
    return total;
  }

  /**
   * The shards in contiguous groups, one a task, as many as there are slots now, each where most of
   * its shards are.
   */
  public RDD<StoredShard> grouped() {
    return grouped(Slots.of(shards.rdd().context()).total());
  }

  /** The same in so many groups. */
  public RDD<StoredShard> grouped(int groups) {
    return ShardGroups.grouped(shards.rdd(), groups);
  }

  @Override
  public void close() {
    shards.unpersist(false);
    exchange.close();
  }
}

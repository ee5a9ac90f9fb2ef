package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchOrderTest {
  private static final RandomKey KEY = RandomKey.of(11);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 1, 4",
    "7, 8, 2",
    "8, 8, 3",
    "9, 8, 4",
    "63, 8, 5",
    "64, 1, 8",
    "65, 64, 2",
    "1021, 32, 7",
    "1021, 0, 16",
    "1021, 5000, 16"
  })
  void everyRowComesOnceAnEpochInSizesThatDifferByAtMostOne(long rows, long batchSize, int shards) {
    BatchOrder order = new BatchOrder(rows, batchSize, shards, KEY);
    for (long epoch = 0; epoch < 3; epoch++) {
      int[] seen = new int[(int) rows];
      long smallest = Long.MAX_VALUE;
      long largest = 0;
      for (long position = 0; position < order.batches(); position++) {
        Ranks ranks = order.ranks(epoch, position);
        smallest = Math.min(smallest, ranks.size());
        largest = Math.max(largest, ranks.size());
        for (int shard = 0; shard < shards; shard++) {
          int end = ranks.endRow(shard, shards);
          for (int row = ranks.firstRow(shard, shards); row < end; row++) {
            long rank = (long) row * shards + shard;
            assertThat(rank >= ranks.from() && rank < ranks.to()).isTrue();
            seen[(int) rank]++;
          }
        }
      }
      assertThat(seen).containsOnly(1);
      assertThat(largest - smallest).isLessThanOrEqualTo(1);
      assertThat(largest).isLessThanOrEqualTo(batchSize == 0 ? rows : batchSize);
    }
  }

  @Test
  void everyRankBelongsToTheShardOfItsRemainder() {
    long rows = 65;
    for (int shards : new int[] {1, 2, 7, 64, 65, 100}) {
      long sum = 0;
      for (int shard = 0; shard < shards; shard++) {
        int own = BatchOrder.shardRows(rows, shard, shards);
        sum += own;
        long last = (long) (own - 1) * shards + shard;
        assertThat(last).isLessThan(rows);
        assertThat(last + shards).isGreaterThanOrEqualTo(rows);
      }
      assertThat(sum).isEqualTo(rows);
    }
  }

  @Test
  void microBatchesAddUpToTheirBatch() {
    Ranks batch = new Ranks(13, 78);
    for (int parts : new int[] {1, 2, 7, 65, 80}) {
      long next = batch.from();
      for (int part = 0; part < parts; part++) {
        Ranks micro = batch.part(part, parts);
        assertThat(micro.from()).isEqualTo(next);
        assertThat(micro.size()).isBetween((long) 65 / parts, (long) 65 / parts + 1);
        next = micro.to();
      }
      assertThat(next).isEqualTo(batch.to());
    }
  }

  @Test
  void batchesOfMoreThanAnIntOfRowsAreExact() {
    long rows = 1L << 40;
    BatchOrder order = new BatchOrder(rows, 1000, 1 << 20, KEY);
    long batches = order.batches();
    assertThat(batches).isEqualTo((rows + 999) / 1000);
    long sizes = 0;
    for (long position = 0; position < 1000; position++) {
      Ranks ranks = order.ranks(0, position);
      assertThat(ranks.size()).isBetween(999L, 1000L);
      assertThat(ranks.to()).isLessThanOrEqualTo(rows);
      sizes += ranks.size();
    }
    assertThat(sizes).isGreaterThan(999_000);
  }

  @Test
  void epochsVisitTheSameBatchesInOrdersOfTheirOwn() {
    BatchOrder order = new BatchOrder(1021, 16, 4, KEY);
    Set<List<Ranks>> orders = new HashSet<>();
    for (long epoch = 0; epoch < 20; epoch++) {
      List<Ranks> visited = new ArrayList<>();
      for (long position = 0; position < order.batches(); position++) {
        visited.add(order.ranks(epoch, position));
      }
      orders.add(visited);
    }
    assertThat(orders).hasSize(20);
    assertThat(new BatchOrder(1021, 16, 4, KEY).ranks(3, 5)).isEqualTo(order.ranks(3, 5));
  }

  @Test
  void illegalNumbersAreRefused() {
    assertThatThrownBy(() -> new BatchOrder(0, 1, 1, KEY)).hasMessageContaining("rows 0");
    assertThatThrownBy(() -> new BatchOrder(1, -1, 1, KEY)).hasMessageContaining("batch size -1");
    assertThatThrownBy(() -> new BatchOrder(1, 1, 0, KEY)).hasMessageContaining("shards 0");
  }
}

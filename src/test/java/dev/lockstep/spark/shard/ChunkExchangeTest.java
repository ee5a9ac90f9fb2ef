package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.shuffle.FetchFailedException;
import org.junit.jupiter.api.Test;

class ChunkExchangeTest {
  private static final int SHUFFLE = 3;

  @Test
  void chunksWithinTheLimitAreHeldUntilTheyAreTaken() throws FetchFailedException {
    try (ChunkExchange exchange = ChunkExchange.open(20)) {
      byte[] first = new byte[12];
      byte[] second = new byte[9];
      Object left = ChunkExchange.leave(exchange.number(), first);
      assertThat(left).isInstanceOf(Long.class);
      assertThat(ChunkExchange.leave(exchange.number(), second)).isSameAs(second);
      assertThat(exchange.heldBytes()).isEqualTo(12);
      assertThat(ChunkExchange.take(exchange.number(), SHUFFLE, left)).isSameAs(first);
      assertThat(ChunkExchange.take(exchange.number(), SHUFFLE, second)).isSameAs(second);
      assertThat(exchange.heldBytes()).isZero();
      assertThat(ChunkExchange.leave(exchange.number(), second)).isInstanceOf(Long.class);
    }
  }

  @Test
  void whatIsNoChunkOrComesToAClosedExchangeIsShuffled() {
    byte[] chunk = new byte[1];
    ChunkExchange exchange = ChunkExchange.open(20);
    assertThat(ChunkExchange.leave(exchange.number(), "statistics")).isEqualTo("statistics");
    exchange.close();
    assertThat(ChunkExchange.leave(exchange.number(), chunk)).isSameAs(chunk);
  }
}

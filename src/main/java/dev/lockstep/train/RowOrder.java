package dev.lockstep.train;

import dev.lockstep.math.RandomKey;
import java.io.Serializable;

/**
 * In which order a shard's rows answer to ranks.
 *
 * @param shuffled false: rank order; true: permuted by the key and the shard's number
 * @param key draws the permutations
 */
public record RowOrder(boolean shuffled, RandomKey key) implements Serializable {
  /** Rank order ({@code shuffle = batches}). */
  public static final RowOrder RANKED = new RowOrder(false, RandomKey.of(0));

  /** Rows permuted by a key ({@code shuffle = rows}). */
  public static RowOrder shuffled(RandomKey key) {
    return new RowOrder(true, key);
  }
}

package dev.lockstep.train;

/** What is drawn anew in each epoch. */
public enum Shuffle {
  /** The order of the batches; their rows stay together. */
  BATCHES,
  /** The rows of each shard, and the order of the batches. */
  ROWS
}

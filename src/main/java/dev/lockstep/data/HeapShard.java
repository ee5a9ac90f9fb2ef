package dev.lockstep.data;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** A shard whose rows are all on the heap. Immutable; safe for threads. */
public final class HeapShard implements Shard, Serializable {
  private static final long serialVersionUID = 1L;

  private final int number;
  private final Map<Split, HeapRows> rows = new EnumMap<>(Split.class);

  /**
   * A shard.
   *
   * @param number from 0
   * @param rows the rows of each split; a split that is left out has none
   */
  public HeapShard(int number, Map<Split, HeapRows> rows) {
    this.number = number;
    this.rows.putAll(rows);
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Rows rows(Split split) {
    return rows.getOrDefault(split, HeapRows.empty());
  }
}

package dev.lockstep.data;

/** One logical worker's fixed part of the rows. */
public interface Shard {
  /** The shard's number, from 0. */
  int number();

  /** The shard's rows of a split; empty rows where it has none. */
  Rows rows(Split split);
}

package dev.lockstep.spark.source;

/**
 * The columns that carry a row's identity beside the user's columns. File and position do not
 * depend on how Spark cuts the files into tasks.
 */
public final class Identity {
  /** String: the file, relative to the source root; empty where the source has none. */
  public static final String FILE = "__lockstep_file";

  /**
   * Long: byte offset of a line, row index of parquet, record number of multi-line csv, index of a
   * synthetic row; for sources without positions the occurrence number of equal rows.
   */
  public static final String POSITION = "__lockstep_position";

  /** Long: 64 bits of a hash of the whole row; 0 where file and position already identify it. */
  public static final String HASH = "__lockstep_hash";

  private Identity() {}
}

package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Columns;

/** The columns of encoded rows, in this order. */
public final class EncodedColumns {
  /** Int: the ordinal of the {@link dev.lockstep.data.Split}. */
  public static final String SPLIT = Columns.SPLIT;

  /** Spark ML vector, dense or sparse. */
  public static final String FEATURES = "features";

  /** Array of floats: class indices or numbers; empty where unlabelled. */
  public static final String LABELS = "labels";

  /** Float: row weight, 1 where there is none. */
  public static final String WEIGHT = "weight";

  /** Float: added to the score, 0 where there is none. */
  public static final String OFFSET = "offset";

  /** Binary: the fold of a training row in each repeat; the column is there where folds are. */
  public static final String FOLDS = Columns.FOLDS;

  private EncodedColumns() {}
}

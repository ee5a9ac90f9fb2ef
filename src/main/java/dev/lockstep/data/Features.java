package dev.lockstep.data;

import java.io.Serializable;

/** The encoded features of a block of rows. */
public sealed interface Features extends Serializable permits DenseRows, SparseRows {
  /** The number of rows, n. */
  int rows();

  /** The number of features, d. */
  int columns();

  /** The bytes that the arrays take. */
  long sizeBytes();
}

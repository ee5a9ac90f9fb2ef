package dev.lockstep.spark.source;

import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Some columns of some rows of one file; gone when the next batch is read.
 *
 * @param file the value of {@link Identity#FILE} of all its rows
 * @param batch as Spark's reader has it
 * @param places where the columns are in the batch, at the end that of the row numbers
 */
public record FileBatch(String file, ColumnarBatch batch, int[] places) {
  /** How many rows there are. */
  public int rows() {
    return batch.numRows();
  }

  /** One of the columns that were asked for. */
  public ColumnVector column(int number) {
    return batch.column(places[number]);
  }

  /** The values of {@link Identity#POSITION}. */
  public ColumnVector positions() {
    return batch.column(places[places.length - 1]);
  }
}

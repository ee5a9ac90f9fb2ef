package dev.lockstep.spark.shard;

import dev.lockstep.spark.prepare.ClassNames;
import dev.lockstep.spark.source.FileBatch;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** A row of a batch as statistics read rows: for the few that need a second look. */
final class BatchRow {
  private static final int FIRST_LABEL = 4;

  private BatchRow() {}

  /** The row; {@code name} is its class, null if it has none. */
  static InternalRow of(BatchLayout layout, FileBatch batch, int row, String name) {
    Object[] cells = new Object[FIRST_LABEL + layout.names().size()];
    cells[0] = 0;
    cells[1] = 0;
    cells[2] = UTF8String.fromString(batch.file());
    cells[3] = batch.positions().getLong(row);
    for (int i = 0; i < layout.vectorAt(); i++) {
      ColumnVector column = batch.column(i);
      DataType type = layout.types().get(i);
      if (!column.isNullAt(row)) {
        boolean named = layout.classes() && i < layout.labels();
        cells[FIRST_LABEL + i] =
            named ? UTF8String.fromString(name) : (Object) ClassNames.number(column, type, row);
      }
    }
    ColumnVector vectors = batch.column(layout.vectorAt());
    cells[FIRST_LABEL + layout.vectorAt()] = vectors.isNullAt(row) ? null : vectors.getStruct(row);
    return new GenericInternalRow(cells);
  }
}

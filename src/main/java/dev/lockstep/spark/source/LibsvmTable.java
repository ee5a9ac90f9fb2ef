package dev.lockstep.spark.source;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of a libsvm source. */
final class LibsvmTable implements LineTable {
  private static final long serialVersionUID = 1L;
  private static final String LABEL = "label";
  private static final String FEATURES = "features";

  private final int size;
  private final boolean label;
  private final boolean features;

  /** A table with vectors of a size and one of its columns or both. */
  LibsvmTable(int size, boolean label, boolean features) {
    this.size = size;
    this.label = label;
    this.features = features;
  }

  @Override
  public StructType schema() {
    StructType schema = new StructType();
    schema = label ? schema.add(LABEL, DataTypes.DoubleType, false) : schema;
    return features ? schema.add(FEATURES, SQLDataTypes.VectorType(), false) : schema;
  }

  @Override
  public boolean mayRefuse() {
    return false;
  }

  @Override
  public LineTable only(List<String> columns) {
    for (String column : columns) {
      if (!column.equals(LABEL) && !column.equals(FEATURES)) {
        throw new NoColumnException(column, List.of(LABEL, FEATURES));
      }
    }
    return columns.isEmpty()
        ? this
        : new LibsvmTable(size, columns.contains(LABEL), columns.contains(FEATURES));
  }

  @Override
  public LineParser parser() {
    LibsvmLine line = new LibsvmLine(size);
    return (bytes, length, cells) -> {
      if (!line.read(bytes, length)) {
        return false;
      }
      if (label) {
        cells[0] = line.label();
      }
      if (features) {
        cells[label ? 1 : 0] = line.vector(size);
      }
      return true;
    };
  }
}

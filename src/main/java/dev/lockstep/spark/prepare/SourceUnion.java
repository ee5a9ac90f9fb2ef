package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.ImageColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;

/**
 * Rows of a second source behind those of the first, by name, cast to the types of the first
 * without loss.
 */
final class SourceUnion {
  private SourceUnion() {}

  /**
   * The rows of both, with the columns of the first.
   *
   * @param unread columns of which no value is used, so that none is refused
   * @throws ConfigException if the second lacks a column
   * @throws DataException if its images have another shape
   */
  static Dataset<Row> append(Dataset<Row> first, Dataset<Row> second, Set<String> unread) {
    Set<String> names = Set.of(second.columns());
    List<Column> columns = new ArrayList<>();
    for (StructField field : first.schema().fields()) {
      if (!names.contains(field.name())) {
        throw new ConfigException(
            "data: the validation or test source has no column %s, the source has"
                .formatted(field.name()));
      }
      StructField other = second.schema().apply(field.name());
      requireSameShape(field, other);
      columns.add(cast(field, other.dataType(), unread));
    }
    return first.union(second.select(columns.toArray(Column[]::new)));
  }

  private static Column cast(StructField wanted, DataType found, Set<String> unread) {
    String name = wanted.name();
    DataType type = wanted.dataType();
    boolean numbers = LosslessCast.isNumber(found) && LosslessCast.isNumber(type);
    Column cast =
        numbers && unread.contains(name)
            ? Columns.col(name).try_cast(type)
            : LosslessCast.OF_SOURCE.of(name, found, type, Columns.col(Columns.PART));
    return found.equals(type) ? Columns.col(name) : cast.as(name);
  }

  private static void requireSameShape(StructField first, StructField second) {
    List<Integer> shape = ImageColumn.shape(first);
    List<Integer> other = ImageColumn.shape(second);
    if (!shape.isEmpty() && !other.isEmpty() && !shape.equals(other)) {
      throw new DataException(
          "data: the validation or test source has images of [channels, height, width] = %s, the"
                  .formatted(other)
              + " source of "
              + shape);
    }
  }
}

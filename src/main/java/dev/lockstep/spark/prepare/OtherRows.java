package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.ColumnType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The rows of {@code data.source} for a model that is trained already: all, and unlabelled too. */
public final class OtherRows {
  private OtherRows() {}

  /**
   * Reads the source with all its columns and those derived ones that are wanted. Neither {@code
   * where} nor {@code sample} nor {@code distinct} leaves a row out.
   *
   * @param wanted the columns that will be used
   * @param types the types that columns of a text format had in training
   */
  public static Dataset<Row> read(
      SparkSession session, DataConfig data, Set<String> wanted, Map<String, ColumnType> types) {
    Inputs inputs = new Inputs(session, data, List.of());
    return Failures.explained(() -> inputs.open(wanted, types));
  }

  /** The names of the user's own columns of such rows. */
  public static List<String> columns(Dataset<Row> rows) {
    return java.util.Arrays.stream(rows.columns())
        .filter(name -> !name.startsWith("__lockstep_"))
        .toList();
  }
}

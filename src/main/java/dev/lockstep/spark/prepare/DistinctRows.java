package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Of rows that are equal in every user column, the one with the lowest identity. */
final class DistinctRows {
  private static final String LOWEST = "__lockstep_lowest";

  private DistinctRows() {}

  /** The rows that are left. */
  static Dataset<Row> of(Dataset<Row> rows) {
    List<String> user = new ArrayList<>(List.of(rows.columns()));
    user.removeIf(name -> name.startsWith("__lockstep_"));
    Set<String> own = new LinkedHashSet<>(List.of(Columns.PART)); // identity first: it decides
    own.addAll(List.of(Identity.FILE, Identity.POSITION, Identity.HASH));
    own.addAll(List.of(rows.columns()));
    own.removeAll(user);
    Dataset<Row> lowest =
        rows.groupBy(columns(user)).agg(functions.min(functions.struct(columns(own))).as(LOWEST));
    Column[] back =
        Arrays.stream(rows.columns())
            .map(
                name ->
                    own.contains(name)
                        ? functions.col(LOWEST).getField(name).as(name)
                        : Columns.col(name))
            .toArray(Column[]::new);
    return lowest.select(back);
  }

  private static Column[] columns(Collection<String> names) {
    return names.stream().map(Columns::col).toArray(Column[]::new);
  }
}

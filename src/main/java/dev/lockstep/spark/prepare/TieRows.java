package dev.lockstep.spark.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/** Collects the rows whose rank keys are not unique: one more job, only where ids repeat. */
final class TieRows {
  private TieRows() {}

  /**
   * The order among rows of equal rank keys.
   *
   * @param keys split key, rank key, stratum, forced split, content key, identity key
   * @param tied by the split's ordinal, the mixed rank keys that repeat, ascending
   */
  static Ties collect(Dataset<Row> keys, Placement placement, long[][] tied) {
    record Known(Placement placement, long[][] tied) implements java.io.Serializable {}
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(keys.sparkSession().sparkContext());
    Broadcast<Carried<Known>> known =
        spark.broadcast(new Carried<>(new Known(placement.unranked(), tied)));
    List<long[]> rows =
        Failures.explained(
            () ->
                Plans.internalRows(keys)
                    .mapPartitions(
                        part -> {
                          Known now = known.value().value();
                          return read(part, now.placement, now.tied);
                        })
                    .collect());
    known.destroy();
    return Ties.of(rows);
  }

  private static Iterator<long[]> read(
      Iterator<InternalRow> rows, Placement placement, long[][] tied) {
    List<long[]> found = new ArrayList<>();
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      int split = placement.split(row.getLong(0), row.getUTF8String(2).toString(), row.getInt(3));
      long mixed = placement.rankKey().bits(row.getLong(1));
      if (Arrays.binarySearch(tied[split], mixed) >= 0) {
        found.add(new long[] {split, mixed, row.getLong(4), row.getLong(5)});
      }
    }
    return found.iterator();
  }
}

package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Finds the places of keyed rows, in tasks. A place is one long: the split in the upper bits, the
 * rank below. One task's copy is used by its thread alone.
 */
public final class RowPlaces implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<Carried<Placement>> broadcast;
  private transient Placement placement;
  private transient Map<UTF8String, String> strata;

  RowPlaces(Broadcast<Carried<Placement>> broadcast) {
    this.broadcast = broadcast;
  }

  /** The columns of keyed rows that decide the place, in the order that {@link #place} reads. */
  public static Column[] columns() {
    return KeyColumns.TIES.stream().map(Columns::col).toArray(Column[]::new);
  }

  /**
   * The place of a row.
   *
   * @param row has the columns of {@link #columns} from {@code at} on
   */
  public long place(InternalRow row, int at) {
    int forced = row.getInt(at + 3);
    String stratum =
        forced < 0 && placement().stratified() ? stratum(row.getUTF8String(at + 2)) : RowKeys.ALL;
    return place(
        row.getLong(at),
        row.getLong(at + 1),
        row.getLong(at + 4),
        row.getLong(at + 5),
        stratum,
        forced);
  }

  /**
   * The place of a row whose identity and class decide it.
   *
   * @param identity its key, of {@link IdentityKeys}
   * @param stratum its class as Spark SQL writes it, empty for none
   */
  public long place(long identity, String stratum) {
    return place(identity, identity, 0, identity, stratum, -1);
  }

  /** Whether classes matter to places. */
  public boolean stratified() {
    return placement().stratified();
  }

  long place(long splitKey, long rankKey, long content, long identity, String stratum, int forced) {
    Placement known = placement();
    return known.place(known.split(splitKey, stratum, forced), rankKey, content, identity);
  }

  private Placement placement() {
    if (placement == null) {
      placement = broadcast.value().value();
    }
    return placement;
  }

  /** The ordinal of the split of a place. */
  public static int split(long place) {
    return (int) (place >>> Placement.RANK_BITS);
  }

  /** The rank of a place within its split. */
  public static long rank(long place) {
    return place & ((1L << Placement.RANK_BITS) - 1);
  }

  /**
   * Finds the folds of a row.
   *
   * @param row has the columns of {@link #columns} from {@code at} on
   * @param into {@code [repeats]}; written
   */
  public void folds(Folds folds, InternalRow row, int at, byte[] into) {
    String stratum = folds.stratified() ? stratum(row.getUTF8String(at + 2)) : RowKeys.ALL;
    folds.find(row.getLong(at), stratum, into);
  }

  private String stratum(UTF8String name) {
    if (strata == null) {
      strata = new HashMap<>();
    }
    String known = strata.get(name);
    if (known == null) {
      known = name.toString();
      strata.put(name.clone(), known);
    }
    return known;
  }
}

package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.FileBatch;
import java.io.Serializable;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Finds the places of the rows of column batches, in tasks. */
public sealed interface BatchPlaces extends Serializable {
  /**
   * Finds the places of all rows of a batch.
   *
   * @param strata the class of a row as Spark SQL writes it, empty for none; asked if it matters
   * @param into {@code [rows]}; written
   */
  void find(FileBatch batch, IntFunction<String> strata, long[] into);

  /** The places of numbered rows: known beforehand where file and number alone decide. */
  static BatchPlaces of(KeyedRows rows, JavaSparkContext spark) {
    return rows.filePlaces()
        .<BatchPlaces>map(places -> new Known(spark.broadcast(new Carried<>(places))))
        .orElseGet(() -> new Searched(rows.places()));
  }

  /** Places that are read. */
  record Known(Broadcast<Carried<FilePlaces>> places) implements BatchPlaces {
    @Override
    public void find(FileBatch batch, IntFunction<String> strata, long[] into) {
      places.value().value().read(batch.file(), batch.positions(), batch.rows(), into);
    }
  }

  /** Places that are looked for by the keys of rows. */
  record Searched(RowPlaces places) implements BatchPlaces {
    @Override
    public void find(FileBatch batch, IntFunction<String> strata, long[] into) {
      long file = IdentityKeys.ofFile(batch.file());
      boolean stratified = places.stratified();
      for (int row = 0; row < batch.rows(); row++) {
        String stratum = stratified ? strata.apply(row) : RowKeys.ALL;
        long key = IdentityKeys.ofRow(file, batch.positions().getLong(row));
        into[row] = places.place(key, stratum);
      }
    }
  }
}

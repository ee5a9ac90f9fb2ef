package dev.lockstep.spark.shard;

import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.Carried;
import dev.lockstep.spark.prepare.Folds;
import dev.lockstep.spark.prepare.RowPlaces;
import dev.lockstep.spark.prepare.StatisticsReader;
import dev.lockstep.spark.prepare.StatisticsRequest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Packs the rows of a task into chunks, each for one band of a shard, and counts what statistics
 * ask: chunks come out as they fill, the statistics last, for the shard after the last.
 */
final class RowPacker implements Iterator<Tuple2<Long, Object>> {
  private final int task;
  private final Iterator<InternalRow> rows;
  private final int shards;
  private final PackedLayout layout;
  private final PackedRow packed;
  private final RowPlaces places;
  private final Folds folds;
  private final StatisticsReader statistics;
  private final Chunks chunks;
  private boolean finished;

  RowPacker(
      int task,
      Iterator<InternalRow> rows,
      Bands bands,
      StatisticsRequest request,
      RowPlaces places,
      Folds folds) {
    this.task = task;
    this.rows = rows;
    this.shards = bands.shards();
    this.layout = PackedLayout.of(request);
    this.packed = new PackedRow(layout.classes(), layout.labels(), folds.repeats());
    this.places = places;
    this.folds = folds;
    this.statistics = new StatisticsReader(request);
    this.chunks = new Chunks(bands);
  }

  @Override
  public boolean hasNext() {
    return !finished;
  }

  @Override
  public Tuple2<Long, Object> next() {
    while (rows.hasNext()) {
      add(rows.next());
      Tuple2<Long, Object> full = chunks.poll();
      if (full != null) {
        return full;
      }
    }
    Tuple2<Long, Object> left = chunks.flush();
    if (left != null) {
      return left;
    }
    if (finished) {
      throw new NoSuchElementException();
    }
    finished = true;
    return new Tuple2<>(Bands.key(shards, 0, task), new Carried<>(statistics.statistics()));
  }

  private void add(InternalRow row) {
    long place = places.place(row, layout.placeAt());
    statistics.add(row, RowPlaces.split(place) == Split.TRAIN.ordinal());
    packed.features(statistics.entries(0));
    if (layout.classes()) {
      packed.className(row.getUTF8String(layout.labelAt()).getBytes());
    } else {
      for (int k = 0; k < layout.labels(); k++) {
        packed.label(k, row.getFloat(layout.floatsAt() + k));
      }
    }
    places.folds(folds, row, layout.placeAt(), packed.folds());
    packed.weight(layout.weightAt() < 0 ? 1f : row.getFloat(layout.weightAt()));
    packed.offset(layout.offsetAt() < 0 ? 0f : row.getFloat(layout.offsetAt()));
    chunks.add(place, packed);
  }
}

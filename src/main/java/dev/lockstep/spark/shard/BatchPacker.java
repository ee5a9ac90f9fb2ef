package dev.lockstep.spark.shard;

import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.BatchPlaces;
import dev.lockstep.spark.prepare.Carried;
import dev.lockstep.spark.prepare.Categories;
import dev.lockstep.spark.prepare.ClassNames;
import dev.lockstep.spark.prepare.Folds;
import dev.lockstep.spark.prepare.IdentityKeys;
import dev.lockstep.spark.prepare.RowPlaces;
import dev.lockstep.spark.prepare.Statistics;
import dev.lockstep.spark.prepare.StatisticsReader;
import dev.lockstep.spark.prepare.StatisticsRequest;
import dev.lockstep.spark.prepare.VectorEntries;
import dev.lockstep.spark.source.FileBatch;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import scala.Tuple2;

/**
 * The twin of {@link RowPacker} for column batches: the same chunks, with no object of Spark's a
 * row. A row that is not plainly good, or has a class for the first time, goes through {@link
 * StatisticsReader}, which says what is wrong; the others are counted here.
 */
final class BatchPacker implements Iterator<Tuple2<Long, Object>> {
  private final int task;
  private final Iterator<FileBatch> batches;
  private final int shards;
  private final BatchLayout layout;
  private final BatchPlaces places;
  private final Folds folds;
  private final StatisticsReader statistics;
  private final ClassNames classes;
  private final VectorEntries entries;
  private final PackedRow packed;
  private final Chunks chunks;
  private long[] placed = {};
  private int size = -1;
  private long trainRows;
  private long trainEntries;
  private boolean finished;

  BatchPacker(
      int task,
      Iterator<FileBatch> batches,
      Bands bands,
      StatisticsRequest request,
      BatchLayout layout,
      BatchPlaces places,
      Folds folds) {
    this.task = task;
    this.batches = batches;
    this.shards = bands.shards();
    this.layout = layout;
    this.places = places;
    this.folds = folds;
    this.statistics = new StatisticsReader(request);
    this.entries = new VectorEntries(request.vectors().get(0).scaling());
    this.classes = new ClassNames(layout.types().get(0));
    this.packed = new PackedRow(layout.classes(), layout.labels(), folds.repeats());
    this.chunks = new Chunks(bands);
  }

  @Override
  public boolean hasNext() {
    return !finished;
  }

  @Override
  public Tuple2<Long, Object> next() {
    Tuple2<Long, Object> full = chunks.poll();
    while (full == null && batches.hasNext()) {
      add(batches.next());
      full = chunks.poll();
    }
    if (full == null) {
      full = chunks.flush();
    }
    if (full != null) {
      return full;
    }
    if (finished) {
      throw new NoSuchElementException();
    }
    finished = true;
    return new Tuple2<>(Bands.key(shards, 0, task), new Carried<>(statistics()));
  }

  private void add(FileBatch batch) {
    place(batch);
    ColumnVector vectors = batch.column(layout.vectorAt());
    long file = folds.repeats() == 0 ? 0 : IdentityKeys.ofFile(batch.file());
    for (int row = 0; row < batch.rows(); row++) {
      ClassNames.Known label = label(batch, row);
      if (folds.repeats() > 0) {
        long key = IdentityKeys.ofRow(file, batch.positions().getLong(row));
        folds.find(key, stratum(label), packed.folds());
      }
      boolean train = RowPlaces.split(placed[row]) == Split.TRAIN.ordinal();
      boolean good = numbers(batch, row) && !vectors.isNullAt(row);
      if (good) {
        entries.read(vectors, row);
        good = entries.size() == size && entries.firstUnusable() < 0;
      }
      if (good && (label == null ? !layout.classes() : label.met)) {
        count(label, train);
      } else {
        String name = label == null ? null : label.name;
        statistics.add(BatchRow.of(layout, batch, row, name), train);
        first(label, vectors, row);
      }
      packed.features(entries);
      chunks.add(placed[row], packed);
    }
  }

  /** Finds all places of a batch first: searches that follow each other wait for memory at once. */
  private void place(FileBatch batch) {
    if (placed.length < batch.rows()) {
      placed = new long[batch.rows()];
    }
    places.find(batch, row -> stratum(label(batch, row)), placed);
  }

  private static String stratum(ClassNames.Known label) {
    return label == null ? "" : label.stratum;
  }

  /** Takes a row that statistics counted, as they have not thrown. */
  private void first(ClassNames.Known label, ColumnVector vectors, int row) {
    entries.read(vectors, row);
    size = entries.size();
    if (label != null) {
      label.met = true;
    }
  }

  private void count(ClassNames.Known label, boolean train) {
    if (label != null && train) {
      label.train++;
    } else if (label != null) {
      label.others++;
    }
    if (train) {
      trainRows++;
      trainEntries += entries.count();
    }
  }

  private Statistics statistics() {
    Statistics all = statistics.statistics();
    all.vectors().get(0).addRows(trainRows, trainEntries);
    if (layout.classes()) {
      for (ClassNames.Known label : classes.all()) {
        add(all.labels().get(0), label.name, label.train);
        add(all.otherLabels().get(0), label.name, label.others);
      }
    }
    return all;
  }

  private static void add(Categories to, String name, long rows) {
    if (rows > 0) {
      to.add(name, rows);
    }
  }

  /** The class of a row; null if it has none, or labels are numbers. */
  private ClassNames.Known label(FileBatch batch, int row) {
    if (!layout.classes() || batch.column(0).isNullAt(row)) {
      return null;
    }
    ClassNames.Known label = classes.of(batch.column(0), row);
    packed.className(label.bytes);
    return label;
  }

  /** Takes labels, weight and offset; whether they are all as they must be. */
  private boolean numbers(FileBatch batch, int row) {
    boolean good = true;
    for (int i = layout.classes() ? 1 : 0; i < layout.vectorAt(); i++) {
      ColumnVector column = batch.column(i);
      if (column.isNullAt(row)) {
        return false;
      }
      DataType type = layout.types().get(i);
      double value = ClassNames.number(column, type, row);
      boolean negative = i == layout.weightAt() || i < layout.labels() && layout.nonNegative();
      good &= Math.abs(value) <= Float.MAX_VALUE && !(negative && value < 0);
      float narrow = ClassNames.narrow(column, type, row);
      if (i < layout.labels()) {
        packed.label(i, narrow);
      } else if (i == layout.weightAt()) {
        packed.weight(narrow);
      } else {
        packed.offset(narrow);
      }
    }
    return good;
  }
}

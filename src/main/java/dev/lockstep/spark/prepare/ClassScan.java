package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.FileBatch;
import dev.lockstep.spark.source.NumberedFiles;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * The keys of numbered rows whose strata are their classes, from the column of labels alone, read
 * in batches. A task sends 4 bytes a row; what it read may come in any order, since it says which
 * rows it is.
 */
final class ClassScan {
  private static final int NONE = -1;

  private ClassScan() {}

  /** The classes of consecutive rows of a file, as numbers into the names of their part. */
  private record Run(String file, long first, int[] classes) implements Serializable {}

  /** What a task read. */
  private record Part(ArrayList<Run> runs, ArrayList<String> names) implements Serializable {}

  /**
   * The keys in the order of the files.
   *
   * @param label the column of classes
   * @return empty where the column is not read in batches, or Spark SQL alone names its classes
   */
  static Optional<RowKeys> keys(NumberedFiles files, String label, DataType type) {
    if (!ClassNames.serves(type)) {
      return Optional.empty();
    }
    return files
        .batches(List.of(label))
        .map(
            batches ->
                batches
                    .mapPartitions(
                        part -> List.of(new Carried<>(new Reader(type).read(part))).iterator())
                    .collect())
        .map(parts -> join(files, parts.stream().map(Carried::value).toList()));
  }

  private static RowKeys join(NumberedFiles files, List<Part> parts) {
    Map<String, Integer> firsts = files.firsts();
    int count = Math.toIntExact(files.count());
    int[] strata = new int[count];
    Arrays.fill(strata, NONE);
    StratumNames names = new StratumNames();
    for (Part part : parts) {
      int[] numbers = part.names.stream().mapToInt(names::number).toArray();
      for (Run run : part.runs) {
        int at = Math.toIntExact(firsts.get(run.file) + run.first);
        for (int number : run.classes) {
          strata[at++] = number == NONE ? names.number(RowKeys.ALL) : numbers[number];
        }
      }
    }
    for (int row = 0; row < count; row++) {
      if (strata[row] == NONE) {
        throw new IllegalStateException("the class of row " + row + " was not read");
      }
    }
    return RowKeys.of(files, strata, names.list());
  }

  /** Reads the labels of a task. */
  private static final class Reader {
    private final ClassNames names;
    private final ArrayList<Run> runs = new ArrayList<>();
    private String file = "";
    private long first;
    private int[] classes = new int[1024];
    private int size;

    Reader(DataType type) {
      names = new ClassNames(type);
    }

    Part read(Iterator<FileBatch> batches) {
      while (batches.hasNext()) {
        add(batches.next());
      }
      end();
      ArrayList<String> strata = new ArrayList<>();
      names.all().forEach(known -> strata.add(known.stratum));
      return new Part(runs, strata);
    }

    private void add(FileBatch batch) {
      ColumnVector labels = batch.column(0);
      ColumnVector positions = batch.positions();
      for (int row = 0; row < batch.rows(); row++) {
        long position = positions.getLong(row);
        if (position != first + size || !batch.file().equals(file)) {
          end();
          file = batch.file();
          first = position;
        }
        if (size == classes.length) {
          classes = Arrays.copyOf(classes, 2 * size);
        }
        StratumNames.requireFew(names.all().size());
        classes[size++] = labels.isNullAt(row) ? NONE : names.of(labels, row).number;
      }
    }

    private void end() {
      if (size > 0) {
        runs.add(new Run(file, first, Arrays.copyOf(classes, size)));
      }
      size = 0;
    }
  }
}

package dev.lockstep.spark.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Files whose rows are numbered from 0, and how many rows each has, as its footer says: so every
 * row's identity is known before any is read. Their columns can be read in batches, without an
 * object per row.
 */
public final class NumberedFiles {
  private static final int TASKS_A_SLOT = 4;
  private static final long BATCH_BYTES = 512 << 10;
  private static final long LEAST_BATCH = 64;
  private static final long MOST_BATCH = 1 << 16;

  private final Dataset<Row> frame;
  private final List<ListedFile> files;
  private final Map<String, String> names;
  private final List<Long> rows;

  private NumberedFiles(
      Dataset<Row> frame, List<ListedFile> files, Map<String, String> names, List<Long> rows) {
    this.frame = frame;
    this.files = files;
    this.names = names;
    this.rows = rows;
  }

  /**
   * The rows of listed files.
   *
   * @param frame the files as Spark's parquet reader reads them
   * @param rows how many each file has
   * @param root the source's root
   */
  static NumberedFiles of(
      Dataset<Row> frame, List<ListedFile> files, List<Long> rows, String root) {
    return new NumberedFiles(frame, files, FileNames.byAddress(files, root), rows);
  }

  private static Broadcast<SerializableConfiguration> settings(SparkSession session) {
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .broadcast(new SerializableConfiguration(LineFiles.hadoop(session)));
  }

  /** How many rows all files have. */
  public long count() {
    return rows.stream().mapToLong(Long::longValue).sum();
  }

  /** How many files there are, those without rows included. */
  public int size() {
    return files.size();
  }

  /** The value of {@link Identity#FILE} of a file's rows. */
  public String name(int file) {
    return names.get(FileNames.address(files.get(file)));
  }

  /** How many rows a file has; their {@link Identity#POSITION} counts from 0. */
  public long rows(int file) {
    return rows.get(file);
  }

  /**
   * The number of each file's first row among the rows of all files, by the file's name.
   *
   * @throws ArithmeticException if there are more rows than an array holds
   */
  public HashMap<String, Integer> firsts() {
    HashMap<String, Integer> firsts = new HashMap<>();
    int first = 0;
    for (int file = 0; file < size(); file++) {
      firsts.put(name(file), first);
      first = Math.toIntExact(first + rows(file));
    }
    return firsts;
  }

  /**
   * Some columns in batches, each of one file; every task checks each file that it reads.
   *
   * @param columns names of columns, in the order in which batches have them
   * @return empty where Spark does not read these columns in batches: their types, or its settings
   */
  public Optional<JavaRDD<FileBatch>> batches(List<String> columns) {
    HashMap<String, ListedFile> byAddress = new HashMap<>();
    files.forEach(file -> byAddress.put(FileNames.address(file), file));
    HashMap<String, String> named = new HashMap<>(names);
    return ColumnScan.of(frame, columns, batchRows())
        .map(
            scan -> {
              Broadcast<SerializableConfiguration> settings = settings(frame.sparkSession());
              int[] places = scan.places();
              int tasks = TASKS_A_SLOT * frame.sparkSession().sparkContext().defaultParallelism();
              return scan.batches(tasks)
                  .mapPartitions(
                      read -> new Checked(read, places, byAddress, named, settings.value().value()),
                      true);
            });
  }

  /** So many rows that a batch stays in a core's cache, a power of two. */
  private int batchRows() {
    long stored = files.stream().mapToLong(file -> file.input().sizeBytes()).sum();
    long fit = BATCH_BYTES * Math.max(1, count()) / Math.max(1, stored);
    return (int) Long.highestOneBit(Math.max(LEAST_BATCH, Math.min(MOST_BATCH, fit)));
  }

  /** The batches of one task, whose files are checked as they come. */
  private static final class Checked implements Iterator<FileBatch> {
    private final Iterator<ColumnarBatch> batches;
    private final int[] places;
    private final Map<String, ListedFile> files;
    private final Map<String, String> names;
    private final Configuration hadoop;
    private String address = "";

    Checked(
        Iterator<ColumnarBatch> batches,
        int[] places,
        Map<String, ListedFile> files,
        Map<String, String> names,
        Configuration hadoop) {
      this.batches = batches;
      this.places = places;
      this.files = files;
      this.names = names;
      this.hadoop = hadoop;
    }

    @Override
    public boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    public FileBatch next() {
      ColumnarBatch batch = batches.next();
      if (batch.numRows() > 0) {
        check(batch.column(places[places.length - 2]).getUTF8String(0).toString());
      }
      return new FileBatch(names.getOrDefault(address, ""), batch, places);
    }

    private void check(String of) {
      if (!of.equals(address)) {
        ListedFile file = files.get(of);
        if (file == null) {
          throw FileCheck.unlisted();
        }
        try {
          file.check(hadoop);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        address = of;
      }
    }
  }
}

package dev.lockstep.spark.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetReadSupport;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * What the footers of parquet files say.
 *
 * @param rows of each file
 * @param schema as Spark wrote it into all files alike; empty where Spark has to infer and merge
 *     what they have
 */
record Footers(List<Long> rows, Optional<StructType> schema) {
  /** The driver reads this many by itself: a job takes longer. */
  private static final int FEW = 64;

  private static final int TASKS_A_SLOT = 4;

  /** Stands for schemas that differ, or that Spark did not write. */
  private static final String UNKNOWN = "";

  /**
   * Reads the footers, and checks that the files are those that were listed.
   *
   * @throws IOException if one cannot be read
   */
  static Footers read(SparkSession session, List<ListedFile> files) throws IOException {
    List<Tuple2<long[], String>> parts =
        files.size() <= FEW ? here(session, files) : inTasks(session, files);
    List<Long> rows = parts.stream().flatMap(part -> Arrays.stream(part._1()).boxed()).toList();
    String schema = same(parts.stream().map(Tuple2::_2).toList());
    // Names of folders may become columns, which takes Spark's own look at the files.
    boolean folders = files.stream().anyMatch(file -> file.input().path().contains("="));
    return new Footers(rows, folders ? Optional.empty() : parsed(schema));
  }

  /** Empty where this Spark cannot tell the types either: it then goes by those of parquet. */
  private static Optional<StructType> parsed(String schema) {
    if (schema.equals(UNKNOWN)) {
      return Optional.empty();
    }
    try {
      return Optional.of((StructType) StructType.fromJson(schema));
    } catch (Exception e) { // an older Spark's text, or a type of a library that is not here
      return Optional.empty();
    }
  }

  private static String same(List<String> schemas) {
    return schemas.stream().distinct().count() == 1 ? schemas.get(0) : UNKNOWN;
  }

  private static List<Tuple2<long[], String>> here(SparkSession session, List<ListedFile> files)
      throws IOException {
    Configuration hadoop = LineFiles.hadoop(session);
    List<Tuple2<long[], String>> found = new ArrayList<>();
    ReadAhead.inOrder(files, file -> read(file, hadoop), (number, footer) -> found.add(footer));
    return found;
  }

  /** A task sends one schema at most: thousands of wide ones would be too much for the driver. */
  private static List<Tuple2<long[], String>> inTasks(
      SparkSession session, List<ListedFile> files) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<SerializableConfiguration> settings =
        spark.broadcast(new SerializableConfiguration(LineFiles.hadoop(session)));
    ArrayList<ListedFile> listed = new ArrayList<>(files);
    List<Integer> numbers = IntStream.range(0, listed.size()).boxed().toList();
    int tasks = Math.min(files.size(), TASKS_A_SLOT * spark.defaultParallelism());
    return spark
        .parallelize(numbers, tasks)
        .mapPartitions(part -> List.of(read(part, listed, settings.value().value())).iterator())
        .collect();
  }

  private static Tuple2<long[], String> read(
      Iterator<Integer> numbers, List<ListedFile> files, Configuration hadoop) throws IOException {
    List<Tuple2<long[], String>> found = new ArrayList<>();
    while (numbers.hasNext()) {
      found.add(read(files.get(numbers.next()), hadoop));
    }
    return new Tuple2<>(
        found.stream().mapToLong(footer -> footer._1()[0]).toArray(),
        same(found.stream().map(Tuple2::_2).toList()));
  }

  private static Tuple2<long[], String> read(ListedFile file, Configuration hadoop)
      throws IOException {
    file.check(hadoop);
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(file.path(), hadoop),
            HadoopReadOptions.builder(hadoop, file.path()).build())) {
      String schema =
          reader
              .getFileMetaData()
              .getKeyValueMetaData()
              .getOrDefault(ParquetReadSupport.SPARK_METADATA_KEY(), UNKNOWN);
      return new Tuple2<>(new long[] {reader.getRecordCount()}, schema);
    }
  }
}

package dev.lockstep.spark.source;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;

/** Data frames of Spark's own readers, with an identity. */
final class SparkFiles {
  private SparkFiles() {}

  /** Opens listed files with a reader of Spark's; {@code positions}: it numbers rows of files. */
  static SourceRows open(
      SparkSession session, String format, String path, SourceRequest request, boolean positions) {
    List<ListedFile> files = InputFiles.list(LineFiles.hadoop(session), path, request.expected());
    requireSeen(files.get(0));
    String root = root(files.get(0));
    try {
      DataFrameReader reader = session.read().format(format).option("basePath", root);
      if (positions && !request.headOnly()) {
        return numbered(session, reader, path, request, files);
      }
      Dataset<Row> frame = reader.option("mergeSchema", "true").load(uris(files));
      Dataset<Row> checked = head(FileCheck.addTo(frame, files), request);
      Dataset<Row> rows = positions ? positioned(checked, files, root) : hashed(checked);
      return rows(rows, count(head(frame, request), path), request, files);
    } catch (Exception e) {
      throw ReaderFailures.explain(format, path, e);
    }
  }

  /** A file that the path itself names may be hidden, and Spark would read nothing from it. */
  private static void requireSeen(ListedFile file) {
    if (InputFiles.isHidden(file.path().getName())) {
      throw new ConfigException(
          "data.source.path "
              + file.name()
              + ": Spark reads no file whose name begins with a dot or an underscore; rename the"
              + " file");
    }
  }

  /** Opens a frame whose rows have no place of their own. */
  static SourceRows open(Dataset<Row> frame, String name, SourceRequest request) {
    Dataset<Row> head = head(frame, request);
    return rows(hashed(head), count(head, name), request, List.of());
  }

  private static Dataset<Row> head(Dataset<Row> frame, SourceRequest request) {
    return request.headOnly() ? frame.limit((int) request.mostRows()) : frame;
  }

  /** Counts the rows of files or a table; mostly their footers tell. */
  private static long count(Dataset<Row> frame, String name) {
    // Not count(): its aggregation would be two more stages for one number a task.
    long count =
        ((org.apache.spark.sql.classic.Dataset<Row>) frame.select(new Column[0]))
            .queryExecution()
            .toRdd()
            .count();
    return required(count, name);
  }

  private static long required(long count, String name) {
    if (count == 0) {
      throw new InputMissingException(name + " holds no rows");
    }
    return count;
  }

  private static String[] uris(List<ListedFile> files) {
    return files.stream().map(file -> file.path().toString()).toArray(String[]::new);
  }

  private static SourceRows numbered(
      SparkSession session,
      DataFrameReader reader,
      String path,
      SourceRequest request,
      List<ListedFile> files)
      throws IOException {
    Footers footers = Footers.read(session, files);
    // Where the footers tell the schema, Spark need not read them again, in a job.
    footers.schema().ifPresentOrElse(reader::schema, () -> reader.option("mergeSchema", "true"));
    Dataset<Row> frame = reader.load(uris(files));
    String root = root(files.get(0));
    NumberedFiles numbered = NumberedFiles.of(frame, files, footers.rows(), root);
    Dataset<Row> rows = positioned(FileCheck.addTo(frame, files), files, root);
    return new SourceRows(
        Identity.select(rows, request.columns()),
        required(numbered.count(), path),
        InputFiles.inputs(files),
        BadRows.NONE,
        RowNames.PLAIN,
        Optional.of(numbered));
  }

  private static SourceRows rows(
      Dataset<Row> rows, long count, SourceRequest request, List<ListedFile> files) {
    List<InputFile> inputs = InputFiles.inputs(files);
    return new SourceRows(Identity.select(rows, request.columns()), count, inputs, BadRows.NONE);
  }

  /** The root of a source, from one of its files. */
  static String root(ListedFile file) {
    String uri = file.uri();
    return uri.substring(0, uri.length() - file.input().path().length());
  }

  private static Dataset<Row> positioned(Dataset<Row> frame, List<ListedFile> files, String root) {
    return frame.select(
        frame.col("*"),
        FileNames.column(frame, files, root).as(Identity.FILE),
        frame.col("_metadata.row_index").as(Identity.POSITION),
        functions.lit(0L).as(Identity.HASH));
  }

  /** Equal rows are interchangeable, so it does not matter which of them gets which number. */
  private static Dataset<Row> hashed(Dataset<Row> frame) {
    Column[] hashable =
        Arrays.stream(frame.schema().fields())
            .filter(field -> !(field.dataType() instanceof MapType))
            .map(StructField::name)
            .map(name -> frame.col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    Column hash = functions.xxhash64(hashable);
    Column tie = functions.hash(hashable);
    return frame
        .withColumn(Identity.FILE, functions.lit(""))
        .withColumn(
            Identity.POSITION,
            functions
                .row_number()
                .over(Window.partitionBy(hash).orderBy(tie))
                .cast(DataTypes.LongType))
        .withColumn(Identity.HASH, hash);
  }
}

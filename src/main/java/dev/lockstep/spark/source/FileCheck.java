package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Checks, in the tasks of Spark's own readers, that files are still those that were listed: once
 * for each file that a task reads. (What {@code _metadata} says of length and time is what Spark
 * saw when it listed them.) Rows name their file by a hash, which costs no text per row. One task's
 * copy is used by its thread alone.
 */
final class FileCheck implements UDF1<Long, Boolean> {
  private static final long serialVersionUID = 1L;

  private final HashMap<Long, ListedFile> files;
  private final Broadcast<SerializableConfiguration> settings;
  private transient boolean any;
  private transient long last;

  private FileCheck(
      HashMap<Long, ListedFile> files, Broadcast<SerializableConfiguration> settings) {
    this.files = files;
    this.settings = settings;
  }

  /** The rows of a frame that Spark reads from listed files, with the check. */
  static Dataset<Row> addTo(Dataset<Row> frame, List<ListedFile> listed) {
    SparkSession session = frame.sparkSession();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    HashMap<Long, ListedFile> files = new HashMap<>();
    listed.forEach(file -> files.put(FileNames.hash(FileNames.address(file)), file));
    FileCheck check =
        new FileCheck(
            files, spark.broadcast(new SerializableConfiguration(LineFiles.hadoop(session))));
    return frame.filter(
        functions.udf(check, DataTypes.BooleanType).apply(FileNames.hashColumn(frame)));
  }

  static DataException unlisted() {
    return new DataException(
        "a file of the source is new since this run began; remove it, or start a new run");
  }

  @Override
  public Boolean call(Long path) throws IOException {
    if (!any || path != last) {
      ListedFile file = files.get(path);
      if (file == null) {
        throw unlisted();
      }
      file.check(settings.value().value());
      any = true;
      last = path;
    }
    return true;
  }
}

package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The tasks that read the splits. Splits travel in the closure and counts as bytes, since Kryo 4,
 * which may be the session's serializer, cannot write records.
 */
final class LineTasks {
  private final JavaRDD<Integer> tasks;
  private final List<List<LineSplit>> splits;
  private final LineLimits limits;
  private final long mostRows;
  private final Broadcast<SerializableConfiguration> settings;

  /**
   * Tasks of splits.
   *
   * @param mostRows how many of the first rows each task reads
   */
  LineTasks(
      SparkSession session,
      Configuration hadoop,
      List<List<LineSplit>> splits,
      LineLimits limits,
      long mostRows) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.tasks =
        spark.parallelize(IntStream.range(0, splits.size()).boxed().toList(), splits.size());
    this.splits = splits;
    this.limits = limits;
    this.mostRows = mostRows;
    this.settings = spark.broadcast(new SerializableConfiguration(hadoop));
  }

  LineCounts survey(LineSurvey template) {
    Broadcast<SerializableConfiguration> hadoop = settings;
    List<List<LineSplit>> all = splits;
    LineLimits kept = limits;
    long most = mostRows;
    return total(
        task -> LinePass.survey(hadoop.value().value(), all.get(task), kept, most, template));
  }

  LineCounts count(LineTable table) {
    Broadcast<SerializableConfiguration> hadoop = settings;
    List<List<LineSplit>> all = splits;
    LineLimits kept = limits;
    long most = mostRows;
    return total(task -> LinePass.count(hadoop.value().value(), all.get(task), kept, most, table));
  }

  JavaRDD<Row> rows(LineTable table, boolean drop) {
    Broadcast<SerializableConfiguration> hadoop = settings;
    List<List<LineSplit>> all = splits;
    LineLimits kept = limits;
    long most = mostRows;
    return tasks.flatMap(
        task -> new LineRows(hadoop.value().value(), all.get(task), kept, most, table, drop));
  }

  private LineCounts total(Function<Integer, LineCounts> pass) {
    List<byte[]> perTask = collect(tasks.map(task -> toBytes(pass.call(task))));
    return perTask.stream().map(LineTasks::fromBytes).reduce(LineCounts::and).orElseThrow();
  }

  /** Runs a job; the user's error of a task is thrown as it is. */
  private static List<byte[]> collect(JavaRDD<byte[]> results) {
    try {
      return results.collect();
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof DataException error) {
          throw error;
        }
      }
      throw e;
    }
  }

  private static byte[] toBytes(LineCounts counts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(counts);
    }
    return bytes.toByteArray();
  }

  private static LineCounts fromBytes(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (LineCounts) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("the counts of a task cannot be read", e);
    }
  }
}

package dev.lockstep.spark.run;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.OtherRows;
import dev.lockstep.spark.prepare.WithoutWindow;
import dev.lockstep.train.metric.MetricSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * Scores the rows of a source with a trained model.
 *
 * @param session a running application
 * @param encoding the model's
 * @param model what was trained
 * @param params its parameters, one member
 * @param metrics the threshold of classes
 */
public record Predictor(
    LockstepSession session,
    Encoding encoding,
    Model model,
    Parameters params,
    MetricSettings metrics) {
  /**
   * How csv is written so that csv sources, and whoever else doubles quotes, read the same values:
   * Spark itself puts backslashes before quotes and drops blanks around values.
   */
  private static final Map<String, String> CSV =
      Map.of(
          "header", "true",
          "escape", "\"",
          "ignoreLeadingWhiteSpace", "false",
          "ignoreTrailingWhiteSpace", "false");

  /** Timestamps in csv and json with all that Spark knows of them; parquet has its own form. */
  private static final Map<String, String> TEXT =
      Map.of(
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  /**
   * What to write, and where.
   *
   * @param keep columns of the source that are written before the predictions; those of csv and
   *     json as their text
   * @param parts what of a prediction is written; all of it if empty
   * @param format {@code csv}, {@code parquet} or {@code json}
   * @param output a directory; earlier predictions in it are replaced
   */
  public record Target(
      List<String> keep, Set<Part> parts, String format, PredictionDirectory output) {}

  /**
   * What was written.
   *
   * @param rows how many
   * @param withoutWindow what of series has no row among them
   * @param badRows how many malformed rows were dropped
   */
  public record Written(long rows, WithoutWindow withoutWindow, long badRows) {}

  /**
   * Scores all rows of {@code data.source} and writes them. Earlier predictions stay until all are
   * written.
   *
   * @throws dev.lockstep.data.DataException if the columns are not those of training, or no series
   *     has a window
   * @throws dev.lockstep.train.store.RunOwnedException if another attempt writes there
   */
  public Written write(DataConfig data, Target target) {
    Set<String> wanted = new LinkedHashSet<>(encoding.inputs().keySet());
    encoding.offset().ifPresent(wanted::add);
    wanted.addAll(target.keep());
    OtherRows rows =
        OtherRows.read(session.session(), data, wanted, target.keep(), encoding.types());
    List<String> given = rows.columns();
    for (String name : target.keep()) {
      if (!given.contains(name)) {
        throw new ConfigException(
            "--keep %s: the source has no such column; it has %s"
                .formatted(name, String.join(", ", given)));
      }
    }
    requireWritable(rows.rows().schema(), target);
    Broadcast<Parameters> sent = session.context().broadcast(params);
    try {
      Dataset<Row> scored =
          ClusterFailures.explained(() -> scored(rows, target, sent), rows.names());
      try (PredictionAttempt attempt = target.output().begin()) {
        attempt.requireShared(session.context());
        return write(scored, rows, data, target.format(), attempt);
      }
    } finally {
      sent.destroy(true);
    }
  }

  private Written write(
      Dataset<Row> scored,
      OtherRows rows,
      DataConfig data,
      String format,
      PredictionAttempt attempt) {
    long written =
        ClusterFailures.explained(() -> write(scored, format, attempt.location()), rows.names());
    if (written == 0 && data.series().isPresent()) {
      int window = data.series().get().window();
      String chosen = data.where().map(" after data.where = \"%s\""::formatted).orElse("");
      throw new DataException(
          ("data.series.window = %d: no series of the source has %d rows%s, so there is nothing to"
                  + " predict from; give at least the last %d rows of each")
              .formatted(window, window, chosen, window));
    }
    WithoutWindow without = ClusterFailures.explained(rows.withoutWindow());
    attempt.requireShared(session.context()); // by executors that came meanwhile, too
    attempt.replaceEarlier();
    return new Written(written, without, rows.badRows().count());
  }

  private static void requireWritable(StructType type, Target target) {
    for (String name : target.keep()) {
      DataType kept = type.apply(name).dataType();
      boolean nested =
          kept instanceof ArrayType
              || kept instanceof MapType
              || kept instanceof StructType
              || kept instanceof UserDefinedType;
      if (nested && target.format().equals("csv")) {
        throw new ConfigException(
            "--keep %s: csv cannot hold a column of type %s; choose --format parquet or json"
                .formatted(name, kept.simpleString()));
      }
    }
  }

  private Dataset<Row> scored(OtherRows rows, Target target, Broadcast<Parameters> sent) {
    Schema schema = encoding.schema();
    PredictionColumns columns = PredictionColumns.of(model, schema, metrics, target.parts());
    StructType kept = new StructType();
    for (String name : target.keep()) {
      kept = kept.add(name, rows.rows().schema().apply(rows.asItIs(name)).dataType());
    }
    StructType type = columns.addTo(kept, target.format());
    List<String> named = target.keep().stream().map(name -> "__lockstep_keep_" + name).toList();
    Dataset<Row> copied = rows.rows();
    for (String name : target.keep()) {
      copied = copied.withColumn("__lockstep_keep_" + name, Columns.col(rows.asItIs(name)));
    }
    Dataset<Row> encoded = encoding.encodeOther(copied, false, named);
    ScoreRows score =
        new ScoreRows(
            EncodedShape.builder(schema, encoded.schema()),
            model,
            schema,
            sent,
            columns,
            target.keep().size(),
            type.size());
    return encoded.mapPartitions(score, Encoders.row(type));
  }

  private static long write(Dataset<Row> scored, String format, String location)
      throws InterruptedException {
    Observation observed = new Observation();
    Column count = functions.count(functions.lit(1)).as("rows");
    scored
        .observe(observed, count)
        .write()
        .mode(SaveMode.Append)
        .options(format.equals("csv") ? CSV : Map.of())
        .options(format.equals("parquet") ? Map.of() : TEXT)
        .format(format)
        .save(location);
    return ((Number) observed.getAsJava().get("rows")).longValue();
  }
}

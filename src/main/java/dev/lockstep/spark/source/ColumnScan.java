package dev.lockstep.spark.source;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The scan below a plan of Spark's own, in its column batches: what turns them into rows and
 * renames columns is left out.
 *
 * @param scan Spark's scan of files
 * @param places where the asked columns are in a batch, then the file's address and the row number
 * @param batchRows how many rows a batch should have, at most
 */
record ColumnScan(FileSourceScanExec scan, int[] places, int batchRows) {
  private static final String BATCH_ROWS = "spark.sql.parquet.columnarReaderBatchSize";
  private static final String LEAST_TASKS = "spark.sql.files.minPartitionNum";
  private static final String FILE_PATH = "file_path";

  /** The scan of some columns of files; empty if Spark reads them row by row. */
  static Optional<ColumnScan> of(Dataset<Row> frame, List<String> columns, int batchRows) {
    Column[] asked = new Column[columns.size() + 2];
    for (int i = 0; i < columns.size(); i++) {
      asked[i] = frame.col("`" + columns.get(i).replace("`", "``") + "`");
    }
    asked[columns.size()] = frame.col("_metadata." + FILE_PATH);
    asked[columns.size() + 1] = frame.col("_metadata.row_index");
    QueryExecution query =
        ((org.apache.spark.sql.classic.Dataset<Row>) frame.select(asked)).queryExecution();
    return scan(query.executedPlan())
        .flatMap(
            scan ->
                places(
                        CollectionConverters.asJava(query.analyzed().output()),
                        CollectionConverters.asJava(scan.output()))
                    .map(places -> new ColumnScan(scan, places, batchRows)));
  }

  /** What only renames and turns batches into rows is passed by; a filter would choose rows. */
  private static Optional<FileSourceScanExec> scan(SparkPlan plan) {
    if (plan instanceof FileSourceScanExec scan) {
      return scan.supportsColumnar() ? Optional.of(scan) : Optional.empty();
    }
    boolean passedBy =
        plan instanceof ProjectExec
            || plan instanceof ColumnarToRowExec
            || plan instanceof InputAdapter
            || plan instanceof WholeStageCodegenExec;
    return passedBy ? scan((SparkPlan) plan.children().apply(0)) : Optional.empty();
  }

  /** Asked columns keep their ids; the scan has metadata under names of its own, the path last. */
  private static Optional<int[]> places(List<Attribute> asked, List<Attribute> found) {
    int[] places = new int[asked.size()];
    Arrays.fill(places, -1);
    String number = ParquetFileFormat.ROW_INDEX_TEMPORARY_COLUMN_NAME();
    for (int at = 0; at < found.size(); at++) {
      for (int i = 0; i < asked.size() - 2; i++) {
        if (found.get(at).exprId().equals(asked.get(i).exprId())) {
          places[i] = at;
        }
      }
      if (found.get(at).name().equals(number)) {
        places[asked.size() - 1] = at;
      }
    }
    int last = found.size() - 1;
    if (last >= 0 && found.get(last).name().equals(FILE_PATH)) {
      places[asked.size() - 2] = last;
    }
    return Arrays.stream(places).allMatch(at -> at >= 0) ? Optional.of(places) : Optional.empty();
  }

  /**
   * The batches, which the reader writes anew: each is gone when the next one is asked for.
   *
   * @param tasks as many as files and Spark's settings allow: few would leave slots without work
   */
  JavaRDD<ColumnarBatch> batches(int tasks) {
    RuntimeConfig settings = scan.session().conf();
    String rowsBefore = settings.get(BATCH_ROWS);
    Option<String> tasksBefore = settings.getOption(LEAST_TASKS);
    settings.set(BATCH_ROWS, Math.min(batchRows, Integer.parseInt(rowsBefore)));
    if (tasksBefore.isEmpty()) {
      settings.set(LEAST_TASKS, tasks);
    }
    try {
      return scan.executeColumnar().toJavaRDD();
    } finally {
      settings.set(BATCH_ROWS, rowsBefore);
      if (tasksBefore.isEmpty()) {
        settings.unset(LEAST_TASKS);
      }
    }
  }
}

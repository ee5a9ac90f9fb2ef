package dev.lockstep.spark.prepare;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** The rows of a data frame in Spark's internal form, without copies. */
public final class Plans {
  private Plans() {}

  /** The internal rows of a frame; an iterator may reuse its row. */
  public static JavaRDD<InternalRow> internalRows(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().toRdd().toJavaRDD();
  }

  /** What Spark's analyzer made of a frame. */
  static LogicalPlan analyzed(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().analyzed();
  }

  /**
   * The same rows as a frame whose plan is fixed: shuffles before it run once, and later jobs read
   * their files.
   */
  static Dataset<Row> fixed(Dataset<Row> rows) {
    org.apache.spark.sql.classic.Dataset<Row> classic =
        (org.apache.spark.sql.classic.Dataset<Row>) rows;
    RDD<InternalRow> internal = classic.queryExecution().toRdd();
    return ((org.apache.spark.sql.classic.SparkSession) rows.sparkSession())
        .internalCreateDataFrame(internal, rows.schema(), false);
  }
}

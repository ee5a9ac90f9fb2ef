package dev.lockstep.app;

import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.encode.EncodingFit;
import dev.lockstep.spark.prepare.Preparation;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/**
 * The training rows of a run file as a run encodes them, but in double precision.
 *
 * @param x {@code [rows][features]}
 * @param y {@code [rows]}
 */
record EncodedRows(double[][] x, double[] y) {
  /** Reads and encodes the rows in the session that all tests share. */
  static EncodedRows of(RunFile run) {
    Task task = run.model().loss().task();
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    Preparation preparation =
        Preparation.prepare(
            LocalSpark.session(),
            run.data(),
            new Preparation.Request(run.seed(), run.shards(), classes, List.of()));
    Encoding encoding = EncodingFit.fit(preparation, run.data(), task);
    List<Row> rows =
        encoding.encode(preparation.rows()).collectAsList().stream()
            .filter(row -> row.getInt(0) == Split.TRAIN.ordinal())
            .toList();
    double[][] x = new double[rows.size()][];
    double[] y = new double[rows.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = rows.get(i).<Vector>getAs("features").toArray();
      y[i] = rows.get(i).<Float>getList(2).get(0);
    }
    return new EncodedRows(x, y);
  }

  /** The standard deviation of a feature (n - 1). */
  double deviation(int feature) {
    double[] column = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      column[i] = x[i][feature];
    }
    return deviation(column);
  }

  /** The standard deviation of numbers (n - 1). */
  static double deviation(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}

package dev.lockstep.spark.source;

import dev.lockstep.data.InputMissingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows drawn from a linear model with known parameters. Every number is a function of the seed, the
 * row and the feature, so the rows are the same bits however they are cut into tasks.
 *
 * <p>Features are near-normal with mean 0 and variance 1 (a sum of four uniforms). Scores have a
 * standard deviation near 1 (counts: 1/4). {@code regression} adds noise of standard deviation
 * {@code noise} to the score; the other tasks draw the label from the distribution of their link
 * and divide the true parameters by {@code noise} instead, so that the true parameters stay the
 * best possible ones.
 *
 * @param task what the labels are
 * @param rows how many rows
 * @param features how many features, d
 * @param density the share of features that are not zero; below 1 rows are sparse vectors with one
 *     feature of each of round(density d) equal strata
 * @param classes the number of classes of {@code multiclass}, at least 2
 * @param noise above 0
 * @param seed the seed of parameters and rows
 * @param offset the number of the first row: other rows of the same model for a test set
 * @param columns false: one vector column {@code features}; true: columns {@code x0}, {@code x1},
 *     ..., for dense rows only
 */
public record Synthetic(
    Task task,
    long rows,
    int features,
    double density,
    int classes,
    double noise,
    long seed,
    long offset,
    boolean columns)
    implements Source {
  /** The settings where nothing is said. */
  public static final Synthetic DEFAULTS =
      new Synthetic(Task.BINARY, 10_000, 20, 1.0, 3, 0.5, 0, 0, false);

  private static final long ROWS_PER_TASK = 4096;

  /** What the labels are. */
  public enum Task {
    /** A real number. */
    REGRESSION,
    /** 0 or 1. */
    BINARY,
    /** 0 to classes - 1. */
    MULTICLASS,
    /** A Poisson count. */
    COUNTS
  }

  /** Checks the ranges. */
  public Synthetic {
    require(rows >= 0, "rows must be at least 0, is " + rows);
    require(offset >= 0, "offset must be at least 0, is " + offset);
    require(features >= 1, "features must be at least 1, is " + features);
    require(density > 0 && density <= 1, "density must be above 0 and at most 1, is " + density);
    require(classes >= 2, "classes must be at least 2, is " + classes);
    require(noise > 0 && noise < 1e6, "noise must be above 0 and below 1e6, is " + noise);
    require(!columns || density == 1, "columns = true needs density = 1, is " + density);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  @Override
  public Optional<TrueModel> truth() {
    return Optional.of(new SyntheticRows(this).truth());
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    if (rows == 0) {
      throw new InputMissingException("synthetic source: rows is 0, must be at least 1");
    }
    long wanted = Math.min(rows, request.mostRows());
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<Long> starts = new ArrayList<>();
    long step = Math.max(ROWS_PER_TASK, wanted / (4L * spark.defaultParallelism()) + 1);
    for (long start = 0; start < wanted; start += step) {
      starts.add(start);
    }
    Synthetic settings = this;
    JavaRDD<Row> drawn =
        spark
            .parallelize(starts, starts.size())
            .flatMap(
                start ->
                    new SyntheticRows(settings)
                        .rows(offset + start, offset + Math.min(wanted, start + step)));
    Dataset<Row> frame = session.createDataFrame(drawn, schema());
    return new SourceRows(
        Identity.select(frame, request.columns()), wanted, List.of(), BadRows.NONE);
  }

  private StructType schema() {
    StructType schema = new StructType();
    if (columns) {
      for (int j = 0; j < features; j++) {
        schema = schema.add("x" + j, DataTypes.DoubleType, false);
      }
    } else {
      schema = schema.add("features", SQLDataTypes.VectorType(), false);
    }
    return Identity.addTo(schema.add("label", DataTypes.DoubleType, false));
  }
}

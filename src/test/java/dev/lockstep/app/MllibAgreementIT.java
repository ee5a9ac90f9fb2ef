package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.model.Model;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.TrainingResult;
import dev.lockstep.train.store.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same rows and penalties, fit by MLlib and by our solvers: the same coefficients. */
class MllibAgreementIT {
  private static final double STRENGTH = 0.05;
  private static final double TOLERANCE = 1e-4;

  /** Features of scales from 1/2 to 4 and of means that are not 0. */
  private static final String TEXT =
      """
      seed = 3
      data {
        source { format = synthetic, task = %s, rows = 2000, features = 6, columns = true, noise = 0.7 }
        columns { a = "x0 / 2", b = "x1 + 1", c = "2 * x2 + x0", d = "x3 * 3 - 2", e = "4 * x4 + x1" }
        features = [{ columns = [a, b, c, d, e, x5], encode = %s }]
        split { validation = 0, test = 0 }
        shards = 4
      }
      model { kind = %s }
      optimizer { kind = lbfgs }
      train { epochs = 500, tolerance = 1e-10 }
      """;

  private static final StructType TYPE =
      new StructType()
          .add("label", DataTypes.DoubleType)
          .add("features", SQLDataTypes.VectorType());

  @TempDir private Path folder;

  /**
   * Coefficients for features as they were before scaling.
   *
   * @param weights {@code [outputs][features]}
   * @param intercepts {@code [outputs]}
   */
  private record Coefficients(double[][] weights, double[] intercepts) {}

  @ParameterizedTest
  @CsvSource({
    "binary, logistic, false",
    "binary, logistic, true",
    "multiclass, softmax, false",
    "multiclass, softmax, true",
    "regression, linear, false",
    "regression, linear, true"
  })
  void coefficientsAgreeForEveryPenalty(String task, String model, boolean standardization)
      throws IOException {
    Path plain = Files.writeString(folder.resolve("a.conf"), TEXT.formatted(task, "none", model));
    String encode = standardization ? "scale" : "none";
    Path ours = Files.writeString(folder.resolve("b.conf"), TEXT.formatted(task, encode, model));
    EncodedRows rows = EncodedRows.of(read(plain));
    boolean gaussian = model.equals("linear");
    double labelDeviation = gaussian ? EncodedRows.deviation(rows.y()) : 1;
    List<String> settings = new ArrayList<>();
    List<Coefficients> wanted = new ArrayList<>();
    Dataset<Row> frame = frame(rows).cache();
    for (double share : new double[] {0, 0.5, 1}) {
      wanted.add(
          gaussian
              ? mllibLinear(frame, share, standardization)
              : mllibLogistic(frame, share, standardization));
      double l2 = STRENGTH * (1 - share) / labelDeviation;
      settings.add(
          "optimizer.kind=%s regularization.l1=%s regularization.l2=%s"
              .formatted(share > 0 ? "owlqn" : "lbfgs", STRENGTH * share, l2));
    }
    frame.unpersist();
    List<Coefficients> found = train(ours.toString(), settings, rows, standardization);
    for (int i = 0; i < wanted.size(); i++) {
      compare(settings.get(i), found.get(i), wanted.get(i));
    }
  }

  private static void compare(String what, Coefficients found, Coefficients wanted) {
    assertThat(found.weights()).hasSameDimensionsAs(wanted.weights());
    for (int o = 0; o < wanted.intercepts().length; o++) {
      assertThat(found.intercepts()[o])
          .as("%s: intercept %d", what, o)
          .isCloseTo(wanted.intercepts()[o], within(TOLERANCE));
      for (int j = 0; j < wanted.weights()[o].length; j++) {
        assertThat(found.weights()[o][j])
            .as("%s: coefficient %d of output %d", what, j, o)
            .isCloseTo(wanted.weights()[o][j], within(TOLERANCE));
      }
    }
  }

  private static RunFile read(Path file, String... settings) {
    return RunFileReader.read(file.toString(), List.of(settings), Optional.empty());
  }

  /** Trains once for each text of settings, on rows that are prepared and encoded once. */
  private static List<Coefficients> train(
      String file, List<String> settings, EncodedRows rows, boolean scaled) {
    RunFile first = read(Path.of(file));
    Task task = first.model().loss().task();
    List<Coefficients> found = new ArrayList<>();
    try (LockstepSession session = LockstepSession.start("mllib", Optional.of("local[2]"));
        ShardedData data =
            DealtData.read(session, first.data(), task, first.seed(), first.shards(), List.of())
                .encode(task)) {
      for (String words : settings) {
        RunFile run = read(Path.of(file), words.split(" "));
        found.add(coefficients(run, data, rows, scaled));
      }
    }
    return found;
  }

  private static Coefficients coefficients(
      RunFile run, ShardedData data, EncodedRows rows, boolean scaled) {
    Model model = run.model();
    Schema schema = data.schema();
    TrainingPlan plan =
        new TrainingPlan(
            model,
            List.of(run.member()),
            run.train(),
            run.checkpoint(),
            run.seed(),
            Optional.empty());
    try (Cluster cluster = data.cluster(model, run.metrics())) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
      TrainingResult result = training.run(() -> false);
      Map<String, Tensor> tensors =
          ModelFiles.tensors(model, schema, result.parameters()).stream()
              .collect(Collectors.toMap(Tensor::name, tensor -> tensor));
      float[] bias = tensors.get("linear.bias").floats();
      float[] flat = tensors.get("linear.weight").floats();
      double[] intercepts = new double[bias.length];
      double[][] weights = new double[bias.length][schema.features()];
      for (int o = 0; o < bias.length; o++) {
        intercepts[o] = bias[o];
        for (int j = 0; j < schema.features(); j++) {
          weights[o][j] = flat[o * schema.features() + j] / (scaled ? rows.deviation(j) : 1);
        }
      }
      return new Coefficients(weights, intercepts);
    }
  }

  private static Dataset<Row> frame(EncodedRows rows) {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows.y().length; i++) {
      all.add(RowFactory.create(rows.y()[i], Vectors.dense(rows.x()[i])));
    }
    return LocalSpark.session().createDataFrame(all, TYPE).coalesce(1);
  }

  private static Coefficients mllibLogistic(
      Dataset<Row> frame, double share, boolean standardization) {
    LogisticRegressionModel model =
        new LogisticRegression()
            .setRegParam(STRENGTH)
            .setElasticNetParam(share)
            .setStandardization(standardization)
            .setTol(1e-10)
            .setMaxIter(10_000)
            .fit(frame);
    Matrix matrix = model.coefficientMatrix();
    double[][] weights = new double[matrix.numRows()][matrix.numCols()];
    for (int o = 0; o < matrix.numRows(); o++) {
      for (int j = 0; j < matrix.numCols(); j++) {
        weights[o][j] = matrix.apply(o, j);
      }
    }
    return new Coefficients(weights, model.interceptVector().toArray());
  }

  private static Coefficients mllibLinear(
      Dataset<Row> frame, double share, boolean standardization) {
    LinearRegressionModel model =
        new LinearRegression()
            .setSolver("l-bfgs")
            .setRegParam(STRENGTH)
            .setElasticNetParam(share)
            .setStandardization(standardization)
            .setTol(1e-10)
            .setMaxIter(10_000)
            .fit(frame);
    return new Coefficients(
        new double[][] {model.coefficients().toArray()}, new double[] {model.intercept()});
  }
}

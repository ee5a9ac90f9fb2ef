package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Linear;
import dev.lockstep.glm.Logistic;
import dev.lockstep.glm.Softmax;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Lbfgs;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Owlqn;
import dev.lockstep.optim.Regularization;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The coefficients that Spark's own suites quote from R's glmnet, for every combination of penalty,
 * intercept and standardization; and the optimum of the same objective, more exactly.
 */
class GoldenCoefficientsTest {
  private static final int SHARDS = 8;
  private static final int BLOCK_ROWS = 1024;

  /** float32 scores tell coefficients of these conditions apart no better. */
  private static final double EXACT_TOLERANCE = 2e-4;

  private final Map<String, double[][]> tables = new HashMap<>();

  @TestFactory
  List<DynamicTest> coefficientsAgreeWithinSparksTolerance() throws IOException {
    Path folder = SharedData.require("peers-spark/golden");
    JsonNode cases =
        new ObjectMapper().readTree(folder.resolve("expected.json").toFile()).get("cases");
    assertThat(cases).hasSize(54);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode node : cases) {
      Case one = new Case(node);
      tests.add(DynamicTest.dynamicTest(one.name(), () -> check(one, table(folder, one))));
    }
    return tests;
  }

  private double[][] table(Path folder, Case one) throws IOException {
    String file = one.text("dataset");
    if (!tables.containsKey(file)) {
      List<String> lines = Files.readAllLines(folder.resolve(file));
      boolean weighted = lines.get(0).startsWith("label,weight,");
      double[][] rows = new double[lines.size() - 1][];
      for (int i = 0; i < rows.length; i++) {
        String line = lines.get(i + 1);
        String[] cells = (weighted ? line : line.replaceFirst(",", ",1,")).split(",");
        rows[i] = new double[cells.length];
        for (int j = 0; j < cells.length; j++) {
          rows[i][j] = Double.parseDouble(cells[j]);
        }
      }
      tables.put(file, rows);
    }
    return tables.get(file);
  }

  private static void check(Case one, double[][] rows) {
    int features = rows[0].length - 2;
    double[] scales = new double[features];
    for (int j = 0; j < features; j++) {
      scales[j] = one.flag("standardization") ? deviation(rows, j + 2) : 1;
    }
    TrainingData data = new TrainingData();
    for (double[] row : rows) {
      float[] x = new float[features];
      for (int j = 0; j < features; j++) {
        x[j] = (float) (row[j + 2] / scales[j]);
      }
      data.row(Split.TRAIN, (float) row[1], (float) row[0], x);
    }
    boolean gaussian = one.text("family").equals("gaussian");
    TrainingPlan plan = one.plan(gaussian ? deviation(rows, 0) : 1);
    Schema schema = gaussian ? data.schema() : data.schema(one.classes());
    try (LocalCluster cluster =
        new LocalCluster(
            plan.model(), schema, data.shards(SHARDS, BLOCK_ROWS), MetricSettings.DEFAULTS)) {
      Training training = new Training(plan, cluster, TrainingListener.NONE, Checkpointer.NONE);
      TrainingResult result = training.run(() -> false);
      one.compare(result.members().get(0).params(), scales);
      if (one.text("spark_tolerance").startsWith("R lm")) {
        Evaluation evaluation =
            cluster.evaluate(result.parameters(), Split.TRAIN, Precision.EXACT).get(0);
        Map<String, Double> metrics = evaluation.metrics();
        assertThat(metrics.get("rmse")).isCloseTo(Math.sqrt(0.00985449), within(1e-6));
        assertThat(metrics.get("mae")).isCloseTo(0.07961668, within(1e-6));
        assertThat(metrics.get("r2")).isCloseTo(0.9998737, within(1e-7));
      }
    }
  }

  /** The weighted standard deviation of a column (n - 1, as Spark's). */
  private static double deviation(double[][] rows, int column) {
    double weight = 0;
    double squaredWeight = 0;
    double mean = 0;
    double spread = 0;
    for (double[] row : rows) {
      weight += row[1];
      squaredWeight += row[1] * row[1];
      double away = row[column] - mean;
      mean += away * row[1] / weight;
      spread += row[1] * away * (row[column] - mean);
    }
    return Math.sqrt(spread / (weight - squaredWeight / weight));
  }

  private record Case(JsonNode node) {
    String text(String field) {
      return node.get(field).asText();
    }

    boolean flag(String field) {
      return node.get(field).asBoolean();
    }

    double number(String field) {
      return node.get(field).asDouble();
    }

    String name() {
      return "%s lambda %s alpha %s intercept %s standardization %s"
          .formatted(
              text("dataset"),
              text("regParam"),
              text("elasticNetParam"),
              text("fitIntercept"),
              text("standardization"));
    }

    int classes() {
      return text("family").equals("multinomial") ? 3 : 2;
    }

    TrainingPlan plan(double labelDeviation) {
      double l1 = number("regParam") * number("elasticNetParam");
      double l2 = number("regParam") * (1 - number("elasticNetParam")) / labelDeviation;
      boolean intercept = flag("fitIntercept");
      Model model =
          switch (text("family")) {
            case "gaussian" -> new Linear(intercept);
            case "binomial" -> new Logistic(intercept);
            default -> new Softmax(intercept);
          };
      Optimizer optimizer = l1 > 0 ? Owlqn.DEFAULTS : Lbfgs.DEFAULTS;
      MemberSettings member =
          new MemberSettings(
              optimizer,
              Constant.DEFAULTS,
              Regularization.of(l1, l2),
              GradientTransforms.DEFAULTS,
              0);
      TrainSettings settings =
          new TrainSettings(
              Optional.empty(),
              Optional.of(200),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(1e-12),
              1,
              Optional.empty());
      return TrainingTest.plan(model, List.of(member), settings);
    }

    void compare(float[] params, double[] scales) {
      int outputs = classes() == 3 ? 3 : 1;
      double[] weights = new double[outputs * scales.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = params[i] / scales[i % scales.length];
      }
      double[] intercepts = new double[outputs];
      for (int o = 0; o < outputs; o++) {
        intercepts[o] = flag("fitIntercept") ? params[weights.length + o] : 0;
      }
      compare(weights, numbers("expected_coefficients"), numbers("exact_coefficients"));
      compare(intercepts, numbers("expected_intercept"), numbers("exact_intercept"));
    }

    private void compare(double[] found, double[] quoted, double[] exact) {
      assertThat(found).hasSameSizeAs(quoted);
      String[] tolerance = text("spark_tolerance").split(" ");
      boolean absolute = tolerance[0].equals("absTol");
      double size = tolerance[0].equals("R") ? 1e-3 : Double.parseDouble(tolerance[1]);
      for (int i = 0; i < found.length; i++) {
        double scale = absolute ? 1 : Math.min(Math.abs(found[i]), Math.abs(quoted[i]));
        assertThat(found[i]).isCloseTo(quoted[i], within(size * scale));
        assertThat(found[i]).isCloseTo(exact[i], within(EXACT_TOLERANCE));
        if (exact[i] == 0) {
          assertThat(found[i]).isZero();
        }
      }
    }

    private double[] numbers(String field) {
      List<Double> values = new ArrayList<>();
      collect(node.get(field), values);
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode from, List<Double> into) {
      if (from.isArray()) {
        from.forEach(inner -> collect(inner, into));
      } else {
        into.add(from.asDouble());
      }
    }
  }
}

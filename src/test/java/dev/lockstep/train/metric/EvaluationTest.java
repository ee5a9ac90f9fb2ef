package dev.lockstep.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.loss.HingeLoss;
import dev.lockstep.loss.LogisticLoss;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.PoissonLoss;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.loss.SquaredLoss;
import dev.lockstep.math.RandomKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Loss LOGISTIC = new LogisticLoss();

  /** Scores with ties, labels that lean on them, weights of which some are 0. */
  private record Rows(float[] scores, float[] labels, float[] weights) {
    static Rows random(int rows) {
      RandomGenerator random = RandomKey.of(rows).generator();
      float[] scores = new float[rows];
      float[] labels = new float[rows];
      float[] weights = new float[rows];
      for (int i = 0; i < rows; i++) {
        scores[i] = Math.round(4 * random.nextGaussian()) / 4f;
        labels[i] = random.nextGaussian() < scores[i] ? 1 : 0;
        weights[i] = i % 7 == 6 ? 0 : (float) random.nextDouble(0.1, 3);
      }
      labels[0] = 1;
      labels[1] = 0;
      return new Rows(scores, labels, weights);
    }

    Evaluation evaluate(Loss loss, Precision precision, int parts) {
      Evaluation whole = null;
      for (int part = 0; part < parts; part++) {
        int from = part * scores.length / parts;
        int to = (part + 1) * scores.length / parts;
        Evaluation one = Evaluations.empty(loss, 1, MetricSettings.DEFAULTS, precision);
        one.add(
            loss,
            Arrays.copyOfRange(scores, from, to),
            1,
            labels,
            from,
            Arrays.copyOfRange(weights, from, to),
            to - from);
        one.finish();
        whole = whole == null ? one : whole.merge(one);
      }
      return whole;
    }

    /** The weighted chance that a row of class 1 scores above one of class 0; ties half. */
    double naiveAuc() {
      double above = 0;
      double pairs = 0;
      for (int i = 0; i < scores.length; i++) {
        for (int j = 0; j < scores.length; j++) {
          if (labels[i] == 1 && labels[j] == 0) {
            double weight = (double) weights[i] * weights[j];
            pairs += weight;
            above += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
          }
        }
      }
      return above / pairs;
    }

    /** The weighted mean, over rows of class 1, of the precision at their score. */
    double naiveAveragePrecision() {
      double sum = 0;
      double positives = 0;
      for (int i = 0; i < scores.length; i++) {
        double predicted = 0;
        double right = 0;
        for (int j = 0; j < scores.length; j++) {
          predicted += scores[j] >= scores[i] ? weights[j] : 0;
          right += scores[j] >= scores[i] && labels[j] == 1 ? weights[j] : 0;
        }
        if (labels[i] == 1 && weights[i] > 0) {
          sum += weights[i] * right / predicted;
          positives += weights[i];
        }
      }
      return sum / positives;
    }
  }

  @Test
  void curvesAgreeWithTheirNaiveFormsInAnyParts() {
    for (int rows : new int[] {2, 7, 8, 9, 63, 64, 65, 1021}) {
      Rows data = Rows.random(rows);
      for (int parts : new int[] {1, 2, 3, 7}) {
        Map<String, Double> metrics = data.evaluate(LOGISTIC, Precision.EXACT, parts).metrics();
        assertThat(metrics.get("auc")).isCloseTo(data.naiveAuc(), within(1e-12));
        assertThat(metrics.get("pr_auc")).isCloseTo(data.naiveAveragePrecision(), within(1e-12));
      }
    }
  }

  @Test
  void curvesKeepEveryScoreOfMoreRowsThanOneBuffer() {
    ScoreCurve curve = new ScoreCurve(Precision.EXACT);
    RandomKey key = RandomKey.of(3);
    int rows = 300_000;
    for (int i = 0; i < rows; i++) {
      curve.add(i * 7919L % rows, key.uniform(i) < 0.5, 1f);
    }
    curve.finish();
    assertThat(curve.size()).isEqualTo(rows);
    // The standard error of the area of scores without meaning is sqrt(1 / (12 * rows / 4)).
    assertThat(curve.auc()).isCloseTo(0.5, within(5 * Math.sqrt(1.0 / (3 * rows))));
  }

  @Test
  void curvesAgreeWithTheExampleOfScikitLearn() {
    Rows rows =
        new Rows(
            new float[] {0.1f, 0.4f, 0.35f, 0.8f},
            new float[] {0, 0, 1, 1},
            new float[] {1, 1, 1, 1});
    Map<String, Double> metrics = rows.evaluate(LOGISTIC, Precision.EXACT, 1).metrics();
    assertThat(metrics.get("auc")).isEqualTo(0.75);
    assertThat(metrics.get("pr_auc")).isCloseTo(0.8333333333333333, within(1e-15));
  }

  @Test
  void binsAscendWithTheScore() {
    float[] scores = {
      Float.NEGATIVE_INFINITY, -1e6f, -8, -1.002f, -1, -1e-3f, -1e-30f, 0, 1e-3f, 1, 1.002f, 1e6f
    };
    for (int i = 1; i < scores.length; i++) {
      assertThat(ScoreCurve.bin(scores[i])).isGreaterThanOrEqualTo(ScoreCurve.bin(scores[i - 1]));
    }
    assertThat(ScoreCurve.bin(scores[0])).isZero();
    assertThat(ScoreCurve.bin(Float.POSITIVE_INFINITY)).isEqualTo((1 << 16) - 1);
    assertThat(ScoreCurve.bin(1.002f)).isGreaterThan(ScoreCurve.bin(1f));
  }

  @Test
  void binnedCurvesSayThatTheyAreAndComeNear() {
    Rows data = Rows.random(1021);
    Map<String, Double> binned = data.evaluate(LOGISTIC, Precision.BINNED, 3).metrics();
    Map<String, Double> exact = data.evaluate(LOGISTIC, Precision.EXACT, 3).metrics();
    assertThat(binned).doesNotContainKeys("auc", "pr_auc");
    // Quarters fall on edges of bins, so nothing is lost here.
    assertThat(Metrics.find(binned, "auc")).contains(exact.get("auc"));
    assertThat(Metrics.find(binned, "pr_auc")).contains(exact.get("pr_auc"));
  }

  @Test
  void curvesOfOneClassAreLeftOut() {
    Rows one = new Rows(new float[] {1, 2}, new float[] {1, 1}, new float[] {1, 1});
    assertThat(one.evaluate(LOGISTIC, Precision.EXACT, 1).metrics())
        .doesNotContainKey("auc")
        .containsEntry("accuracy", 1.0);
  }

  @Test
  void noRowsGiveNoMetrics() {
    for (Loss loss : new Loss[] {LOGISTIC, new SquaredLoss(), new PoissonLoss()}) {
      Evaluation empty = Evaluations.empty(loss, 1, MetricSettings.DEFAULTS, Precision.EXACT);
      empty.finish();
      assertThat(empty.metrics()).isEmpty();
    }
    Evaluation classes =
        Evaluations.empty(new SoftmaxLoss(), 3, MetricSettings.DEFAULTS, Precision.EXACT);
    assertThat(classes.metrics()).isEmpty();
  }

  @Test
  void binaryDecisionsAgreeWithTheirFormulas() {
    Rows data = Rows.random(1021);
    double[] counts = new double[4];
    double logLoss = 0;
    double all = 0;
    for (int i = 0; i < data.scores.length; i++) {
      double probability = 1 / (1 + Math.exp(-data.scores[i]));
      boolean positive = data.labels[i] == 1;
      counts[(positive ? 2 : 0) + (data.scores[i] > 0 ? 1 : 0)] += data.weights[i];
      logLoss -= data.weights[i] * Math.log(positive ? probability : 1 - probability);
      all += data.weights[i];
    }
    double precision = counts[3] / (counts[3] + counts[1]);
    double recall = counts[3] / (counts[3] + counts[2]);
    Evaluation evaluation = data.evaluate(LOGISTIC, Precision.EXACT, 3);
    Map<String, Double> metrics = evaluation.metrics();
    assertThat(metrics.get("log_loss")).isCloseTo(logLoss / all, within(1e-12));
    assertThat(metrics.get("loss")).isCloseTo(logLoss / all, within(1e-6));
    assertThat(metrics.get("accuracy")).isCloseTo((counts[0] + counts[3]) / all, within(1e-12));
    assertThat(metrics.get("precision")).isCloseTo(precision, within(1e-12));
    assertThat(metrics.get("recall")).isCloseTo(recall, within(1e-12));
    assertThat(metrics.get("f1"))
        .isCloseTo(2 * precision * recall / (precision + recall), within(1e-12));
    assertThat(evaluation.confusion()).containsExactly(counts, within(1e-9));
  }

  @Test
  void marginsHaveNoLogLossAndAreCutAtZero() {
    Rows data = Rows.random(65);
    Map<String, Double> margins = data.evaluate(new HingeLoss(false), Precision.EXACT, 1).metrics();
    Map<String, Double> logistic = data.evaluate(LOGISTIC, Precision.EXACT, 1).metrics();
    assertThat(margins).doesNotContainKey("log_loss");
    assertThat(margins.get("accuracy")).isEqualTo(logistic.get("accuracy"));
    assertThat(margins.get("auc")).isEqualTo(logistic.get("auc"));
  }

  @Test
  void balancedAccuracyAgreesWithTheExampleOfScikitLearn() {
    Rows rows =
        new Rows(
            new float[] {-1, 1, -1, -1, -1, 1},
            new float[] {0, 1, 0, 0, 1, 0},
            new float[] {1, 1, 1, 1, 1, 1});
    assertThat(rows.evaluate(LOGISTIC, Precision.EXACT, 2).metrics().get("balanced_accuracy"))
        .isEqualTo(0.625);
  }

  @Test
  void averagesOverClassesAgreeWithTheExampleOfScikitLearn() {
    float[] labels = {0, 1, 2, 0, 1, 2};
    int[] predicted = {0, 2, 1, 0, 0, 1};
    float[] scores = new float[18];
    for (int i = 0; i < 6; i++) {
      scores[i * 3 + predicted[i]] = 1;
    }
    Map<String, Double> metrics = classes(scores, labels, 3, 5);
    assertThat(metrics.get("precision_macro")).isCloseTo(2.0 / 9, within(1e-12));
    assertThat(metrics.get("recall_macro")).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(metrics.get("f1_macro")).isCloseTo(0.8 / 3, within(1e-12));
    assertThat(metrics.get("f1_micro")).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(metrics.get("f1_weighted")).isCloseTo(0.8 / 3, within(1e-12));
    assertThat(metrics.get("accuracy")).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(metrics).doesNotContainKey("top_k_accuracy");
  }

  @Test
  void topKAccuracyAgreesWithTheExampleOfScikitLearn() {
    float[] scores = {.5f, .2f, .2f, .3f, .4f, .2f, .2f, .4f, .3f, .7f, .2f, .1f};
    Map<String, Double> metrics = classes(scores, new float[] {0, 1, 2, 2}, 3, 2);
    assertThat(metrics.get("top_k_accuracy")).isEqualTo(0.75);
    double logLoss = 0;
    int[] truth = {0, 1, 2, 2};
    for (int i = 0; i < 4; i++) {
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        sum += Math.exp(scores[i * 3 + c]);
      }
      logLoss += (Math.log(sum) - scores[i * 3 + truth[i]]) / 4;
    }
    assertThat(metrics.get("log_loss")).isCloseTo(logLoss, within(1e-12));
  }

  private static Map<String, Double> classes(
      float[] scores, float[] labels, int classes, int topK) {
    Loss loss = new SoftmaxLoss();
    MetricSettings settings = new MetricSettings(Threshold.AUTO, topK);
    Evaluation evaluation = Evaluations.empty(loss, classes, settings, Precision.EXACT);
    float[] weights = new float[labels.length];
    Arrays.fill(weights, 1f);
    evaluation.add(loss, scores, classes, labels, 0, weights, labels.length);
    return evaluation.metrics();
  }

  @Test
  void errorsOfValuesAgreeWithTheirFormulasFarFromZero() {
    Rows data = Rows.random(1021);
    double all = 0;
    double mean = 0;
    for (int i = 0; i < data.labels.length; i++) {
      data.labels[i] = 10_000f + data.labels[i] + data.scores[i];
      data.scores[i] = 10_000f + data.scores[i];
      all += data.weights[i];
      mean += (double) data.weights[i] * data.labels[i];
    }
    mean /= all;
    double squared = 0;
    double absolute = 0;
    double spread = 0;
    for (int i = 0; i < data.labels.length; i++) {
      double error = (double) data.labels[i] - data.scores[i];
      squared += data.weights[i] * error * error;
      absolute += data.weights[i] * Math.abs(error);
      spread += data.weights[i] * (data.labels[i] - mean) * (data.labels[i] - mean);
    }
    Map<String, Double> metrics = data.evaluate(new SquaredLoss(), Precision.EXACT, 7).metrics();
    assertThat(metrics.get("rmse")).isCloseTo(Math.sqrt(squared / all), within(1e-9));
    assertThat(metrics.get("mae")).isCloseTo(absolute / all, within(1e-9));
    assertThat(metrics.get("r2")).isCloseTo(1 - squared / spread, within(1e-9));
    assertThat(metrics.get("loss")).isCloseTo(squared / all / 2, within(1e-6));
  }

  @Test
  void poissonDevianceAgreesWithItsFormula() {
    Rows data = Rows.random(65);
    double sum = 0;
    double all = 0;
    for (int i = 0; i < data.labels.length; i++) {
      data.labels[i] = i % 4;
      double mean = (float) Math.exp(data.scores[i]);
      double entropy = i % 4 == 0 ? 0 : data.labels[i] * Math.log(data.labels[i] / mean);
      sum += data.weights[i] * 2 * (entropy - data.labels[i] + mean);
      all += data.weights[i];
    }
    Map<String, Double> metrics = data.evaluate(new PoissonLoss(), Precision.EXACT, 3).metrics();
    assertThat(metrics.get("poisson_deviance")).isCloseTo(sum / all, within(1e-5));
  }

  @Test
  void evaluationsTravelBySerialization() throws Exception {
    Evaluation evaluation = Rows.random(65).evaluate(LOGISTIC, Precision.EXACT, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(evaluation);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Evaluation copy = (Evaluation) in.readObject();
      assertThat(copy.metrics()).isEqualTo(evaluation.metrics());
    }
  }

  @Test
  void everyMetricThatIsComputedHasADirection() {
    Rows data = Rows.random(65);
    for (Loss loss : new Loss[] {LOGISTIC, new SquaredLoss(), new PoissonLoss()}) {
      for (Precision precision : Precision.values()) {
        assertThat(Metrics.higherIsBetter().keySet())
            .containsAll(data.evaluate(loss, precision, 1).metrics().keySet());
      }
    }
    assertThat(Metrics.higherIsBetter().keySet())
        .containsAll(classes(new float[9], new float[] {0, 1, 2}, 3, 1).keySet());
  }
}

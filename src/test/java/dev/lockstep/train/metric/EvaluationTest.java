package dev.lockstep.train.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Split;
import dev.lockstep.loss.HingeLoss;
import dev.lockstep.loss.LogisticLoss;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.NextTokenLoss;
import dev.lockstep.loss.PoissonLoss;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.loss.SquaredLoss;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Loss LOGISTIC = new LogisticLoss();

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
  void everyTaskHasTheMetricsThatItsLossIsSaidToHave() {
    for (Loss loss : new Loss[] {LOGISTIC, new HingeLoss(false)}) {
      Set<String> found = new LinkedHashSet<>();
      for (Precision precision : Precision.values()) {
        found.addAll(ScoredRows.random(65).evaluate(loss, precision, 2).metrics().keySet());
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(Metrics.of(loss));
    }
    for (Loss loss : new Loss[] {new SquaredLoss(), new PoissonLoss()}) {
      assertThat(ScoredRows.random(65).evaluate(loss, Precision.BINNED, 2).metrics().keySet())
          .containsExactlyInAnyOrderElementsOf(Metrics.of(loss));
    }
    Loss softmax = new SoftmaxLoss();
    Evaluation classes = Evaluations.empty(softmax, 7, MetricSettings.DEFAULTS, Precision.BINNED);
    classes.add(softmax, new float[14], 7, new float[] {1, 6}, 0, new float[] {1, 1}, 2);
    classes.finish();
    assertThat(classes.metrics().keySet()).containsExactlyInAnyOrderElementsOf(Metrics.of(softmax));
  }

  /** Rows are texts: 3 nats of 2 tokens, 8 of 4, the second counts half. */
  @Test
  void textsAreJudgedByTheLossOfTheirTokens() {
    Loss loss = NextTokenLoss.DEFAULTS;
    float[] weights = {1, 0.5f, 0};
    List<Evaluation> parts = new ArrayList<>();
    for (int rows : new int[] {3, 0}) {
      Evaluation texts = Evaluations.empty(loss, 2, MetricSettings.DEFAULTS, Precision.BINNED);
      texts.add(loss, new float[] {3, 2, 8, 4, 9, 9}, 2, new float[0], 0, weights, rows);
      texts.finish();
      parts.add(texts);
    }
    Map<String, Double> metrics = parts.get(0).merge(parts.get(1)).metrics();
    assertThat(metrics)
        .containsEntry("loss", 7 / 4.0)
        .containsEntry("perplexity", StrictMath.exp(1.75));
    assertThat(metrics.keySet()).containsExactlyElementsOf(Metrics.of(loss));
    assertThat(Metrics.higherIsBetter("perplexity")).isFalse();
    assertThat(parts.get(1).metrics()).isEmpty();
  }

  @Test
  void everyNameOfALossIsAMetric() {
    for (Loss loss :
        new Loss[] {LOGISTIC, new SquaredLoss(), new PoissonLoss(), new SoftmaxLoss()}) {
      assertThat(Metrics.higherIsBetter().keySet()).containsAll(Metrics.of(loss));
    }
  }

  @Test
  void binaryDecisionsAgreeWithTheirFormulas() {
    ScoredRows data = ScoredRows.random(1021);
    double[] counts = new double[4];
    double logLoss = 0;
    double all = 0;
    for (int i = 0; i < data.scores().length; i++) {
      double probability = 1 / (1 + Math.exp(-data.scores()[i]));
      boolean positive = data.labels()[i] == 1;
      counts[(positive ? 2 : 0) + (data.scores()[i] > 0 ? 1 : 0)] += data.weights()[i];
      logLoss -= data.weights()[i] * Math.log(positive ? probability : 1 - probability);
      all += data.weights()[i];
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
    ScoredRows data = ScoredRows.random(65);
    Map<String, Double> margins = data.evaluate(new HingeLoss(false), Precision.EXACT, 1).metrics();
    Map<String, Double> logistic = data.evaluate(LOGISTIC, Precision.EXACT, 1).metrics();
    assertThat(margins).doesNotContainKey("log_loss");
    assertThat(margins.get("accuracy")).isEqualTo(logistic.get("accuracy"));
    assertThat(margins.get("auc")).isEqualTo(logistic.get("auc"));
  }

  @Test
  void balancedAccuracyAgreesWithTheExampleOfScikitLearn() {
    ScoredRows rows =
        new ScoredRows(
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
  void manyClassesHaveTheMetricsOfFewWithoutTheirPairs() {
    float[] labels = {0, 1, 2, 0, 1, 2, 2};
    int[] predicted = {0, 2, 1, 0, 0, 1, 2};
    int many = ConfusionMatrix.MOST_CLASSES + 1;
    Map<String, Double> few = decided(ConfusionMatrix.MOST_CLASSES, labels, predicted).metrics();
    Evaluation evaluation = decided(many, labels, predicted);
    evaluation.merge(decided(many, labels, predicted));
    for (String name : Metrics.of(new SoftmaxLoss())) {
      if (!name.contains("loss")) {
        assertThat(evaluation.metrics().get(name)).as(name).isCloseTo(few.get(name), within(1e-12));
      }
    }
    assertThat(evaluation.confusion()).isEmpty();
    assertThat(decided(3, labels, predicted).confusion())
        .containsExactly(2, 0, 0, 1, 0, 1, 0, 2, 1);
  }

  @Test
  void anEvaluationOfTenThousandClassesTakesLessThanAMebibyte() {
    Loss loss = new SoftmaxLoss();
    assertThat(Evaluations.sizeBytes(loss, 10_000, Precision.EXACT, 1_000_000)).isLessThan(1 << 20);
    assertThat(Evaluations.sizeBytes(LOGISTIC, 1, Precision.BINNED, 1L << 40)).isLessThan(2 << 20);
    assertThat(Evaluations.sizeBytes(LOGISTIC, 1, Precision.of(Split.TRAIN, 1L << 40), 1L << 40))
        .isLessThan(2 << 20);
    assertThat(Evaluations.sizeBytes(LOGISTIC, 1, Precision.of(Split.TRAIN, 1000), 1000))
        .isGreaterThanOrEqualTo(20_000);
  }

  /** Rows whose scores say a class. */
  private static Evaluation decided(int classes, float[] labels, int[] predicted) {
    float[] scores = new float[labels.length * classes];
    for (int i = 0; i < predicted.length; i++) {
      scores[i * classes + predicted[i]] = 1;
    }
    float[] weights = new float[labels.length];
    Arrays.fill(weights, 1f);
    Loss loss = new SoftmaxLoss();
    Evaluation evaluation =
        Evaluations.empty(loss, classes, MetricSettings.DEFAULTS, Precision.EXACT);
    evaluation.add(loss, scores, classes, labels, 0, weights, labels.length);
    evaluation.finish();
    return evaluation;
  }

  @Test
  void errorsOfValuesAgreeWithTheirFormulasFarFromZero() {
    ScoredRows data = ScoredRows.random(1021);
    double all = 0;
    double mean = 0;
    for (int i = 0; i < data.labels().length; i++) {
      data.labels()[i] = 10_000f + data.labels()[i] + data.scores()[i];
      data.scores()[i] = 10_000f + data.scores()[i];
      all += data.weights()[i];
      mean += (double) data.weights()[i] * data.labels()[i];
    }
    mean /= all;
    double squared = 0;
    double absolute = 0;
    double spread = 0;
    for (int i = 0; i < data.labels().length; i++) {
      double error = (double) data.labels()[i] - data.scores()[i];
      squared += data.weights()[i] * error * error;
      absolute += data.weights()[i] * Math.abs(error);
      spread += data.weights()[i] * (data.labels()[i] - mean) * (data.labels()[i] - mean);
    }
    Map<String, Double> metrics = data.evaluate(new SquaredLoss(), Precision.EXACT, 7).metrics();
    assertThat(metrics.get("rmse")).isCloseTo(Math.sqrt(squared / all), within(1e-9));
    assertThat(metrics.get("mae")).isCloseTo(absolute / all, within(1e-9));
    assertThat(metrics.get("r2")).isCloseTo(1 - squared / spread, within(1e-9));
    assertThat(metrics.get("loss")).isCloseTo(squared / all / 2, within(1e-6));
  }

  @Test
  void poissonDevianceAgreesWithItsFormula() {
    ScoredRows data = ScoredRows.random(65);
    double sum = 0;
    double all = 0;
    for (int i = 0; i < data.labels().length; i++) {
      data.labels()[i] = i % 4;
      double mean = (float) Math.exp(data.scores()[i]);
      double entropy = i % 4 == 0 ? 0 : data.labels()[i] * Math.log(data.labels()[i] / mean);
      sum += data.weights()[i] * 2 * (entropy - data.labels()[i] + mean);
      all += data.weights()[i];
    }
    Map<String, Double> metrics = data.evaluate(new PoissonLoss(), Precision.EXACT, 3).metrics();
    assertThat(metrics.get("poisson_deviance")).isCloseTo(sum / all, within(1e-5));
  }

  @Test
  void evaluationsTravelBySerialization() throws Exception {
    Evaluation evaluation = ScoredRows.random(65).evaluate(LOGISTIC, Precision.EXACT, 2);
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
    ScoredRows data = ScoredRows.random(65);
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

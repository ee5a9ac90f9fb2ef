package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.LinkedHashMap;
import java.util.Map;

/** One of k classes, k scores a row: loss, log loss, the best class and the best few. */
final class MulticlassEvaluation implements Evaluation {
  private static final long serialVersionUID = 1L;

  private final boolean probabilistic;
  private final int classes;
  private final int topK;
  private final ConfusionMatrix decisions;
  private double weightSum;
  private double lossSum;
  private double logLossSum;
  private double topKSum;
  private transient float[] copy;

  MulticlassEvaluation(boolean probabilistic, MetricSettings settings, int classes) {
    this.probabilistic = probabilistic;
    this.classes = classes;
    this.topK = settings.topK();
    this.decisions = new ConfusionMatrix(classes);
  }

  @Override
  public void add(
      Loss loss,
      float[] scores,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows) {
    for (int i = 0; i < rows; i++) {
      if (weights[i] != 0) {
        add(scores, i * outputs, (int) labels[labelRow + i], weights[i]);
      }
    }
    copy = Scratch.copy(scores, copy, rows * outputs);
    lossSum += loss.slopes(copy, 0, outputs, labels, labelRow, weights, rows);
  }

  private void add(float[] scores, int at, int truth, float weight) {
    float own = scores[at + truth];
    int best = 0;
    int before = 0;
    for (int c = 0; c < classes; c++) {
      float score = scores[at + c];
      best = score > scores[at + best] ? c : best;
      boolean after = score < own || (score == own && c >= truth);
      before += after ? 0 : 1; // also where a score is no number: then nothing is a hit
    }
    decisions.add(truth, best, weight);
    topKSum += before < topK ? weight : 0;
    weightSum += weight;
    if (probabilistic) {
      double highest = scores[at + best];
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += StrictMath.exp(scores[at + c] - highest);
      }
      logLossSum += weight * (StrictMath.log(sum) + highest - own);
    }
  }

  @Override
  public void finish() {
    copy = null;
  }

  @Override
  public Evaluation merge(Evaluation right) {
    MulticlassEvaluation other = (MulticlassEvaluation) right;
    decisions.merge(other.decisions);
    weightSum += other.weightSum;
    lossSum += other.lossSum;
    logLossSum += other.logLossSum;
    topKSum += other.topKSum;
    return this;
  }

  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (!(weightSum > 0)) {
      return metrics;
    }
    metrics.put("loss", lossSum / weightSum);
    if (probabilistic) {
      metrics.put("log_loss", logLossSum / weightSum);
    }
    decisions.putAccuracies(metrics);
    if (topK < classes) {
      metrics.put("top_k_accuracy", topKSum / weightSum);
    }
    decisions.putAverages(metrics);
    return metrics;
  }

  @Override
  public double[] confusion() {
    return decisions.values();
  }
}

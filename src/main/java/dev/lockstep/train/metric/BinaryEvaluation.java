package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two classes, one score a row: loss and curves, and unless these suffice, log loss and decisions
 * at a threshold.
 */
final class BinaryEvaluation implements Evaluation {
  private static final long serialVersionUID = 1L;

  private final boolean probabilistic;
  private final boolean binned;
  private final boolean curvesAlone;
  private final double threshold;
  private final ConfusionMatrix decisions = new ConfusionMatrix(2);
  private final ScoreCurve curve;
  private double weightSum;
  private double lossSum;
  private double logLossSum;
  private transient float[] copy;

  BinaryEvaluation(boolean probabilistic, MetricSettings settings, Precision precision) {
    this.probabilistic = probabilistic;
    this.binned = precision.binned();
    this.curvesAlone = precision == Precision.BINNED_CURVES;
    this.threshold = settings.threshold().of(probabilistic);
    this.curve = new ScoreCurve(precision);
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
    if (outputs != 1) {
      throw new IllegalArgumentException(outputs + " scores a row, two classes need 1");
    }
    boolean logLosses = probabilistic && !curvesAlone;
    for (int i = 0; i < rows; i++) {
      if (weights[i] != 0) {
        boolean positive = labels[labelRow + i] > 0;
        curve.add(scores[i], positive, weights[i]);
        weightSum += weights[i];
        if (logLosses) {
          logLossSum += weights[i] * logLoss(scores[i], positive);
        }
      }
    }
    copy = Scratch.copy(scores, copy, rows);
    lossSum += loss.slopes(copy, 0, 1, labels, labelRow, weights, rows);
    if (!curvesAlone) {
      decide(loss, scores, labels, labelRow, weights, rows);
    }
  }

  private void decide(
      Loss loss, float[] scores, float[] labels, int labelRow, float[] weights, int rows) {
    loss.predictions(scores, 1, rows);
    for (int i = 0; i < rows; i++) {
      decisions.add(labels[labelRow + i] > 0 ? 1 : 0, scores[i] > threshold ? 1 : 0, weights[i]);
    }
  }

  /** log(1 + exp(-margin)), in double from the raw score. */
  private static double logLoss(float score, boolean positive) {
    double margin = positive ? score : -score;
    return Math.max(-margin, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(margin)));
  }

  @Override
  public void finish() {
    curve.finish();
    copy = null;
  }

  @Override
  public Evaluation merge(Evaluation right) {
    BinaryEvaluation other = (BinaryEvaluation) right;
    decisions.merge(other.decisions);
    curve.merge(other.curve);
    weightSum += other.weightSum;
    lossSum += other.lossSum;
    logLossSum += other.logLossSum;
    return this;
  }

  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (!(weightSum > 0)) {
      return metrics;
    }
    metrics.put("loss", lossSum / weightSum);
    if (!curvesAlone) {
      if (probabilistic) {
        metrics.put("log_loss", logLossSum / weightSum);
      }
      decisions.putAccuracies(metrics);
      decisions.putOf(1, metrics);
      decisions.putAverages(metrics);
    }
    String bins = binned ? Metrics.BINNED : "";
    putDefined(metrics, "auc" + bins, curve.auc());
    putDefined(metrics, "pr_auc" + bins, curve.averagePrecision());
    return metrics;
  }

  private static void putDefined(Map<String, Double> metrics, String name, double value) {
    if (!Double.isNaN(value)) {
      metrics.put(name, value);
    }
  }

  @Override
  public double[] confusion() {
    return decisions.values();
  }
}

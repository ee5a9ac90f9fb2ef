package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers and counts: squared, absolute and Poisson errors, and the spread of the labels (weighted
 * Welford sums, merged as Chan, Golub, LeVeque 1979, so that large means cost no digits). Metrics
 * of several outputs are averaged over them, as scikit-learn does.
 */
final class ValueEvaluation implements Evaluation {
  private static final long serialVersionUID = 1L;

  private final int outputs;
  private final boolean counts;
  private final double[] squaredErrors;
  private final double[] absoluteErrors;
  private final double[] deviances;
  private final double[] means;
  private final double[] squaredSpreads;
  private double weightSum;
  private double lossSum;
  private transient float[] copy;

  ValueEvaluation(int outputs, boolean counts) {
    this.outputs = outputs;
    this.counts = counts;
    this.squaredErrors = new double[outputs];
    this.absoluteErrors = new double[outputs];
    this.deviances = new double[counts ? outputs : 0];
    this.means = new double[outputs];
    this.squaredSpreads = new double[outputs];
  }

  /** The bytes of its arrays. */
  static long sizeBytes(int outputs) {
    return 5L * Double.BYTES * outputs;
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
    copy = Scratch.copy(scores, copy, rows * outputs);
    lossSum += loss.slopes(copy, 0, outputs, labels, labelRow, weights, rows);
    copy = Scratch.copy(scores, copy, rows * outputs);
    loss.predictions(scores, outputs, rows);
    for (int i = 0; i < rows; i++) {
      double weight = weights[i];
      if (weight != 0) {
        weightSum += weight;
        for (int o = 0; o < outputs; o++) {
          int at = i * outputs + o;
          add(o, labels[(labelRow + i) * outputs + o], copy[at], scores[at], weight);
        }
      }
    }
  }

  private void add(int o, double label, double score, double prediction, double weight) {
    double error = label - prediction;
    squaredErrors[o] += weight * error * error;
    absoluteErrors[o] += weight * Math.abs(error);
    double away = label - means[o];
    means[o] += away * (weight / weightSum);
    squaredSpreads[o] += weight * away * (label - means[o]);
    if (counts) {
      double entropy = label > 0 ? label * logRatio(label, score, prediction) : 0;
      deviances[o] += weight * 2 * (entropy - label + prediction);
    }
  }

  /** By the score, which is the logarithm of the prediction, where float32 is too coarse for it. */
  private static double logRatio(double label, double score, double prediction) {
    return prediction < Float.MIN_NORMAL
        ? StrictMath.log(label) - score
        : StrictMath.log(label / prediction);
  }

  @Override
  public void finish() {
    copy = null;
  }

  @Override
  public Evaluation merge(Evaluation right) {
    ValueEvaluation other = (ValueEvaluation) right;
    double together = weightSum + other.weightSum;
    for (int o = 0; o < outputs; o++) {
      squaredErrors[o] += other.squaredErrors[o];
      absoluteErrors[o] += other.absoluteErrors[o];
      if (counts) {
        deviances[o] += other.deviances[o];
      }
      if (other.weightSum > 0) {
        double away = other.means[o] - means[o];
        double share = other.weightSum / together;
        means[o] += away * share;
        squaredSpreads[o] += other.squaredSpreads[o] + away * away * weightSum * share;
      }
    }
    weightSum = together;
    lossSum += other.lossSum;
    return this;
  }

  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (!(weightSum > 0)) {
      return metrics;
    }
    double rmse = 0;
    double mae = 0;
    double r2 = 0;
    double deviance = 0;
    boolean spread = true;
    for (int o = 0; o < outputs; o++) {
      rmse += Math.sqrt(squaredErrors[o] / weightSum) / outputs;
      mae += absoluteErrors[o] / weightSum / outputs;
      r2 += (1 - squaredErrors[o] / squaredSpreads[o]) / outputs;
      spread &= squaredSpreads[o] > 0;
      deviance += counts ? deviances[o] / weightSum / outputs : 0;
    }
    metrics.put("loss", lossSum / weightSum);
    metrics.put("rmse", rmse);
    metrics.put("mae", mae);
    if (spread) {
      metrics.put("r2", r2);
    }
    if (counts) {
      metrics.put("poisson_deviance", deviance);
    }
    return metrics;
  }

  @Override
  public double[] confusion() {
    return new double[0];
  }
}

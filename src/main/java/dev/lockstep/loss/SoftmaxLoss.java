package dev.lockstep.loss;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * The log loss of k classes, {@code log sum exp(s) - s[y]}; scores are log odds up to a shift. With
 * smoothed labels (Szegedy et al. 2016) a part of each label is spread over all classes, its own
 * among them, as in PyTorch's CrossEntropyLoss: {@code log sum exp(s) - (1 - a) s[y] - a mean(s)}.
 *
 * @param labelSmoothing a, from 0 to below 1
 */
public record SoftmaxLoss(double labelSmoothing) implements Loss {
  /** Labels as they are. */
  public static final SoftmaxLoss DEFAULTS = new SoftmaxLoss(0);

  /** Checks the smoothing. */
  public SoftmaxLoss {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "label_smoothing must be from 0 to below 1, is " + labelSmoothing);
    }
  }

  /** Labels as they are. */
  public SoftmaxLoss() {
    this(0);
  }

  @Override
  public Task task() {
    return Task.MULTICLASS;
  }

  @Override
  public boolean probabilistic() {
    return true;
  }

  /** What is spread has the weight of the class that it goes to. */
  @Override
  public Loss byClass(List<Double> classWeights) {
    return labelSmoothing == 0 || classWeights.isEmpty()
        ? this
        : new ClassWeighedSoftmaxLoss(this, classWeights);
  }

  @Override
  public double slopes(
      float[] scores,
      int scoresFrom,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows) {
    return slopes(List.of(), scores, scoresFrom, outputs, labels, labelRow, weights, rows);
  }

  /**
   * The same where what is spread weighs by class.
   *
   * @param classWeights w; empty where all count alike
   */
  double slopes(
      List<Double> classWeights,
      float[] scores,
      int scoresFrom,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows) {
    double[] shares = new double[outputs];
    Arrays.fill(shares, 1);
    double[] odds = new double[rows * outputs];
    int[] best = new int[rows];
    exponentiate(scores, scoresFrom, outputs, rows, odds, best);
    double lossSum = 0;
    for (int i = 0; i < rows; i++) {
      int from = i * outputs;
      int label = from + labelOf(labels[labelRow + i], outputs);
      double behind = (double) scores[scoresFrom + from + best[i]] - scores[scoresFrom + label];
      double loss = behind + Elementary.log1p(sumWithout(odds, from, outputs, from + best[i]));
      share(classWeights, label - from, shares);
      if (labelSmoothing > 0) {
        double ahead = aheadOfMean(scores, scoresFrom + from, scoresFrom + label, shares);
        loss = whole(mean(shares)) * loss + labelSmoothing * ahead;
      }
      slopesOf(odds, from, label, shares, weights[i], scores, scoresFrom);
      lossSum += weights[i] == 0 ? 0 : weights[i] * loss;
    }
    return lossSum;
  }

  /**
   * What classes weigh against that of the label.
   *
   * @param shares {@code [outputs]}; written if classes weigh differently
   */
  private static void share(List<Double> classWeights, int label, double[] shares) {
    for (int c = 0; c < classWeights.size(); c++) {
      shares[c] = classWeights.get(c) / classWeights.get(label);
    }
  }

  /** What a smoothed label weighs, against what it does as it is: 1 where all count alike. */
  private double whole(double meanShare) {
    return 1 + labelSmoothing * (meanShare - 1);
  }

  private static double mean(double[] shares) {
    double sum = 0;
    for (double share : shares) {
      sum += share;
    }
    return sum / shares.length;
  }

  private static int labelOf(float label, int outputs) {
    int index = (int) label;
    if (index < 0 || index >= outputs) {
      throw new IllegalArgumentException("label " + label + " for " + outputs + " classes");
    }
    return index;
  }

  /**
   * Probability minus one-hot label; that of the label as minus the others' sum, which is exact.
   * Smoothing moves its part from the label to all classes.
   */
  private void slopesOf(
      double[] odds,
      int from,
      int label,
      double[] shares,
      float weight,
      float[] slopes,
      int slopesFrom) {
    int outputs = shares.length;
    double others = sumWithout(odds, from, outputs, label);
    double total = others + odds[label];
    double meanShare = labelSmoothing > 0 ? mean(shares) : 1;
    double whole = whole(meanShare);
    for (int o = from; o < from + outputs; o++) {
      double slope = o == label ? -others / total : odds[o] / total;
      if (labelSmoothing > 0) {
        double moved = (o == label ? meanShare : 0) - shares[o - from] / outputs;
        slope = whole * slope + labelSmoothing * moved;
      }
      slopes[slopesFrom + o] = weight == 0 ? 0 : (float) (weight * slope);
    }
  }

  /** What a score has before those of its row, in the mean of their shares. */
  private static double aheadOfMean(float[] scores, int from, int label, double[] shares) {
    double sum = 0;
    for (int c = 0; c < shares.length; c++) {
      sum += shares[c] * ((double) scores[label] - scores[from + c]);
    }
    return sum / shares.length;
  }

  private static double sumWithout(double[] odds, int from, int outputs, int without) {
    double sum = 0;
    for (int o = from; o < from + outputs; o++) {
      sum += o == without ? 0 : odds[o];
    }
    return sum;
  }

  /** Writes exp(s - max s) and the place of each row's largest score. */
  private static void exponentiate(
      float[] scores, int scoresFrom, int outputs, int rows, double[] odds, int[] best) {
    for (int i = 0; i < rows; i++) {
      int from = i * outputs;
      int at = scoresFrom + from;
      int top = 0;
      for (int o = 1; o < outputs; o++) {
        top = scores[at + o] > scores[at + top] ? o : top;
      }
      best[i] = top;
      for (int o = 0; o < outputs; o++) {
        odds[from + o] = (double) scores[at + o] - scores[at + top];
      }
    }
    Kernels.best(rows * outputs * Kernels.EXP_WORK).exp(odds, rows * outputs);
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    double[] odds = new double[rows * outputs];
    exponentiate(scores, 0, outputs, rows, odds, new int[rows]);
    for (int from = 0; from < rows * outputs; from += outputs) {
      double total = 0;
      for (int o = from; o < from + outputs; o++) {
        total += odds[o];
      }
      for (int o = from; o < from + outputs; o++) {
        scores[o] = (float) (odds[o] / total);
      }
    }
  }
}

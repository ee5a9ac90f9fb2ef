package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Scores with ties, labels that lean on them, weights of which some are 0. */
record ScoredRows(float[] scores, float[] labels, float[] weights) {
  static ScoredRows random(int rows) {
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
    return new ScoredRows(scores, labels, weights);
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

package dev.lockstep.loss;

import java.util.List;

/**
 * The log loss of k classes with smoothed labels in training where classes weigh differently, as
 * PyTorch's CrossEntropyLoss with {@code weight} and {@code label_smoothing}: what is spread over
 * all classes weighs w of the class that it goes to. With the log losses {@code l[c] = log sum
 * exp(s) - s[c]}, a row of label y weighs {@code w[y]}, by which the sum is divided in the end, and
 * has {@code (1 - a) l[y] + a / k sum w[c] / w[y] l[c]}.
 *
 * <p>A row whose class weighs 0 adds nothing; in PyTorch, what is spread of its label does.
 *
 * @param plain where all classes count alike, with a
 * @param classWeights w, of each class
 */
record ClassWeighedSoftmaxLoss(SoftmaxLoss plain, List<Double> classWeights) implements Loss {
  /** Keeps the weights. */
  ClassWeighedSoftmaxLoss {
    classWeights = List.copyOf(classWeights);
  }

  @Override
  public Task task() {
    return plain.task();
  }

  @Override
  public boolean probabilistic() {
    return plain.probabilistic();
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
    return plain.slopes(classWeights, scores, scoresFrom, outputs, labels, labelRow, weights, rows);
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    plain.predictions(scores, outputs, rows);
  }
}

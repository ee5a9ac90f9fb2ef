package dev.lockstep.loss;

/**
 * The loss of a language model: cross-entropy of each token given those before it, in nats. A row
 * is a text, whose scores are its loss summed over the tokens that were predicted, and their
 * number; the model computes them beside its gradient.
 */
public record NextTokenLoss() implements Loss {
  /** It has no settings. */
  public static final NextTokenLoss DEFAULTS = new NextTokenLoss();

  private static final SoftmaxLoss OF_A_TOKEN = SoftmaxLoss.DEFAULTS;

  @Override
  public Task task() {
    return Task.NEXT_TOKEN;
  }

  @Override
  public boolean probabilistic() {
    return false;
  }

  /**
   * The loss of n tokens and its slopes.
   *
   * @param scores {@code [tokens, vocabulary]}; written
   * @param outputs the vocabulary
   * @param labels the tokens that come next, by their ids
   * @param weights {@code [tokens]}; 0 where nothing comes next
   */
  @Override
  public double slopes(
      float[] scores,
      int scoresFrom,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows) {
    return OF_A_TOKEN.slopes(scores, scoresFrom, outputs, labels, labelRow, weights, rows);
  }

  @Override
  public void predictions(float[] scores, int outputs, int rows) {
    // The loss of a text and its tokens are what is told of it.
  }
}

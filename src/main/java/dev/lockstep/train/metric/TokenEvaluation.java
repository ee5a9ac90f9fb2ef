package dev.lockstep.train.metric;

import dev.lockstep.loss.Loss;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Texts by a language model: the loss in nats of a token, and perplexity, its exponential. The
 * scores of a row are the sum of its losses and how many tokens they are of.
 */
final class TokenEvaluation implements Evaluation {
  private static final long serialVersionUID = 1L;

  /** The bytes of its sums. */
  static final long SIZE_BYTES = 2L * Double.BYTES;

  private double lossSum;
  private double tokens;

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
        lossSum += (double) weights[i] * scores[i * outputs];
        tokens += (double) weights[i] * scores[i * outputs + 1];
      }
    }
  }

  @Override
  public void finish() {
    // Sums need no end.
  }

  @Override
  public Evaluation merge(Evaluation right) {
    TokenEvaluation other = (TokenEvaluation) right;
    lossSum += other.lossSum;
    tokens += other.tokens;
    return this;
  }

  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (tokens > 0) {
      metrics.put("loss", lossSum / tokens);
      metrics.put("perplexity", StrictMath.exp(lossSum / tokens));
    }
    return metrics;
  }

  @Override
  public double[] confusion() {
    return new double[0];
  }
}

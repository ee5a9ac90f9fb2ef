package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.math.RandomKey;
import java.util.Arrays;

/**
 * How the next token is drawn from the scores of all.
 *
 * @param temperature divides the scores: below 1 the likely become likelier, 0 always takes the
 *     likeliest
 * @param topK only so many of the likeliest are drawn from; 0 for all
 */
public record Sampling(double temperature, int topK) {
  /** Checks the ranges. */
  public Sampling {
    Ranges.notNegative("temperature", temperature);
    Ranges.require(topK >= 0, "top-k", "0 or above", topK);
  }

  /**
   * Draws one.
   *
   * @param scores of each token
   * @param first of the tokens that may be drawn: those before it are not
   * @param key draws by {@code counter}
   */
  int draw(float[] scores, int first, RandomKey key, long counter) {
    int best = first;
    for (int i = first; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    if (temperature == 0) {
      return best;
    }
    float least = least(scores, first);
    double[] odds = new double[scores.length];
    double total = 0;
    for (int i = first; i < scores.length; i++) {
      if (scores[i] >= least) {
        odds[i] = StrictMath.exp(((double) scores[i] - scores[best]) / temperature);
        total += odds[i];
      }
    }
    double left = key.uniform(counter) * total;
    int drawn = best;
    for (int i = first; i < scores.length && left >= 0; i++) {
      if (odds[i] > 0) {
        drawn = i;
        left -= odds[i];
      }
    }
    return drawn;
  }

  /** The least score that is drawn from; tokens of the same score are too. */
  private float least(float[] scores, int first) {
    int count = scores.length - first;
    if (topK == 0 || topK >= count) {
      return Float.NEGATIVE_INFINITY;
    }
    float[] sorted = Arrays.copyOfRange(scores, first, scores.length);
    Arrays.sort(sorted);
    return sorted[count - topK];
  }
}

package dev.lockstep.data;

import java.util.Optional;

/**
 * How training rows are divided for a cross-validation: by hash into k folds, anew for each repeat,
 * or in the order of a column. In order there are k + 1 stretches of rows, all but the first of n
 * div (k + 1), and training i of k has the stretches up to i and is judged on the next one, as by
 * scikit-learn's TimeSeriesSplit. As there, counts are exact, so that rows of equal values may be
 * on both sides of a bound: where that tells a model too much, a column that differs is to order
 * them.
 *
 * <p>Where a gap lies between, the end of each stretch is a part of its own: rows are told apart by
 * part, and a part is what {@link HeldOut} calls a fold.
 *
 * @param folds k; 0 for none
 * @param repeats how often rows are divided anew
 * @param by the column that orders rows; empty: by hash
 * @param gap rows before those of each judgement that are not trained on
 */
public record FoldPlan(int folds, int repeats, Optional<String> by, int gap) {
  /** No folds. */
  public static final FoldPlan NONE = new FoldPlan(0, 0, Optional.empty(), 0);

  /** The most parts that can be told apart. */
  public static final int MOST_PARTS = 127;

  /** Checks the numbers. */
  public FoldPlan {
    if (folds == 1 || folds < 0 || repeats < 0 || gap < 0 || parts(folds, by, gap) > MOST_PARTS) {
      throw new IllegalArgumentException(
          "folds must be 0 or 2 to %d, is %d, repeats %d, gap %d"
              .formatted(MOST_PARTS, folds, repeats, gap));
    }
    if (by.isPresent() && repeats > 1) {
      throw new IllegalArgumentException("an order cannot be repeated, repeats is " + repeats);
    }
  }

  /** Folds by hash. */
  public FoldPlan(int folds, int repeats) {
    this(folds, repeats, Optional.empty(), 0);
  }

  /** How many parts of a repeat are told apart. */
  public int parts() {
    return parts(folds, by, gap);
  }

  private static int parts(int folds, Optional<String> by, int gap) {
    if (by.isEmpty()) {
      return folds;
    }
    return gap == 0 ? folds + 1 : 2 * folds + 1;
  }

  /** How many trainings there are: a fold of a repeat each. */
  public int trainings() {
    return folds * repeats;
  }

  /**
   * What a training holds out.
   *
   * @param training from 0, repeat by repeat
   */
  public int code(int training) {
    if (by.isEmpty()) {
      return HeldOut.code(training / folds, training % folds);
    }
    if (gap == 0) {
      return HeldOut.after(training + 1, training + 1, training + 1);
    }
    int judged = 2 * training + 2;
    return HeldOut.after(judged - 1, judged, Math.min(judged + 1, parts() - 1));
  }
}

package dev.lockstep.train;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.SparseRows;
import dev.lockstep.model.Model.InputUnit;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Count, mean and squared deviations of encoded features for every fold of every repeat, in float64
 * (Welford 1962; merged as Chan, Golub, LeVeque 1979). Zeros of sparse rows are counted, not added
 * one by one. Rows count alike, whatever their weights, as in the encoding. Not safe for threads.
 *
 * <p>Legend: g a fold of a repeat, of G = repeats * folds; j a feature.
 */
public final class FoldMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int repeats;
  private final int folds;
  private final int features;
  private final long[] rows;
  private final double[] entries;
  private final double[] means;
  private final double[] squares;

  /** Of no rows yet. */
  public FoldMoments(int repeats, int folds, int features) {
    this.repeats = repeats;
    this.folds = folds;
    this.features = features;
    int length = Math.multiplyExact(repeats * folds, features);
    this.rows = new long[repeats * folds];
    this.entries = new double[length];
    this.means = new double[length];
    this.squares = new double[length];
  }

  /** Adds the rows of a block in order. */
  public void add(Block block) {
    if (block.folds().length != repeats * block.rows()) {
      throw new IllegalArgumentException(
          "%d folds for %d repeats of %d rows"
              .formatted(block.folds().length, repeats, block.rows()));
    }
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (int row = 0; row < block.rows(); row++) {
        int g = repeat * folds + block.folds()[repeat * block.rows() + row];
        rows[g]++;
        if (block.features() instanceof DenseRows x) {
          for (int j = 0, at = row * x.stride(); j < features; j++, at++) {
            add(g * features + j, x.values()[at]);
          }
        } else if (block.features() instanceof SparseRows x) {
          for (int p = x.starts()[row]; p < x.starts()[row + 1]; p++) {
            add(g * features + x.indices()[p], x.values()[p]);
          }
        }
      }
    }
  }

  private void add(int at, double x) {
    double delta = x - means[at];
    entries[at]++;
    means[at] += delta / entries[at];
    squares[at] += delta * (x - means[at]);
  }

  /** Adds the rows to the right of these; these. */
  public FoldMoments merge(FoldMoments right) {
    for (int g = 0; g < rows.length; g++) {
      rows[g] += right.rows[g];
    }
    for (int at = 0; at < entries.length; at++) {
      merge(at, right.entries[at], right.means[at], right.squares[at]);
    }
    return this;
  }

  private void merge(int at, double count, double mean, double square) {
    if (count > 0) {
      double total = entries[at] + count;
      double delta = mean - means[at];
      squares[at] += square + delta * delta * (entries[at] * count / total);
      means[at] += delta * (count / total);
      entries[at] = total;
    }
  }

  /**
   * The rescaling of a member by the rows that it trains on: mean, and deviation with n - 1.
   *
   * @param heldOut the {@link HeldOut#code} of its fold
   * @param scaled the features to rescale; the others stay as they are
   * @param units where they enter the model
   */
  public Rescaling rescaling(int heldOut, List<ScaledRange> scaled, List<InputUnit> units) {
    FoldMoments kept = new FoldMoments(1, 1, features);
    int repeat = HeldOut.repeat(heldOut);
    for (int fold = 0; fold < folds; fold++) {
      if (HeldOut.code(repeat, fold) != heldOut) {
        int g = repeat * folds + fold;
        kept.rows[0] += rows[g];
        for (int j = 0; j < features; j++) {
          int at = g * features + j;
          kept.merge(j, entries[at], means[at], squares[at]);
        }
      }
    }
    double[] shift = new double[features];
    double[] factor = new double[features];
    Arrays.fill(factor, 1);
    for (ScaledRange range : scaled) {
      for (int j = range.from(); j < range.to(); j++) {
        double zeros = kept.rows[0] - kept.entries[j];
        kept.merge(j, zeros, 0, 0);
        shift[j] = range.centred() ? kept.means[j] : 0;
        double variance = kept.squares[j] / (kept.rows[0] - 1);
        factor[j] = variance > 0 ? 1 / Math.sqrt(variance) : 0;
      }
    }
    return new Rescaling(units, shift, factor);
  }
}

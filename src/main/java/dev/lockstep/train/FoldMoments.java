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
 * Count, mean and squared deviations of scaled features for every fold of every repeat, in float64
 * (Welford 1962; merged as Chan, Golub, LeVeque 1979). Zeros of sparse rows are counted, not added
 * one by one. Rows count alike, whatever their weights, as in the encoding. Features that are not
 * scaled take no memory: there may be very many. Not safe for threads.
 *
 * <p>Legend: g a fold of a repeat, of G = repeats * folds; j a scaled feature, counted over the
 * ranges r of them.
 */
public final class FoldMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int repeats;
  private final int folds;
  private final int features;

  /** {@code [ranges]}: the first encoded feature of each, and the one after its last. */
  private final int[] froms;

  private final int[] ends;
  private final long[] rows;
  private final double[] entries;
  private final double[] means;
  private final double[] squares;

  /**
   * Of no rows yet.
   *
   * @param scaled the features that are looked at, ascending, none twice
   */
  public FoldMoments(int repeats, int folds, List<ScaledRange> scaled) {
    this.repeats = repeats;
    this.folds = folds;
    this.froms = scaled.stream().mapToInt(ScaledRange::from).toArray();
    this.ends = scaled.stream().mapToInt(ScaledRange::to).toArray();
    int size = 0;
    for (int r = 0; r < froms.length; r++) {
      if (froms[r] > ends[r] || r > 0 && froms[r] < ends[r - 1]) {
        throw new IllegalArgumentException("scaled features must ascend, are " + scaled);
      }
      size += ends[r] - froms[r];
    }
    this.features = size;
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
          add(x, row, g * features);
        } else if (block.features() instanceof SparseRows x) {
          add(x, row, g * features);
        }
      }
    }
  }

  private void add(DenseRows x, int row, int first) {
    int at = first;
    for (int r = 0; r < froms.length; r++) {
      for (int column = froms[r]; column < ends[r]; column++) {
        add(at++, x.values()[row * x.stride() + column]);
      }
    }
  }

  /** Walks along the entries and the ranges at once, since both ascend. */
  private void add(SparseRows x, int row, int first) {
    int start = first;
    int r = 0;
    for (int p = x.starts()[row]; p < x.starts()[row + 1]; p++) {
      int column = x.indices()[p];
      while (r < froms.length && column >= ends[r]) {
        start += ends[r] - froms[r];
        r++;
      }
      if (r == froms.length) {
        return;
      }
      if (column >= froms[r]) {
        add(start + column - froms[r], x.values()[p]);
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
   * @param scaled the features to rescale, those of the moments; the others stay as they are
   * @param encoded how many features the rows have
   * @param units where they enter the model
   */
  public Rescaling rescaling(
      int heldOut, List<ScaledRange> scaled, int encoded, List<InputUnit> units) {
    FoldMoments kept = new FoldMoments(1, 1, scaled);
    if (kept.features != features) {
      throw new IllegalArgumentException(kept.features + " features, moments of " + features);
    }
    int repeat = HeldOut.repeat(heldOut);
    for (int fold = 0; fold < folds; fold++) {
      if (HeldOut.trains(heldOut, fold)) {
        int g = repeat * folds + fold;
        kept.rows[0] += rows[g];
        for (int j = 0; j < features; j++) {
          int at = g * features + j;
          kept.merge(j, entries[at], means[at], squares[at]);
        }
      }
    }
    double[] shift = new double[encoded];
    double[] factor = new double[encoded];
    Arrays.fill(factor, 1);
    int j = 0;
    for (ScaledRange range : scaled) {
      for (int column = range.from(); column < range.to(); column++, j++) {
        double zeros = kept.rows[0] - kept.entries[j];
        kept.merge(j, zeros, 0, 0);
        shift[column] = range.centred() ? kept.means[j] : 0;
        double variance = kept.squares[j] / (kept.rows[0] - 1);
        factor[column] = variance > 0 ? 1 / Math.sqrt(variance) : 0;
      }
    }
    return new Rescaling(units, shift, factor);
  }
}

package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.HeapRows;
import dev.lockstep.data.RowGather;
import dev.lockstep.data.SparseRows;
import java.util.Arrays;
import java.util.List;

/**
 * Texts of a batch in the order of their lengths, and passes of texts of like lengths: a pass runs
 * over as many steps as its longest text has, so that a short text among long ones costs as much as
 * they do. More passes cost too: of all ways to cut the order at multiples of 8 rows, that with the
 * least steps is taken, counting what each step of a pass costs by itself as so many rows. The
 * lengths alone decide.
 */
final class LengthPasses {
  /** What a step costs beside its rows, in rows. */
  private static final int ROWS_OF_A_STEP = 3;

  /** Cuts lie so many rows apart: libtorch keeps what it prepared for each shape of a pass. */
  private static final int ROWS_OF_A_CUT = 8;

  private final int mostRows;
  private final int cutRows;
  private final RowGather gather = new RowGather();
  private int[] order = {};

  /** After the last row of each pass, ascending. */
  private int[] ends = {};

  private int passes;

  /**
   * No batch yet.
   *
   * @param mostRows rows of a pass at most
   */
  LengthPasses(int mostRows) {
    this.mostRows = mostRows;
    this.cutRows = Math.min(mostRows, ROWS_OF_A_CUT);
  }

  /** The batch in the order of lengths, those of equal ones as they were; holds until the next. */
  Batch of(Batch batch) {
    Block block = batch.block();
    int n = batch.rows();
    int columns = block.features().columns();
    int[] buckets = new int[n];
    int[] next = new int[Lengths.buckets(columns) + 1];
    for (int i = 0; i < n; i++) {
      buckets[i] = Lengths.bucket(tokens(block.features(), batch.from() + i));
      next[buckets[i] + 1]++;
    }
    for (int b = 1; b < next.length; b++) {
      next[b] += next[b - 1];
    }
    order = order.length >= n ? order : new int[n];
    int[] steps = new int[n];
    for (int i = 0; i < n; i++) {
      int place = next[buckets[i]]++;
      order[place] = batch.from() + i;
      steps[place] = Lengths.steps(buckets[i], columns);
    }
    plan(steps);
    return passes <= 1
        ? asItWas(batch)
        : Batch.of(gather.gather(new HeapRows(block.rows(), List.of(block)), order, n));
  }

  private Batch asItWas(Batch batch) {
    Arrays.setAll(order, i -> batch.from() + i);
    return batch;
  }

  /** How many tokens a row has. */
  private static int tokens(Features features, int row) {
    int count = 0;
    if (features instanceof DenseRows all) {
      int from = row * all.stride();
      for (int i = from; i < from + all.columns(); i++) {
        count += all.values()[i] == 0f ? 0 : 1;
      }
    } else if (features instanceof SparseRows all) {
      count = all.starts()[row + 1] - all.starts()[row];
    }
    return count;
  }

  /**
   * Cuts the order where it costs least.
   *
   * @param steps of each row, ascending
   */
  private void plan(int[] steps) {
    int n = steps.length;
    int cuts = (n + cutRows - 1) / cutRows;
    int mostCuts = mostRows / cutRows;
    double[] least = new double[cuts + 1];
    int[] from = new int[cuts + 1];
    for (int end = 1; end <= cuts; end++) {
      least[end] = Double.POSITIVE_INFINITY;
      int last = Math.min(n, end * cutRows);
      for (int start = end - 1; start >= Math.max(0, end - mostCuts); start--) {
        int rows = last - start * cutRows;
        double cost = least[start] + (double) steps[last - 1] * (rows + ROWS_OF_A_STEP);
        if (cost < least[end]) {
          least[end] = cost;
          from[end] = start;
        }
      }
    }
    passes = 0;
    for (int end = cuts; end > 0; end = from[end]) {
      passes++;
    }
    ends = ends.length >= passes ? ends : new int[passes];
    int pass = passes;
    for (int end = cuts; end > 0; end = from[end]) {
      ends[--pass] = Math.min(n, end * cutRows);
    }
  }

  /** How many rows the pass has that begins after so many rows. */
  int rowsFrom(int done) {
    int pass = Arrays.binarySearch(ends, 0, passes, done + 1);
    return ends[pass >= 0 ? pass : -pass - 1] - done;
  }

  /** Which row of the block that was given a row of the order is. */
  int row(int place) {
    return order[place];
  }
}

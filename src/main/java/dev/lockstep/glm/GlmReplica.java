package dev.lockstep.glm;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.SparseRows;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.Kernels;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;

/**
 * Linear scores over blocks of rows, forward and backward in chunks that stay in the cache: a chunk
 * is read from memory once for all members and outputs.
 *
 * <p>A member's order of operations depends on the rows of the batch alone: chunks follow each
 * other from the first row; within a chunk, scores, slopes and the gradient are computed by the
 * same kernels for any number of members. Legend: n rows of a chunk, d features, k a member, o an
 * output, c a column: an output of a member.
 */
final class GlmReplica implements Replica {
  private static final float[] ONES = ones();
  private static final int[] ONES_AT = {0};

  private final Loss loss;
  private final int outputs;
  private final int features;
  private final boolean intercept;
  private final float[] weights;

  /** {@code [MOST_ROWS]} weights for a member that holds rows out. */
  private final float[] maskedWeights = new float[RowChunks.MOST_ROWS];

  /** {@code [members * outputs, MOST_ROWS]}: dot products, then scores, then slopes. */
  private float[] columns = {};

  /** {@code [MOST_ROWS, outputs]} of one member with several outputs: scores, then slopes. */
  private final float[] scores;

  /** {@code [members * outputs]}: sums of slopes. */
  private float[] slopeSums = {};

  private DenseChunks dense = DenseChunks.none();
  private final InterleavedChunks interleaved = new InterleavedChunks();

  /** Of sparse rows in the sum that was begun. */
  private long entries;

  private boolean begun;

  GlmReplica(Loss loss, int outputs, int features, boolean intercept) {
    this.loss = loss;
    this.outputs = outputs;
    this.features = features;
    this.intercept = intercept;
    this.scores = new float[outputs == 1 ? 0 : RowChunks.MOST_ROWS * outputs];
    this.weights = new float[RowChunks.MOST_ROWS];
  }

  @Override
  public void begin(GradientSum into) {
    interleaved.begin();
    entries = 0;
    begun = true;
  }

  @Override
  public void finish(GradientSum into) {
    interleaved.finish(into);
    begun = false;
  }

  @Override
  public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
    check(params, batch);
    add(params, batch, gradientChunks(params, batch, into), into);
    if (!begun) {
      finish(into);
      entries = 0;
    }
  }

  private void add(Parameters params, Batch batch, RowChunks chunks, GradientSum into) {
    Block block = batch.block();
    boolean together = outputs == 1 && params.heldOut().isNone();
    for (int from = batch.from(); from < batch.to(); from += chunks.rows()) {
      int n = Math.min(chunks.rows(), batch.to() - from);
      double weightSum = weigh(block, from, n);
      chunks.dots(from, n, columns);
      for (int k = 0; k < params.members(); k++) {
        score(params, k, block, from, n);
        boolean masked = params.heldOut().holdsOut(k);
        into.weightSums()[k] +=
            masked ? params.heldOut().weigh(k, block, from, n, maskedWeights) : weightSum;
        if (!together) {
          float[] of = masked ? maskedWeights : weights;
          into.lossSums()[k] += slopes(k, block, from, of, n);
        }
      }
      if (together) {
        int step = RowChunks.MOST_ROWS;
        double[] lossSums = into.lossSums();
        loss.slopes(columns, step, params.members(), block.labels(), from, weights, n, lossSums);
      }
      if (intercept) {
        addBiasGradients(params, n, chunks.addsToTotals(into), into);
      }
      chunks.addGradient(from, n, columns, into);
    }
  }

  @Override
  public void predict(Parameters params, Batch batch, float[] scores) {
    check(params, batch);
    RowChunks chunks = chunks(params, batch);
    for (int from = batch.from(); from < batch.to(); from += chunks.rows()) {
      int n = Math.min(chunks.rows(), batch.to() - from);
      chunks.dots(from, n, columns);
      for (int k = 0; k < params.members(); k++) {
        score(params, k, batch.block(), from, n);
        toRows(k, n, scores, (k * batch.rows() + from - batch.from()) * outputs);
      }
    }
  }

  private void check(Parameters params, Batch batch) {
    int expected = outputs * (features + (intercept ? 1 : 0));
    int columns = batch.block().features().columns();
    if (params.size() != expected || columns != features) {
      throw new IllegalArgumentException(
          "%d parameters and %d columns for a model of %d parameters and %d features"
              .formatted(params.size(), columns, expected, features));
    }
  }

  /** As {@link #chunks}, or the form for many entries and members. */
  private RowChunks gradientChunks(Parameters params, Batch batch, GradientSum into) {
    if (!(batch.block().features() instanceof SparseRows rows)) {
      // Dense rows add to the sum itself.
      interleaved.finish(into);
    } else {
      entries += rows.starts()[batch.to()] - rows.starts()[batch.from()];
      if (InterleavedChunks.pays(rows, entries, params, outputs)) {
        sizeColumns(params);
        interleaved.turnTo(rows, params, outputs);
        return interleaved;
      }
    }
    return chunks(params, batch);
  }

  private RowChunks chunks(Parameters params, Batch batch) {
    sizeColumns(params);
    if (batch.block().features() instanceof DenseRows rows) {
      dense = DenseChunks.of(rows, batch.to(), params, outputs, dense);
      return dense;
    }
    return new SparseChunks((SparseRows) batch.block().features(), params, outputs);
  }

  private void sizeColumns(Parameters params) {
    int length = Math.multiplyExact(params.members() * outputs, RowChunks.MOST_ROWS);
    if (columns.length != length) {
      columns = new float[length];
      slopeSums = new float[params.members() * outputs];
    }
  }

  /** Fills the weights of a chunk; their sum. */
  private double weigh(Block block, int from, int n) {
    if (block.weights().length == 0) {
      Arrays.fill(weights, 0, n, 1f);
      return n;
    }
    System.arraycopy(block.weights(), from, weights, 0, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += weights[i];
    }
    return sum;
  }

  /** Turns dot products of a member into scores: plus bias, plus offset, in this order. */
  private void score(Parameters params, int k, Block block, int from, int n) {
    for (int o = 0; o < outputs; o++) {
      int at = (k * outputs + o) * RowChunks.MOST_ROWS;
      if (intercept) {
        float bias = params.values()[params.offset(k) + outputs * features + o];
        for (int i = 0; i < n; i++) {
          columns[at + i] += bias;
        }
      }
      if (block.offsets().length > 0) {
        for (int i = 0; i < n; i++) {
          columns[at + i] += block.offsets()[from + i];
        }
      }
    }
  }

  /** Turns the scores of a member into slopes; the sum of its losses. */
  private double slopes(int k, Block block, int from, float[] of, int n) {
    float[] labels = block.labels();
    if (outputs == 1) {
      // A column is as rows of one score.
      return loss.slopes(columns, k * RowChunks.MOST_ROWS, 1, labels, from, of, n);
    }
    toRows(k, n, scores, 0);
    double lossSum = loss.slopes(scores, 0, outputs, labels, from, of, n);
    for (int o = 0; o < outputs; o++) {
      int at = (k * outputs + o) * RowChunks.MOST_ROWS;
      for (int i = 0; i < n; i++) {
        columns[at + i] = scores[i * outputs + o];
      }
    }
    return lossSum;
  }

  /** Copies a member's columns to rows from {@code to} on. */
  private void toRows(int k, int n, float[] rows, int to) {
    for (int o = 0; o < outputs; o++) {
      int at = (k * outputs + o) * RowChunks.MOST_ROWS;
      for (int i = 0; i < n; i++) {
        rows[to + i * outputs + o] = columns[at + i];
      }
    }
  }

  /** Sums of slopes are dot products with ones: in the fixed order of {@link Kernels#rowDots}. */
  private void addBiasGradients(Parameters params, int n, boolean toTotals, GradientSum into) {
    int sums = slopeSums.length;
    if (n < RowChunks.MOST_ROWS) {
      for (int c = 0; c < sums; c++) {
        int at = c * RowChunks.MOST_ROWS;
        Arrays.fill(columns, at + n, at + RowChunks.MOST_ROWS, 0f);
      }
    }
    Kernels.best((long) sums * RowChunks.MOST_ROWS)
        .rowDots(columns, 0, RowChunks.MOST_ROWS, sums, ONES, ONES_AT, 0, 1, slopeSums, sums);
    for (int c = 0; c < sums; c++) {
      int bias = params.offset(c / outputs) + outputs * features + c % outputs;
      if (toTotals) {
        into.totals()[bias] += slopeSums[c];
      } else {
        into.gradients()[bias] += slopeSums[c];
      }
    }
  }

  private static float[] ones() {
    float[] ones = new float[RowChunks.MOST_ROWS];
    Arrays.fill(ones, 1f);
    return ones;
  }

  @Override
  public void close() {
    // Holds arrays only.
  }
}

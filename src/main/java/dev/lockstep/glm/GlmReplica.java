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
  private final Loss loss;
  private final int outputs;
  private final int features;
  private final boolean intercept;
  private final float[] weights;

  /** {@code [MOST_ROWS]} weights for a member that holds rows out. */
  private final float[] maskedWeights = new float[RowChunks.MOST_ROWS];

  /** {@code [members * outputs, MOST_ROWS]}: dot products, then slopes. */
  private float[] columns = {};

  /** {@code [MOST_ROWS, outputs]} of one member: scores, then slopes. */
  private final float[] scores;

  private final float[] lanes = new float[Kernels.LANES];

  private DenseChunks dense = DenseChunks.none();

  GlmReplica(Loss loss, int outputs, int features, boolean intercept) {
    this.loss = loss;
    this.outputs = outputs;
    this.features = features;
    this.intercept = intercept;
    this.scores = new float[RowChunks.MOST_ROWS * outputs];
    this.weights = new float[RowChunks.MOST_ROWS];
  }

  @Override
  public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
    check(params, batch);
    Block block = batch.block();
    RowChunks chunks = chunks(params, batch);
    for (int from = batch.from(); from < batch.to(); from += chunks.rows()) {
      int n = Math.min(chunks.rows(), batch.to() - from);
      double weightSum = weigh(block, from, n);
      chunks.dots(from, n, columns);
      for (int k = 0; k < params.members(); k++) {
        score(params, k, block, from, n);
        boolean masked = params.heldOut().holdsOut(k);
        into.weightSums()[k] +=
            masked ? params.heldOut().weigh(k, block, from, n, maskedWeights) : weightSum;
        float[] of = masked ? maskedWeights : weights;
        into.lossSums()[k] += loss.slopes(scores, outputs, block.labels(), from, of, n);
        toColumns(k, n);
        if (intercept) {
          addBiasGradient(params.offset(k), n, chunks.addsToTotals(into), into);
        }
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
        int at = (k * batch.rows() + from - batch.from()) * outputs;
        System.arraycopy(this.scores, 0, scores, at, n * outputs);
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

  private RowChunks chunks(Parameters params, Batch batch) {
    int length = Math.multiplyExact(params.members() * outputs, RowChunks.MOST_ROWS);
    if (columns.length != length) {
      columns = new float[length];
    }
    if (batch.block().features() instanceof DenseRows rows) {
      dense = DenseChunks.of(rows, params, outputs, dense);
      return dense;
    }
    return new SparseChunks((SparseRows) batch.block().features(), params, outputs);
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

  /** Scores of a member: dot product, plus bias, plus offset, in this order. */
  private void score(Parameters params, int k, Block block, int from, int n) {
    for (int o = 0; o < outputs; o++) {
      int at = (k * outputs + o) * RowChunks.MOST_ROWS;
      if (outputs == 1) {
        System.arraycopy(columns, at, scores, 0, n);
      } else {
        for (int i = 0; i < n; i++) {
          scores[i * outputs + o] = columns[at + i];
        }
      }
      if (intercept) {
        float bias = params.values()[params.offset(k) + outputs * features + o];
        for (int i = 0; i < n; i++) {
          scores[i * outputs + o] += bias;
        }
      }
      if (block.offsets().length > 0) {
        for (int i = 0; i < n; i++) {
          scores[i * outputs + o] += block.offsets()[from + i];
        }
      }
    }
  }

  private void toColumns(int k, int n) {
    for (int o = 0; o < outputs; o++) {
      int at = (k * outputs + o) * RowChunks.MOST_ROWS;
      if (outputs == 1) {
        System.arraycopy(scores, 0, columns, at, n);
      } else {
        for (int i = 0; i < n; i++) {
          columns[at + i] = scores[i * outputs + o];
        }
      }
    }
  }

  private void addBiasGradient(int base, int n, boolean toTotals, GradientSum into) {
    int bias = base + outputs * features;
    for (int o = 0; o < outputs; o++) {
      float sum = slopeSum(o, n);
      if (toTotals) {
        into.totals()[bias + o] += sum;
      } else {
        into.gradients()[bias + o] += sum;
      }
    }
  }

  /** Row i goes to lane i mod 16; lanes are added in halves. */
  private float slopeSum(int o, int n) {
    Arrays.fill(lanes, 0f);
    int i = 0;
    for (; i + Kernels.LANES <= n; i += Kernels.LANES) {
      for (int lane = 0; lane < Kernels.LANES; lane++) {
        lanes[lane] += scores[(i + lane) * outputs + o];
      }
    }
    for (int lane = 0; i + lane < n; lane++) {
      lanes[lane] += scores[(i + lane) * outputs + o];
    }
    for (int width = Kernels.LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] += lanes[lane + width];
      }
    }
    return lanes[0];
  }

  @Override
  public void close() {
    // Holds arrays only.
  }
}

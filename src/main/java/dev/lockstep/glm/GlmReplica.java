package dev.lockstep.glm;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.SparseRows;
import dev.lockstep.loss.Loss;
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
 * output.
 */
final class GlmReplica implements Replica {
  private final Loss loss;
  private final int outputs;
  private final int features;
  private final boolean intercept;
  private final float[] scores;
  private final float[] weights;

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
      for (int k = 0; k < params.members(); k++) {
        score(params, k, chunks, block, from, n);
        into.lossSums()[k] += loss.slopes(scores, outputs, block.labels(), from, weights, n);
        into.weightSums()[k] += weightSum;
        addGradient(params.offset(k), chunks, from, n, into);
      }
    }
  }

  @Override
  public void predict(Parameters params, Batch batch, float[] scores) {
    check(params, batch);
    RowChunks chunks = chunks(params, batch);
    for (int from = batch.from(); from < batch.to(); from += chunks.rows()) {
      int n = Math.min(chunks.rows(), batch.to() - from);
      for (int k = 0; k < params.members(); k++) {
        score(params, k, chunks, batch.block(), from, n);
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
    if (batch.block().features() instanceof DenseRows dense) {
      return new DenseChunks(dense, params, outputs);
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

  /** Scores of a chunk: dot product, plus bias, plus offset, in this order. */
  private void score(Parameters params, int k, RowChunks chunks, Block block, int from, int n) {
    chunks.dots(k, from, n, scores);
    if (intercept) {
      int bias = params.offset(k) + outputs * features;
      for (int i = 0; i < n; i++) {
        for (int o = 0; o < outputs; o++) {
          scores[i * outputs + o] += params.values()[bias + o];
        }
      }
    }
    if (block.offsets().length > 0) {
      for (int i = 0; i < n; i++) {
        for (int o = 0; o < outputs; o++) {
          scores[i * outputs + o] += block.offsets()[from + i];
        }
      }
    }
  }

  private void addGradient(int base, RowChunks chunks, int from, int n, GradientSum into) {
    chunks.addGradient(base, from, n, scores, into);
    if (intercept) {
      int bias = base + outputs * features;
      for (int o = 0; o < outputs; o++) {
        float sum = 0;
        for (int i = 0; i < n; i++) {
          sum += scores[i * outputs + o];
        }
        if (chunks.addsToTotals(into)) {
          into.totals()[bias + o] += sum;
        } else {
          into.gradients()[bias + o] += sum;
        }
      }
    }
  }

  @Override
  public void close() {
    // Holds arrays only.
  }
}

package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SquaredLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.random.RandomGenerator;

/**
 * A table of vectors of which every number of a row of data moves one, and a bias: few of many
 * gradients are more than +0.0, some are -0.0.
 *
 * @param rows of the table
 * @param dim values of a vector
 * @param whole whether sums are told that all may be: the plain form
 */
public record TableModel(int rows, int dim, boolean whole) implements Model {
  @Override
  public Loss loss() {
    return new SquaredLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return 1;
  }

  @Override
  public Layout layout(Schema schema) {
    return Layout.empty().with("table", true, rows, dim).with("bias", false, 1);
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {
    // From zero.
  }

  @Override
  public Replica open(Schema schema) {
    return new Replica() {
      @Override
      public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
        for (int k = 0; k < params.members(); k++) {
          add(params, batch, into, k);
        }
      }

      @Override
      public void predict(Parameters params, Batch batch, float[] scores) {
        // All are zero.
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  private void add(Parameters params, Batch batch, GradientSum into, int k) {
    DenseRows x = (DenseRows) batch.block().features();
    for (int row = batch.from(); row < batch.to(); row++) {
      for (int column = 0; column < x.columns(); column++) {
        float value = x.values()[row * x.stride() + column];
        int entry = Math.floorMod(Float.floatToRawIntBits(value) * 31 + k, rows);
        int at = params.offset(k) + entry * dim;
        float[] sums = whole ? into.gradients() : into.gradients(at, at + dim);
        for (int i = 0; i < dim; i++) {
          sums[at + i] = i % 5 == 4 && sums[at + i] == 0 ? -0f : sums[at + i] + value * (i + 1);
        }
      }
      int bias = params.offset(k) + rows * dim;
      (whole ? into.gradients() : into.gradients(bias, bias + 1))[bias] +=
          batch.block().weight(row);
      into.lossSums()[k] += 0.5;
      into.weightSums()[k] += batch.block().weight(row);
    }
  }
}

package dev.lockstep.bench;

import dev.lockstep.data.Batch;
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
 * A model whose gradient is a copy of its parameters: what is left of a step is the engine's.
 *
 * @param size P
 */
record CopyModel(int size) implements Model {
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
    return Layout.empty().with("copy", true, size);
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {}

  @Override
  public Replica open(Schema schema) {
    return new Replica() {
      @Override
      public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
        System.arraycopy(params.values(), 0, into.gradients(), 0, params.values().length);
        into.weightSums()[0] += batch.rows();
      }

      @Override
      public void predict(Parameters params, Batch batch, float[] scores) {}

      @Override
      public void close() {}
    };
  }
}

package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import java.util.List;

/** The weights that rows have in training by their classes. One thread at a time. */
final class ClassWeights {
  private final double[] byClass;
  private float[] weights = {};

  /**
   * The weights of classes.
   *
   * @param byClass empty where all count alike
   */
  ClassWeights(List<Double> byClass) {
    this.byClass = byClass.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** A batch whose rows weigh as much as their classes let them; valid until the next call. */
  Batch of(Batch batch) {
    if (byClass.length == 0) {
      return batch;
    }
    Block block = batch.block();
    if (weights.length < block.rows()) {
      weights = new float[block.rows()];
    }
    for (int row = batch.from(); row < batch.to(); row++) {
      float label = block.labels()[row * block.labelWidth()];
      double classWeight = Float.isNaN(label) ? 1 : byClass[(int) label];
      weights[row] = (float) (block.weight(row) * classWeight);
    }
    return new Batch(block.withWeights(weights), batch.from(), batch.to(), batch.numbers());
  }
}

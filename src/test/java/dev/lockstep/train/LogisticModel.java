package dev.lockstep.train;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.glm.Logistic;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Model;
import java.util.random.RandomGenerator;

/** Logistic regression whose replicas are something special. */
public interface LogisticModel extends Model {
  /** The ordinary form. */
  Logistic MODEL = Logistic.DEFAULTS;

  @Override
  default Loss loss() {
    return MODEL.loss();
  }

  @Override
  default int outputs(Schema schema) {
    return MODEL.outputs(schema);
  }

  @Override
  default Layout layout(Schema schema) {
    return MODEL.layout(schema);
  }

  @Override
  default void initialize(float[] params, Schema schema, RandomGenerator random) {
    MODEL.initialize(params, schema, random);
  }
}

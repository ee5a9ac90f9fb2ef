package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.HuberLoss;
import dev.lockstep.loss.Loss;
import java.util.List;

/**
 * Linear regression by Huber's loss, one output for each label column.
 *
 * @param intercept whether there is a bias
 * @param delta the error beyond which the loss is linear, in units of the label
 */
public record Huber(boolean intercept, double delta) implements LinearModel {
  /** With an intercept, delta 1 as PyTorch's. */
  public static final Huber DEFAULTS = new Huber(true, 1.0);

  /** Checks delta, as the loss does. */
  public Huber {
    new HuberLoss(delta);
  }

  @Override
  public Loss loss() {
    return new HuberLoss(delta);
  }

  @Override
  public int outputs(Schema schema) {
    return Math.max(1, schema.labels());
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.numeric("huber", schema);
  }
}

package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SquaredLoss;
import java.util.List;

/**
 * Linear regression by half the squared error, one output for each label column.
 *
 * @param intercept whether there is a bias
 */
public record Linear(boolean intercept) implements LinearModel {
  /** With an intercept. */
  public static final Linear DEFAULTS = new Linear(true);

  @Override
  public Loss loss() {
    return new SquaredLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return Math.max(1, schema.labels());
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.numeric("linear", schema);
  }
}

package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SoftmaxLoss;
import java.util.List;

/**
 * Multinomial logistic regression, one output for each class (no reference class).
 *
 * @param intercept whether there is a bias
 */
public record Softmax(boolean intercept) implements LinearModel {
  /** With an intercept. */
  public static final Softmax DEFAULTS = new Softmax(true);

  @Override
  public Loss loss() {
    return new SoftmaxLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return Math.max(1, schema.classes().size());
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.classes("softmax", schema);
  }
}

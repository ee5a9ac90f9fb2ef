package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.LogisticLoss;
import dev.lockstep.loss.Loss;
import java.util.List;

/**
 * Logistic regression of two classes.
 *
 * @param intercept whether there is a bias
 */
public record Logistic(boolean intercept) implements LinearModel {
  /** With an intercept. */
  public static final Logistic DEFAULTS = new Logistic(true);

  @Override
  public Loss loss() {
    return new LogisticLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return 1;
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.twoClasses("logistic", schema);
  }
}

package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.HingeLoss;
import dev.lockstep.loss.Loss;
import java.util.List;

/**
 * The linear support vector machine of two classes.
 *
 * @param intercept whether there is a bias
 * @param squared whether the hinge is squared
 */
public record Hinge(boolean intercept, boolean squared) implements LinearModel {
  /** With an intercept, the plain hinge. */
  public static final Hinge DEFAULTS = new Hinge(true, false);

  @Override
  public Loss loss() {
    return new HingeLoss(squared);
  }

  @Override
  public int outputs(Schema schema) {
    return 1;
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.twoClasses("hinge", schema);
  }
}

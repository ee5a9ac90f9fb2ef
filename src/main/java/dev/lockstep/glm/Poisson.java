package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.PoissonLoss;
import java.util.List;

/**
 * Poisson regression with a log link, one output for each label column. Exposure enters as its log
 * in the offset.
 *
 * @param intercept whether there is a bias
 */
public record Poisson(boolean intercept) implements LinearModel {
  /** With an intercept. */
  public static final Poisson DEFAULTS = new Poisson(true);

  @Override
  public Loss loss() {
    return new PoissonLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return Math.max(1, schema.labels());
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.numeric("poisson", schema);
  }
}

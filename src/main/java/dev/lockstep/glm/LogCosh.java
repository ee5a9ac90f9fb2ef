package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.LogCoshLoss;
import dev.lockstep.loss.Loss;
import java.util.List;

/**
 * Linear regression by the logarithm of the hyperbolic cosine of the error, one output for each
 * label column: robust as {@link Huber}, and smooth. Errors below 1, in units of the label, count
 * about by their squares, others by themselves.
 *
 * @param intercept whether there is a bias
 */
public record LogCosh(boolean intercept) implements LinearModel {
  /** With an intercept. */
  public static final LogCosh DEFAULTS = new LogCosh(true);

  @Override
  public Loss loss() {
    return new LogCoshLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return Math.max(1, schema.labels());
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.numeric("log_cosh", schema);
  }
}

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

  /**
   * A number added to the scores of all classes changes nothing: intercepts are centred, and the
   * coefficients of each feature where nothing penalizes them, as in MLlib.
   */
  @Override
  public void settle(float[] params, Schema schema, boolean penalized) {
    int classes = outputs(schema);
    int features = schema.features();
    if (!penalized) {
      for (int j = 0; j < features; j++) {
        centre(params, j, features, classes);
      }
    }
    if (intercept) {
      centre(params, classes * features, 1, classes);
    }
  }

  /** Takes the mean of {@code n} values, {@code stride} apart, from each. */
  private static void centre(float[] values, int from, int stride, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += values[from + i * stride];
    }
    for (int i = 0; i < n; i++) {
      values[from + i * stride] = (float) (values[from + i * stride] - sum / n);
    }
  }

  @Override
  public List<String> problems(Schema schema) {
    return LabelChecks.classes("softmax", schema);
  }
}

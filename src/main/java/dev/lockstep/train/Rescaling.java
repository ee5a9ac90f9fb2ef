package dev.lockstep.train;

import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model.InputUnit;
import java.util.List;

/**
 * Trains a member as if each feature had been standardized by other rows than it was: by those of
 * the folds that it trains on. The member's own parameters meet {@code (x - shift) * factor}; the
 * workers hold x, and get the parameters that give the same scores there. An affine change of
 * parameters, so statistics are exact and the rows are encoded once.
 *
 * <p>Legend: w, b own weights and bias of a unit; v, c those for the workers: {@code v = w factor},
 * {@code c = b - sum v shift}; a gradient comes back by the chain rule.
 *
 * @param units where weights and biases are in the parameters
 * @param shift {@code [features]}, in units of the encoded features
 * @param factor {@code [features]}; 0 where the feature is constant in the member's rows
 */
public record Rescaling(List<InputUnit> units, double[] shift, double[] factor) {
  /** Checks the sizes. */
  public Rescaling {
    units = List.copyOf(units);
    if (shift.length != factor.length) {
      throw new IllegalArgumentException(shift.length + " shifts, " + factor.length + " factors");
    }
  }

  /**
   * The parameters that the workers need.
   *
   * @param own {@code [size]}
   * @param forWorkers {@code [size]}, written
   */
  void apply(float[] own, float[] forWorkers) {
    System.arraycopy(own, 0, forWorkers, 0, own.length);
    for (InputUnit unit : units) {
      double moved = 0;
      for (int j = 0; j < factor.length; j++) {
        double weight = own[unit.weights() + j] * factor[j];
        forWorkers[unit.weights() + j] = (float) weight;
        moved += weight * shift[j];
      }
      if (unit.bias().isPresent()) {
        int bias = unit.bias().getAsInt();
        forWorkers[bias] = (float) (own[bias] - moved);
      }
    }
  }

  /** Turns a member's gradient at the workers' parameters into that at its own, in place. */
  void pullBack(GradientSum sum, int member) {
    int start = member * sum.size();
    for (InputUnit unit : units) {
      if (sum.wide()) {
        double[] totals = sum.totals();
        double ofBias = unit.bias().isPresent() ? totals[start + unit.bias().getAsInt()] : 0;
        for (int j = 0, at = start + unit.weights(); j < factor.length; j++, at++) {
          totals[at] = factor[j] * (totals[at] - shift[j] * ofBias);
        }
      } else {
        float[] gradients = sum.gradients();
        double ofBias = unit.bias().isPresent() ? gradients[start + unit.bias().getAsInt()] : 0;
        for (int j = 0, at = start + unit.weights(); j < factor.length; j++, at++) {
          gradients[at] = (float) (factor[j] * (gradients[at] - shift[j] * ofBias));
        }
      }
    }
  }
}

package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import java.util.Arrays;

/**
 * One member's arrays for one update.
 *
 * @param params {@code [size]}, written
 * @param gradient {@code [size]} mean gradient, l2 and clipping included; may be overwritten
 * @param slots {@code [slots][size]}, written
 * @param rates {@code [size]} per-coordinate rates, written; empty where there is no l1
 * @param sliceFactors {@code [slices]} written by prepare, read by apply (trust ratios)
 * @param layout names the slices and says which are penalized
 * @param step the number of this update of this member, from 1
 * @param rate the scheduled learning rate
 * @param l1 the weight of |w|_1; 0 where there is none
 */
public record Update(
    float[] params,
    float[] gradient,
    float[][] slots,
    float[] rates,
    double[] sliceFactors,
    Layout layout,
    long step,
    double rate,
    double l1) {
  /**
   * The first update of a training over new arrays: slots at their start.
   *
   * @param params {@code [size]}, kept and written by the updates to come
   */
  public static Update first(GradientRule rule, float[] params, Layout layout, double l1) {
    float[][] slots = new float[rule.slots()][params.length];
    for (float[] slot : slots) {
      Arrays.fill(slot, rule.slotStart());
    }
    return new Update(
        params,
        new float[params.length],
        slots,
        new float[l1 > 0 ? params.length : 0],
        new double[layout.slices().size()],
        layout,
        1,
        rule.learningRate(),
        l1);
  }

  /** The same arrays for an update of another number and rate. */
  public Update at(long newStep, double newRate) {
    return new Update(params, gradient, slots, rates, sliceFactors, layout, newStep, newRate, l1);
  }

  /** Whether the rule has to write {@link #rates}. */
  boolean wantsRates() {
    return rates.length > 0;
  }
}

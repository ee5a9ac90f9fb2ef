package dev.lockstep.optim;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import java.util.Arrays;
import java.util.List;

/**
 * One member's arrays for one update.
 *
 * @param params {@code [size]}, written
 * @param gradient {@code [size]} mean gradient, l2 and clipping included, and of buffers the mean
 *     change; may be overwritten
 * @param slots {@code [slots][size]}, written
 * @param rates {@code [size]} per-coordinate rates, written; empty where there is no l1
 * @param sliceFactors {@code [slices]} written by prepare, read by apply (trust ratios, or one
 *     factor)
 * @param layout names the slices and says which are penalized
 * @param trained the runs of the layout that rules move
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
    List<Run> trained,
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
        layout.runs(Role.TRAINED),
        1,
        rule.learningRate(),
        l1);
  }

  /** The same arrays for an update of another number and rate. */
  public Update at(long newStep, double newRate) {
    return new Update(
        params, gradient, slots, rates, sliceFactors, layout, trained, newStep, newRate, l1);
  }

  /**
   * The same arrays for an update whose gradient is in another one.
   *
   * @param newGradient {@code [size]}, kept and written
   */
  public Update with(float[] newGradient) {
    return new Update(
        params, newGradient, slots, rates, sliceFactors, layout, trained, step, rate, l1);
  }

  /** Whether rules move all of it. */
  public boolean isAllTrained() {
    return trained.size() == 1 && trained.get(0).to() - trained.get(0).from() == params.length;
  }

  /** Does some work to the trained coordinates among {@code [from, to)}, run by run. */
  void eachTrained(int from, int to, Sweep.Work work) {
    for (Run run : trained) {
      int start = Math.max(from, run.from());
      int end = Math.min(to, run.to());
      if (start < end) {
        work.run(start, end);
      }
    }
  }

  /** Moves buffers by their changes, and clears the gradient of all that is not trained. */
  void moveBuffers() {
    if (isAllTrained()) {
      return;
    }
    for (Run run : layout.runs(Role.BUFFER)) {
      for (int i = run.from(); i < run.to(); i++) {
        params[i] += gradient[i];
      }
    }
    int end = 0;
    for (Run run : trained) {
      Arrays.fill(gradient, end, run.from(), 0f);
      end = run.to();
    }
    Arrays.fill(gradient, end, gradient.length, 0f);
  }

  /** Whether the rule has to write {@link #rates}. */
  boolean wantsRates() {
    return rates.length > 0;
  }
}

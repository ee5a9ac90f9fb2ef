package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.model.GradientSum;
import java.util.Arrays;
import java.util.List;

/**
 * The running statistics among the parameters of a network, which passes change in native memory:
 * each pass starts from those that were set, and what it changes is added up by its weight.
 */
final class Buffers {
  private final List<Run> runs;
  private final Staged params;

  /** {@code [size]} of the parameters last set, and of those after a pass; only runs are used. */
  private final float[] start;

  private final float[] end;
  private final double[] changes;

  /**
   * The buffers of a layout.
   *
   * @param params {@code [size]}
   */
  Buffers(Layout layout, Staged params) {
    this.runs = layout.runs(Role.BUFFER);
    this.params = params;
    int size = runs.isEmpty() ? 0 : layout.size();
    this.start = new float[size];
    this.end = new float[size];
    this.changes = new double[size];
  }

  /**
   * Takes what was set, and forgets changes.
   *
   * @param values hold the parameters from {@code offset} on
   */
  void set(float[] values, int offset) {
    for (Run run : runs) {
      int length = run.to() - run.from();
      System.arraycopy(values, offset + run.from(), start, run.from(), length);
      Arrays.fill(changes, run.from(), run.to(), 0);
    }
  }

  /** Takes the changes of a training pass back, and adds them by its weight. */
  void weigh(double weight) {
    for (Run run : runs) {
      int length = run.to() - run.from();
      params.get(run.from(), end, run.from(), length);
      for (int i = run.from(); i < run.to(); i++) {
        changes[i] += weight * ((double) end[i] - start[i]);
      }
      params.put(run.from(), start, run.from(), length);
    }
  }

  /**
   * Adds the sum of weight times change.
   *
   * @param into written in the places of buffers
   * @param offset where the parameters of the network start
   */
  void addTo(GradientSum into, int offset) {
    for (Run run : runs) {
      float[] sums = into.gradients(offset + run.from(), offset + run.to());
      for (int i = run.from(); i < run.to(); i++) {
        sums[offset + i] += (float) changes[i];
      }
    }
  }
}

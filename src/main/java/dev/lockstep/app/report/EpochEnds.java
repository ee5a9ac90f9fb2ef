package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * At which steps the epochs of a training end, by the ends where their pace changes: between two of
 * those that remain, epochs have the same number of steps, so that each can be told exactly. Where
 * the pace changes more often than a {@link Series} has points, those between are near. Constant
 * memory. For one thread.
 */
final class EpochEnds {
  private final Series ends = new Series();
  private double step = Double.NaN;
  private double epoch;
  private double pace = Double.NaN;

  /**
   * Adds the end of an epoch.
   *
   * @param step its last one, not below that of the epoch before
   * @param epoch its number
   */
  void add(double step, double epoch) {
    double now = (step - this.step) / (epoch - this.epoch);
    if (!Double.isNaN(this.step) && now != pace) {
      ends.add(this.step, this.epoch);
    }
    pace = now;
    this.step = step;
    this.epoch = epoch;
  }

  /** Puts {@code x}, the steps, {@code y}, the epochs, and how many there were before thinning. */
  void put(ObjectNode node) {
    if (!Double.isNaN(step)) {
      ends.add(step, epoch);
      step = Double.NaN;
    }
    ends.put(node);
  }
}

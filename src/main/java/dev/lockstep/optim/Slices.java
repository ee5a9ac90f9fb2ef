package dev.lockstep.optim;

import dev.lockstep.data.Layout.Slice;

/** What rules do slice by slice. */
final class Slices {
  private Slices() {}

  /** Decoupled decay: {@code w -= rate weightDecay w} on the penalized part of a range. */
  static void decay(Update update, double weightDecay, int from, int to) {
    if (weightDecay == 0) {
      return;
    }
    float[] params = update.params();
    float kept = (float) (1 - update.rate() * weightDecay);
    for (Slice slice : update.layout().slices()) {
      if (slice.penalized()) {
        int end = Math.min(to, slice.end());
        for (int i = Math.max(from, slice.offset()); i < end; i++) {
          params[i] *= kept;
        }
      }
    }
  }

  /** The norm of a slice of a vector. */
  static double norm(float[] values, Slice slice) {
    return Math.sqrt(FixedSums.squares(values, slice.offset(), slice.end()));
  }
}

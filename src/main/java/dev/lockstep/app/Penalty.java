package dev.lockstep.app;

import dev.lockstep.data.Layout;
import dev.lockstep.optim.Regularization;

/**
 * The penalty of an objective: l1 |w|_1 + (l2 / 2) |w|^2 over the penalized slices.
 *
 * @param l1 weight of the absolute values
 * @param l2 weight of half the squares
 * @param layout names the penalized slices
 */
record Penalty(double l1, double l2, Layout layout) {
  /** The penalty of a run. */
  static Penalty of(Regularization regularization, Layout layout) {
    return new Penalty(regularization.l1Weight(), regularization.l2Weight(), layout);
  }

  /** Its value at parameters, in double. */
  double of(float[] params) {
    double absolute = 0;
    double squares = 0;
    for (Layout.Slice slice : layout.slices()) {
      for (int i = slice.offset(); slice.penalized() && i < slice.end(); i++) {
        absolute += Math.abs((double) params[i]);
        squares += (double) params[i] * params[i];
      }
    }
    return l1 * absolute + l2 / 2 * squares;
  }

  /** What the objective contains. */
  String describe() {
    String text = "mean training loss";
    if (l1 > 0) {
      text += " + " + l1 + " |w|_1";
    }
    return l2 > 0 ? text + " + " + l2 + " / 2 |w|^2" : text;
  }
}

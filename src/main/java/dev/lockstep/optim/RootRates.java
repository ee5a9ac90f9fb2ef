package dev.lockstep.optim;

/**
 * The rates by which the l1 threshold is scaled, of rules that divide a gradient by the root of its
 * second moment.
 */
final class RootRates {
  private RootRates() {}

  /**
   * Writes {@code rate / (sqrt(second) rootScale + guard)}; where there was never a gradient, the
   * rate alone, see {@link #unseen}.
   *
   * @param second {@code [size]}, the second moment
   */
  static void fill(
      Update update, float[] second, float rate, float rootScale, float guard, int from, int to) {
    float[] rates = update.rates();
    for (int i = from; i < to; i++) {
      float divisor = (float) Math.sqrt(second[i]) * rootScale + guard;
      rates[i] = rate / Math.max(divisor, unseen(second[i]));
    }
  }

  /**
   * The least divisor of a rate: 1 where the second moment is 0, else 0. A parameter that never had
   * a gradient would have {@code rate / guard}, with which the first proximal step takes it to 0,
   * whatever a run started from. By cutting, as the loops around it are to become vectors.
   */
  static float unseen(float second) {
    return 1 - Math.min(1f, second * Float.MAX_VALUE);
  }
}

package dev.lockstep.torch;

import dev.lockstep.data.Block;
import dev.lockstep.model.Parameters;
import java.util.Arrays;

/** What the rows of a pass weigh for a member. */
final class RowWeights {
  private RowWeights() {}

  /**
   * The weights of rows, 0 where the member holds them out.
   *
   * @param k the member
   * @param from the first row
   * @param n how many
   * @param into written
   * @return their sum
   */
  static double fill(Parameters params, int k, Block block, int from, int n, float[] into) {
    if (params.heldOut().holdsOut(k)) {
      return params.heldOut().weigh(k, block, from, n, into);
    }
    if (block.weights().length == 0) {
      Arrays.fill(into, 0, n, 1f);
      return n;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      into[i] = block.weight(from + i);
      sum += into[i];
    }
    return sum;
  }
}

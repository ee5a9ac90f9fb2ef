package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.Objects;

/**
 * How rows pass through a network.
 *
 * @param mostRows rows of a pass at most
 * @param compute what matrices are multiplied in while training
 */
public record Passes(int mostRows, ComputeFormat compute) {
  /** Rows of a pass where the run file says nothing. */
  public static final int MOST_ROWS = 256;

  /** Passes of that many rows in float32. */
  public static final Passes DEFAULTS = new Passes(MOST_ROWS, ComputeFormat.FLOAT32);

  /** Checks the rows. */
  public Passes {
    Ranges.atLeastOne("rows of a pass", mostRows);
    Objects.requireNonNull(compute);
  }
}

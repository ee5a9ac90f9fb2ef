package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.loss.Distillation;
import java.util.Objects;
import java.util.Optional;

/**
 * How rows pass through a network.
 *
 * @param mostRows rows of a pass at most
 * @param compute what matrices are multiplied in while training
 * @param place where tensors lie
 * @param distillation what is learnt of a teacher, which has scored the rows; empty: labels alone
 */
public record Passes(
    int mostRows, ComputeFormat compute, Place place, Optional<Distillation> distillation) {
  /** Rows of a pass where the run file says nothing. */
  public static final int MOST_ROWS = 256;

  /** Passes of that many rows in float32. */
  public static final Passes DEFAULTS = new Passes(MOST_ROWS, ComputeFormat.FLOAT32);

  /** Checks the rows. */
  public Passes {
    Ranges.atLeastOne("rows of a pass", mostRows);
    Objects.requireNonNull(compute);
    Objects.requireNonNull(place);
    Objects.requireNonNull(distillation);
  }

  /** Passes on the CPU that learn from labels alone. */
  public Passes(int mostRows, ComputeFormat compute) {
    this(mostRows, compute, Place.CPU, Optional.empty());
  }

  /** The same passes, learning of a teacher. */
  public Passes taught(Distillation by) {
    return new Passes(mostRows, compute, place, Optional.of(by));
  }

  /** The same passes elsewhere. */
  public Passes at(Place other) {
    return new Passes(mostRows, compute, other, distillation);
  }
}

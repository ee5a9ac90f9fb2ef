package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.Objects;

/**
 * A layer of long short-term memory (Hochreiter and Schmidhuber 1997), gates in the order input,
 * forget, cell, output.
 *
 * @param units values of a state
 * @param bidirectional whether a second cell reads the steps from the last to the first
 * @param take what is taken of the steps
 * @param init how the matrices from state to state start
 */
public record Lstm(int units, boolean bidirectional, Take take, HiddenInit init)
    implements Recurrent {
  /** One unit, its last state. */
  public static final Lstm DEFAULTS = new Lstm(1, false, Take.LAST);

  /** Checks the size. */
  public Lstm {
    Ranges.atLeastOne("units", units);
    Objects.requireNonNull(take);
    Objects.requireNonNull(init);
  }

  /** Units that start as PyTorch's. */
  public Lstm(int units, boolean bidirectional, Take take) {
    this(units, bidirectional, take, HiddenInit.DEFAULT);
  }

  @Override
  public Cell cell() {
    return Cell.LSTM;
  }
}

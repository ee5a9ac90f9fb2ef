package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.Objects;

/**
 * A layer of gated recurrent units (Cho et al. 2014, the reset gate applied after the product, as
 * PyTorch and cuDNN have it), gates in the order reset, update, new.
 *
 * @param units values of a state
 * @param bidirectional whether a second cell reads the steps from the last to the first
 * @param take what is taken of the steps
 * @param init how the matrices from state to state start
 */
public record Gru(int units, boolean bidirectional, Take take, HiddenInit init)
    implements Recurrent {
  /** One unit, its last state. */
  public static final Gru DEFAULTS = new Gru(1, false, Take.LAST);

  /** Checks the size. */
  public Gru {
    Ranges.atLeastOne("units", units);
    Objects.requireNonNull(take);
    Objects.requireNonNull(init);
  }

  /** Units that start as PyTorch's. */
  public Gru(int units, boolean bidirectional, Take take) {
    this(units, bidirectional, take, HiddenInit.DEFAULT);
  }

  @Override
  public Cell cell() {
    return Cell.GRU;
  }
}

package dev.lockstep.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * One recurrent layer over {@code [steps, values]}, as PyTorch's of {@code num_layers = 1}: its
 * equations, its order of gates, the names of its tensors and its start. Each direction of a row
 * starts from zero at the row's first or last real step; padding is never seen.
 */
public interface Recurrent extends Layer {
  /** What is taken of the steps of a row. */
  enum Take {
    /** The state after the last real step, of each direction. */
    LAST,
    /** The mean over real steps. */
    MEAN,
    /** The largest value over real steps. */
    MAX,
    /** Every step; zero where there is padding. */
    ALL
  }

  /** Values of a state. */
  int units();

  /** Whether a second cell reads the steps from the last to the first. */
  boolean bidirectional();

  /** What is taken of the steps. */
  Take take();

  /** How the matrices from state to state start. */
  HiddenInit init();

  /** The equations. */
  Cell cell();

  @Override
  default Dims output(Dims input) {
    input.requireSteps();
    int values = Math.multiplyExact(units(), bidirectional() ? 2 : 1);
    return take() == Take.ALL ? Dims.of(input.size(0), values) : Dims.of(values);
  }

  @Override
  default List<Weight> weights(Dims input) {
    output(input);
    Weight.Start start = Weight.uniform(units());
    int rows = Math.multiplyExact(cell().gates(), units());
    List<Weight> weights = new ArrayList<>();
    for (String direction : bidirectional() ? List.of("", "_reverse") : List.of("")) {
      String suffix = "_l0" + direction;
      weights.add(new Weight("weight_ih" + suffix, Dims.of(rows, input.last()), true, start));
      Weight.Start hidden = init().start(units());
      weights.add(new Weight("weight_hh" + suffix, Dims.of(rows, units()), true, hidden));
      weights.add(new Weight("bias_ih" + suffix, Dims.of(rows), false, start));
      weights.add(new Weight("bias_hh" + suffix, Dims.of(rows), false, start));
    }
    return weights;
  }

  @Override
  default boolean causal() {
    return !bidirectional() && take() == Take.ALL;
  }

  @Override
  default boolean takesAnySteps() {
    return true;
  }

  @Override
  default Operation operation(Dims input) {
    return new Recurrence(cell(), units(), bidirectional(), take());
  }
}

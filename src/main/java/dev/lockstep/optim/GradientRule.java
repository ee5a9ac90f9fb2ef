package dev.lockstep.optim;

/**
 * A first-order rule: gradient in, parameters and slots updated. Its state is explicit, so that a
 * checkpoint can hold it and ranges can be updated in parallel.
 */
public non-sealed interface GradientRule extends Optimizer {
  /** The base learning rate, before the schedule. */
  double learningRate();

  /** How many arrays of the parameters' size the rule keeps between steps. */
  int slots();

  /** The value every slot starts from. */
  default float slotStart() {
    return 0f;
  }

  /** Whether {@link #prepare} reads the gradient, so that all of it must be there before. */
  default boolean prepares() {
    return false;
  }

  /**
   * Computes what needs the whole vector (norms per slice), in fixed order, or is the same for all
   * of it, into {@link Update#sliceFactors}; called once before the ranges of an update.
   */
  default void prepare(Update update) {}

  /**
   * Updates coordinates {@code [from, to)} of parameters and slots, and, where {@link
   * Update#rates()} is not empty, writes each coordinate's own rate (the factor of its gradient),
   * by which the l1 threshold is scaled.
   *
   * @param update one member's arrays; params, slots and rates are written
   */
  void apply(Update update, int from, int to);

  /**
   * Whether l1 ({@link Update#l1}) is part of the rule's own step, so that no proximal step follows
   * it and rates need not be written.
   */
  default boolean ownL1() {
    return false;
  }

  @Override
  default boolean fullBatch() {
    return false;
  }
}

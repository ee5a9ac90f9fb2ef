package dev.lockstep.train;

import dev.lockstep.model.GradientSum;
import dev.lockstep.train.store.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What moves one member's parameters: a first-order rule or a solver, with its state. */
sealed interface Learner permits RuleLearner, SolverLearner {
  /**
   * What a step brought.
   *
   * @param meanLoss of the batch, without penalty
   * @param gradientNorm of the mean gradient, before clipping
   * @param rate the scheduled learning rate; for solvers 0
   * @param layers the norm of each layer's part of the gradient at the end of an epoch of a rule;
   *     empty elsewhere, and where there is one layer
   */
  record Learned(double meanLoss, double gradientNorm, double rate, Map<String, Double> layers) {
    /** What no layer is told of. */
    Learned(double meanLoss, double gradientNorm, double rate) {
      this(meanLoss, gradientNorm, rate, Map.of());
    }
  }

  /** {@code [size]} the point at which the next gradient is wanted; always the same array. */
  float[] point();

  /** {@code [size]} the parameters reached so far; always the same array. */
  float[] params();

  /**
   * Takes a step.
   *
   * @param sum of the batch at {@link #point}; may be written
   * @param at the member's number in the sum
   * @param step steps taken before this one
   * @return empty if the member's batch had no weight: then nothing changed
   * @throws DivergedException if loss or gradient are not finite
   */
  Optional<Learned> learn(GradientSum sum, int at, long step);

  /** Whether the loss of an epoch is the mean over its steps; else that of the point reached. */
  boolean averagesLoss();

  /** Whether the point of the last step was taken; a solver drops some that it tries. */
  boolean accepted();

  /** Whether the last step ended an iteration, which counts as an epoch; never for rules. */
  boolean iterationEnded();

  /** Why it can get no further, empty while it can; never for rules. */
  Optional<String> converged();

  /** {@code l1 |w|_1 + (l2 / 2) |w|^2} at {@link #params}. */
  double penalty();

  /** Whether {@link #observe} decides what comes; never for solvers. */
  boolean observes();

  /** Takes the loss at the end of an epoch, for schedules that follow it. */
  void observe(double loss);

  /** All its state, each tensor's name behind the prefix. */
  List<Tensor> save(String prefix);

  /** Puts what {@link #save} saved in place. */
  void restore(String prefix, Map<String, Tensor> saved);
}

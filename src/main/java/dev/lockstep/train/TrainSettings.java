package dev.lockstep.train;

import dev.lockstep.loss.Loss;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Solver;
import dev.lockstep.train.metric.Metrics;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long and on what batches a training goes: {@code train} of the run file.
 *
 * @param batchSize rows of a step; left out: 1024, or all rows for full-batch optimizers
 * @param epochs how often every row is seen, or iterations of a solver; left out: 10, or 100 for
 *     full-batch optimizers
 * @param steps how many steps instead of epochs
 * @param shuffle what is drawn anew in each epoch; left out: batches, or rows for networks. Nothing
 *     is where a step takes all rows
 * @param seed fixes initial values and dropout; left out: the run's seed
 * @param tolerance the relative change of the objective at which a solver stops; left out: 1e-6
 * @param evaluateEvery epochs from one evaluation on the validation rows to the next; the last
 *     epoch always has one
 * @param earlyStopping when to stop before that; left out: never
 */
public record TrainSettings(
    Optional<BatchSize> batchSize,
    Optional<Integer> epochs,
    Optional<Long> steps,
    Optional<Shuffle> shuffle,
    Optional<Long> seed,
    Optional<Double> tolerance,
    int evaluateEvery,
    Optional<EarlyStoppingSettings> earlyStopping)
    implements Serializable {
  /** Everything as the optimizer suggests, an evaluation each epoch. */
  public static final TrainSettings DEFAULTS =
      new TrainSettings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          1,
          Optional.empty());

  private static final BatchSize MINI_BATCH = new BatchSize(1024);

  /** Checks the ranges. */
  public TrainSettings {
    if (epochs.isPresent() && steps.isPresent()) {
      throw new IllegalArgumentException("epochs and steps exclude each other, leave one out");
    }
    if (epochs.orElse(1) < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, is " + epochs.get());
    }
    if (steps.orElse(1L) < 1) {
      throw new IllegalArgumentException("steps must be at least 1, is " + steps.get());
    }
    double tol = tolerance.orElse(0.0);
    if (!(tol >= 0 && tol < 1)) {
      throw new IllegalArgumentException("tolerance must be from 0 to below 1, is " + tol);
    }
    if (evaluateEvery < 1) {
      throw new IllegalArgumentException("evaluate_every must be at least 1, is " + evaluateEvery);
    }
  }

  /** The same for a fixed number of epochs, never stopped early. */
  public TrainSettings forEpochs(int count) {
    return new TrainSettings(
        batchSize,
        Optional.of(count),
        Optional.empty(),
        shuffle,
        seed,
        tolerance,
        evaluateEvery,
        Optional.empty());
  }

  /** The same, never stopped early. */
  public TrainSettings neverStopped() {
    return new TrainSettings(
        batchSize, epochs, steps, shuffle, seed, tolerance, evaluateEvery, Optional.empty());
  }

  /** The same with evaluations so many epochs apart. */
  public TrainSettings evaluatedEvery(int epochs) {
    return new TrainSettings(
        batchSize, this.epochs, steps, shuffle, seed, tolerance, epochs, earlyStopping);
  }

  /** The rows of a step with an optimizer; 0 for all rows. */
  public long batchRows(Optimizer optimizer) {
    return batchSize.orElse(optimizer.fullBatch() ? BatchSize.FULL : MINI_BATCH).rows();
  }

  /** The epochs with an optimizer, where {@link #steps} does not say otherwise. */
  public int epochs(Optimizer optimizer) {
    return epochs.orElse(optimizer.fullBatch() ? 100 : 10);
  }

  /** What is drawn anew in each epoch of a model; of a step that takes all rows, no row. */
  public Shuffle shuffle(Model model, Optimizer optimizer) {
    return batchRows(optimizer) != BatchSize.FULL.rows()
        ? shuffle.orElse(model.wantsRowsShuffled() ? Shuffle.ROWS : Shuffle.BATCHES)
        : Shuffle.BATCHES;
  }

  /** The tolerance of a solver. */
  public double solverTolerance() {
    return tolerance.orElse(1e-6);
  }

  /** What speaks against these settings, a sentence each; empty if nothing. */
  public List<String> problems(Optimizer optimizer, Loss loss) {
    List<String> problems = new ArrayList<>();
    if (optimizer.fullBatch() && batchRows(optimizer) != 0) {
      problems.add(
          "train.batch_size is %s, but the optimizer needs all rows in every step: leave it out"
              .formatted(batchSize.get()));
    }
    if (tolerance.isPresent() && !(optimizer instanceof Solver)) {
      problems.add(
          "train.tolerance has no effect with this optimizer: leave it out, or use lbfgs or owlqn");
    }
    if (earlyStopping.isPresent() && steps.isEmpty() && evaluateEvery > epochs(optimizer)) {
      problems.add(
          ("train.evaluate_every is %d, above the %d epochs, so that train.early_stopping can never"
                  + " stop: lower it, or leave early_stopping out")
              .formatted(evaluateEvery, epochs(optimizer)));
    }
    earlyStopping
        .map(EarlyStoppingSettings::metric)
        .filter(metric -> !Metrics.of(loss).contains(metric))
        .ifPresent(
            metric ->
                problems.add(
                    ("train.early_stopping.metric is %s, which this model does not have:"
                            + " use one of %s")
                        .formatted(metric, String.join(", ", Metrics.of(loss)))));
    return problems;
  }
}

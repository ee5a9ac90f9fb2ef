package dev.lockstep.train;

import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientRule;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Schedule;
import dev.lockstep.optim.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The hyperparameters in which the members of a cohort may differ.
 *
 * @param optimizer a rule or a solver
 * @param schedule of a rule's learning rate
 * @param regularization the penalty of the objective
 * @param gradient clipping; {@code accumulate} must be the same for all members
 * @param seed fixes the initial values
 * @param train how long it trains and when it stops; batches are those of the cohort. Left out: as
 *     the cohort
 * @param heldOut the {@link dev.lockstep.data.HeldOut#code} of the fold that it neither trains on
 *     nor is judged without, or {@link dev.lockstep.data.HeldOut#NOTHING}
 * @param rescaling of its features by the rows that it trains on; left out: as encoded
 */
public record MemberSettings(
    Optimizer optimizer,
    Schedule schedule,
    Regularization regularization,
    GradientTransforms gradient,
    long seed,
    Optional<TrainSettings> train,
    int heldOut,
    Optional<Rescaling> rescaling) {
  private static final String COMPARES =
      "optimizer is a line search, which compares losses of one function, but %s it from round to"
          + " round: use sgd or adam";

  /** A member that trains as long as its cohort, on all rows. */
  public MemberSettings(
      Optimizer optimizer,
      Schedule schedule,
      Regularization regularization,
      GradientTransforms gradient,
      long seed) {
    this(
        optimizer,
        schedule,
        regularization,
        gradient,
        seed,
        Optional.empty(),
        HeldOut.NOTHING,
        Optional.empty());
  }

  /** What speaks against the combination, a sentence each; empty if nothing. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (regularization.l1Weight() > 0 && !optimizer.supportsL1()) {
      problems.add(
          "regularization.l1 is %s, but the optimizer has no rate per coordinate to apply it by:"
                  .formatted(regularization.l1Weight())
              + " set it to 0, or use sgd, adam or owlqn");
    }
    if (optimizer instanceof Solver && gradient.clips()) {
      problems.add(
          "gradient.clip_norm and clip_value do not go with a line search: leave them out");
    }
    if (optimizer instanceof Solver && !schedule.equals(Constant.DEFAULTS)) {
      problems.add("schedule has no effect on a line search: leave it out");
    }
    if (optimizer instanceof GradientRule rule && !(rule.learningRate() > 0)) {
      problems.add("optimizer.learning_rate must be above 0, is " + rule.learningRate());
    }
    return problems;
  }

  /** What speaks against the optimizer for a model of such data, a sentence each. */
  public List<String> problems(Model model, Schema schema) {
    List<String> problems = new ArrayList<>();
    if (optimizer instanceof Solver) {
      model.layout(schema).slices().stream()
          .filter(slice -> slice.role() == Role.BUFFER)
          .findFirst()
          .ifPresent(
              buffer ->
                  problems.add(
                      COMPARES.formatted("buffers such as %s may change".formatted(buffer.name()))
                          + ", or keep all buffers as they are by model.freeze"));
      if (model.draws(schema)) {
        problems.add(COMPARES.formatted("dropout changes"));
      }
      if (!schema.augmentation().isNone()) {
        problems.add(COMPARES.formatted("data.augment changes"));
      }
    }
    return problems;
  }
}

package dev.lockstep.train;

import dev.lockstep.data.Layout;
import dev.lockstep.model.GradientSum;
import dev.lockstep.optim.GradientRule;
import dev.lockstep.optim.LayerNorms;
import dev.lockstep.optim.Schedule.Progress;
import dev.lockstep.optim.Update;
import dev.lockstep.optim.Updates;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A member that a first-order rule moves, one batch at a time. */
final class RuleLearner implements Learner {
  private final GradientRule rule;
  private final MemberSettings settings;
  private final long steps;
  private final long stepsPerEpoch;
  private final double l2;
  private final Update arrays;
  private double[] scheduleState = {};
  private long updates;

  RuleLearner(
      GradientRule rule,
      MemberSettings settings,
      float[] params,
      Layout layout,
      long steps,
      long stepsPerEpoch) {
    this.rule = rule;
    this.settings = settings;
    this.steps = steps;
    this.stepsPerEpoch = stepsPerEpoch;
    this.l2 = settings.regularization().l2Weight();
    this.arrays = Update.first(rule, params, layout, settings.regularization().l1Weight());
  }

  /** Mean, finite check, buffers, clip, l2, optimizer, proximal step. */
  @Override
  public Optional<Learned> learn(GradientSum sum, int at, long step) {
    double weight = sum.weightSums()[at];
    if (weight == 0) {
      return Optional.empty();
    }
    Progress progress = new Progress(step, steps, stepsPerEpoch, scheduleState);
    double rate = rule.learningRate() * settings.schedule().rateFactor(progress);
    Update update = arrays.at(++updates, rate);
    if (isItsOwn(sum)) {
      update = update.with(sum.gradients());
    }
    double norm = mean(sum, at, weight, update);
    double meanLoss = sum.lossSums()[at] / weight;
    if (!Double.isFinite(meanLoss) || !Double.isFinite(norm)) {
      throw DivergedException.at(step, meanLoss, norm, rate);
    }
    Map<String, Double> layers =
        (step + 1) % stepsPerEpoch == 0 || step + 1 == steps
            ? LayerNorms.of(update.gradient(), update.layout())
            : Map.of();
    Updates.take(rule, update, norm, settings.gradient(), l2);
    return Optional.of(new Learned(meanLoss, norm, rate, layers));
  }

  /**
   * Whether a sum is all of one member's, so that its mean may take its place: a step then goes
   * through one array less.
   */
  private static boolean isItsOwn(GradientSum sum) {
    return !sum.wide() && sum.members() == 1 && sum.touched().size() == sum.size();
  }

  /** Writes the mean gradient; the norm of what is trained. */
  private static double mean(GradientSum sum, int at, double weight, Update update) {
    float[] mean = update.gradient();
    int offset = at * sum.size();
    if (sum.wide()) {
      Updates.mean(sum.totals(), offset, weight, mean);
      return Updates.norm(update);
    }
    if (update.isAllTrained()) {
      return Updates.meanAndNorm(sum.values(), offset, weight, mean);
    }
    Updates.mean(sum.values(), offset, weight, mean);
    return Updates.norm(update);
  }

  @Override
  public float[] point() {
    return arrays.params();
  }

  @Override
  public float[] params() {
    return arrays.params();
  }

  @Override
  public boolean averagesLoss() {
    return true;
  }

  @Override
  public boolean accepted() {
    return true;
  }

  @Override
  public boolean iterationEnded() {
    return false;
  }

  @Override
  public Optional<String> converged() {
    return Optional.empty();
  }

  @Override
  public double penalty() {
    return Updates.penalty(params(), 0, arrays.layout(), arrays.l1(), l2);
  }

  @Override
  public boolean observes() {
    return settings.schedule().observes();
  }

  @Override
  public void observe(double loss) {
    scheduleState = settings.schedule().observe(loss, scheduleState);
  }

  @Override
  public List<Tensor> save(String prefix) {
    List<Tensor> saved = new ArrayList<>();
    saved.add(Tensor.of(prefix + "params", arrays.params()));
    for (int i = 0; i < arrays.slots().length; i++) {
      saved.add(Tensor.of(prefix + "slots." + i, arrays.slots()[i]));
    }
    saved.add(Tensor.of(prefix + "schedule", scheduleState));
    saved.add(Tensor.of(prefix + "updates", updates));
    return saved;
  }

  @Override
  public void restore(String prefix, Map<String, Tensor> saved) {
    SavedState.copy(saved, prefix + "params", arrays.params());
    for (int i = 0; i < arrays.slots().length; i++) {
      SavedState.copy(saved, prefix + "slots." + i, arrays.slots()[i]);
    }
    scheduleState = SavedState.find(saved, prefix + "schedule").doubles().clone();
    updates = SavedState.longs(saved, prefix + "updates", 1)[0];
  }
}

package dev.lockstep.train;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.Split;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Solver;
import dev.lockstep.train.Learner.Learned;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The training loop. A step is: gradient round, then for each member mean, finite check, clip, l2,
 * optimizer, proximal step ({@link RuleLearner#learn}), then the report. Not safe for threads.
 */
public final class Training {
  private final TrainingPlan plan;
  private final Cluster cluster;
  private final TrainingListener listener;
  private final Checkpointer checkpointer;
  private final BatchOrder order;
  private final Cohort cohort;
  private Position position = Position.START;
  private long savedStep = -1;

  /**
   * A training before its first step.
   *
   * @throws dev.lockstep.config.ConfigException if the parts of the plan do not go together
   * @throws dev.lockstep.data.DataException if there are no training rows
   */
  public Training(
      TrainingPlan plan, Cluster cluster, TrainingListener listener, Checkpointer checkpointer) {
    plan.check(cluster);
    this.plan = plan;
    this.cluster = cluster;
    this.listener = listener;
    this.checkpointer = checkpointer;
    this.order = plan.order(cluster);
    this.cohort = new Cohort(plan, cluster.schema(), order);
  }

  /** Goes on from a saved state, as {@link Checkpointer#save} was given it. */
  public void restore(Map<String, Tensor> saved) {
    position = cohort.restore(saved);
    savedStep = position.step();
  }

  /**
   * Trains to the end, or until it is asked to stop, which is looked at after each step.
   *
   * @throws DivergedException if a cohort of one, or every member, leaves the finite numbers
   */
  public TrainingResult run(BooleanSupplier stop) {
    try {
      return train(stop);
    } finally {
      cluster.release();
    }
  }

  private TrainingResult train(BooleanSupplier stop) {
    for (List<Member> members = cohort.inTraining();
        !members.isEmpty();
        members = cohort.inTraining()) {
      step(members);
      List<Member> ended = epochEnded(members);
      if (!ended.isEmpty()) {
        endEpoch(ended);
      }
      boolean stopped = stop.getAsBoolean() && !cohort.inTraining().isEmpty();
      checkpoint(ended, stopped);
      if (stopped) {
        return result(true);
      }
    }
    return result(false);
  }

  private void step(List<Member> members) {
    Step step = plan.step(order, position);
    GradientSum sum = gradient(cohort.points(members), step);
    for (int k = 0; k < members.size(); k++) {
      Member member = members.get(k);
      try {
        Learned learned = member.step(sum, k, step.number());
        listener.onStep(report(member, step, learned));
      } catch (DivergedException e) {
        leaveBehind(member, e);
      }
    }
    position = new Position(position.step() + 1, position.epoch(), position.batch() + 1);
  }

  /** One round, or one for each micro-batch, their sums added in order. */
  private GradientSum gradient(Parameters points, Step step) {
    int parts = plan.accumulate();
    GradientSum sum = cluster.gradient(points, step.part(0, parts));
    for (int part = 1; part < parts; part++) {
      sum.add(cluster.gradient(points, step.part(part, parts)));
    }
    return sum;
  }

  private List<Member> epochEnded(List<Member> members) {
    boolean solver = plan.optimizer() instanceof Solver;
    boolean lastStep = position.step() == plan.train().steps().orElse(Long.MAX_VALUE);
    boolean all = lastStep || (!solver && position.batch() == order.batches());
    return members.stream()
        .filter(Member::inTraining)
        .filter(member -> all || (solver && member.iterationEnded()))
        .toList();
  }

  private void endEpoch(List<Member> ended) {
    boolean validated = cluster.rows(Split.VALIDATION) > 0;
    List<Map<String, Double>> validation = validate(ended, validated);
    int epoch = position.epoch();
    for (int k = 0; k < ended.size(); k++) {
      Member member = ended.get(k);
      EpochReport report = member.endEpoch(position, validation.get(k), validated);
      if (member.inTraining() && isLast(member.epochs())) {
        member.end(Ending.FINISHED);
      }
      epoch = Math.max(epoch, member.epochs());
      listener.onEpoch(report);
    }
    position = new Position(position.step(), epoch, 0);
  }

  /** Whether a member that has ended this many epochs is at the end of the training. */
  private boolean isLast(int epochs) {
    return plan.train()
        .steps()
        .map(steps -> position.step() >= steps)
        .orElseGet(() -> epochs >= plan.train().epochs(plan.optimizer()));
  }

  /** The epochs between are left out, but never a member's last one: it may be the best. */
  private boolean isEvaluated(Member member) {
    int ended = member.epochs() + 1;
    return ended % plan.train().evaluateEvery() == 0 || isLast(ended) || member.converged();
  }

  /** The validation metrics of each member, empty where its epoch has no evaluation. */
  private List<Map<String, Double>> validate(List<Member> ended, boolean validated) {
    List<Member> due = validated ? ended.stream().filter(this::isEvaluated).toList() : List.of();
    List<Map<String, Double>> metrics =
        new ArrayList<>(Collections.nCopies(ended.size(), Map.of()));
    if (!due.isEmpty()) {
      List<Evaluation> evaluations =
          cluster.evaluate(cohort.params(due), Split.VALIDATION, Precision.BINNED);
      for (int k = 0; k < due.size(); k++) {
        metrics.set(ended.indexOf(due.get(k)), evaluations.get(k).metrics());
      }
    }
    return metrics;
  }

  private void leaveBehind(Member member, DivergedException reason) {
    member.end(Ending.DIVERGED);
    if (cohort.members().stream().allMatch(other -> other.ending() == Ending.DIVERGED)) {
      throw reason;
    }
    listener.onDiverged(member.number(), reason);
  }

  private void checkpoint(List<Member> ended, boolean stopped) {
    boolean over = cohort.inTraining().isEmpty();
    boolean due =
        over
            || stopped
            || plan.checkpoint().dueAtStep(position.step())
            || (!ended.isEmpty() && plan.checkpoint().dueAtEpoch(position.epoch(), plan.wide()));
    if (due && savedStep != position.step()) {
      requireFinite();
      checkpointer.save(position, cohort.save(position));
      savedStep = position.step();
    }
  }

  /** A state that is not finite is worth no checkpoint. */
  private void requireFinite() {
    for (Member member : cohort.members()) {
      if (member.ending() != Ending.DIVERGED) {
        try {
          member.requireFinite(position.step());
        } catch (DivergedException e) {
          leaveBehind(member, e);
        }
      }
    }
  }

  private StepReport report(Member member, Step step, Learned learned) {
    boolean byIteration = plan.optimizer() instanceof Solver && plan.train().steps().isEmpty();
    return new StepReport(
        member.number(),
        step.number() + 1,
        byIteration ? member.epochs() + (member.iterationEnded() ? 1 : 0) : step.number() + 1,
        plan.steps(order),
        step.epoch() + 1,
        step.ranks().size(),
        learned.meanLoss(),
        learned.gradientNorm(),
        learned.rate());
  }

  private TrainingResult result(boolean stopped) {
    List<MemberResult> results = new ArrayList<>();
    for (Member member : cohort.members()) {
      Regularization penalty = plan.members().get(member.number()).regularization();
      boolean penalized = penalty.l1Weight() > 0 || penalty.l2Weight() > 0;
      results.add(member.result().settled(plan.model(), cluster.schema(), penalized));
    }
    return new TrainingResult(stopped, position, results);
  }
}

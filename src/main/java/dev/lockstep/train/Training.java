package dev.lockstep.train;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Split;
import dev.lockstep.model.GradientSum;
import dev.lockstep.optim.Solver;
import dev.lockstep.train.Learner.Learned;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import dev.lockstep.train.store.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The training loop. A step is: gradient round, then for each member mean, finite check, clip, l2,
 * optimizer, proximal step ({@link RuleLearner#learn}), then the report. Not safe for threads.
 */
public final class Training {
  private final TrainingPlan plan;
  private final Cluster cluster;
  private final TrainingListener listener;
  private final Checkpointer checkpointer;
  private final Precision precision;
  private final BatchOrder order;
  private final Cohort cohort;
  private final GradientRounds rounds;
  private Position position = Position.START;
  private long checkedStep = -1;
  private long savedStep = -1;

  /**
   * A training before its first step.
   *
   * @throws dev.lockstep.config.ConfigException if the parts of the plan do not go together
   * @throws dev.lockstep.data.DataException if there are no training rows
   */
  public Training(
      TrainingPlan plan, Cluster cluster, TrainingListener listener, Checkpointer checkpointer) {
    this(plan, cluster, listener, checkpointer, Precision.BINNED);
  }

  /** The same whose epochs are judged with less than every metric, where that suffices. */
  public Training(
      TrainingPlan plan,
      Cluster cluster,
      TrainingListener listener,
      Checkpointer checkpointer,
      Precision precision) {
    this.precision = precision;
    plan.check(cluster);
    this.plan = plan;
    this.cluster = cluster;
    this.listener = listener;
    this.checkpointer = checkpointer;
    this.order = plan.order(cluster);
    this.cohort = new Cohort(plan, cluster.schema(), order);
    this.rounds = new GradientRounds(cluster, plan.accumulate());
  }

  /** Goes on from a saved state, as {@link Checkpointer#save} was given it. */
  public void restore(Map<String, Tensor> saved) {
    restore(saved, IntStream.range(0, cohort.members().size()).boxed().toList());
  }

  /**
   * Goes on from the saved state of a cohort that these members were a part of.
   *
   * @param from for each member of this training its number in the saved one
   */
  public void restore(Map<String, Tensor> saved, List<Integer> from) {
    position = cohort.restore(saved, from);
    checkedStep = position.step();
    savedStep = position.step();
  }

  /**
   * Trains to the end, or until it is asked to stop, which is looked at after each step, and in a
   * step that the machines do not complete: the state before it is then saved.
   *
   * @throws DivergedException if a cohort of one, or every member, leaves the finite numbers
   */
  public TrainingResult run(BooleanSupplier stop) {
    try {
      boolean stopped = advance(Integer.MAX_VALUE, stop);
      return new TrainingResult(stopped, position, cohort.results(plan, cluster.schema()));
    } finally {
      cluster.release();
    }
  }

  /**
   * Trains until every member has ended so many epochs, or its training; keeps the machines.
   * Members that are there wait for the others.
   *
   * @param epochs since the start
   * @return whether it was asked to stop before; the state was then saved
   */
  public boolean advance(int epochs, BooleanSupplier stop) {
    for (List<Member> members = below(epochs); !members.isEmpty(); members = below(epochs)) {
      if (!step(members, stop)) {
        requireFinite();
        save();
        return true;
      }
      List<Member> ended = members.stream().filter(this::epochEnded).toList();
      if (!ended.isEmpty()) {
        endEpoch(ended);
      }
      boolean stopped = stop.getAsBoolean() && !cohort.inTraining().isEmpty();
      checkpoint(ended, stopped);
      if (stopped) {
        return true;
      }
    }
    return false;
  }

  private List<Member> below(int epochs) {
    return cohort.inTraining().stream().filter(member -> member.epochs() < epochs).toList();
  }

  /** Gives a member up between rounds; the others keep their bits. */
  public void prune(int member) {
    if (cohort.members().get(member).inTraining()) {
      cohort.members().get(member).end(Ending.PRUNED);
    }
  }

  /** Whether there was one: no member has changed where the machines did not complete it. */
  private boolean step(List<Member> members, BooleanSupplier stop) {
    Step step = plan.step(order, position);
    Optional<GradientSum> found = rounds.sum(cohort.points(members), step, stop);
    if (found.isEmpty()) {
      return false;
    }
    for (int k = 0; k < members.size(); k++) {
      Member member = members.get(k);
      try {
        listener.onStep(report(member, step, member.step(found.get(), k, step.number())));
      } catch (DivergedException e) {
        leaveBehind(member, e);
      } catch (DataException e) {
        fail(member, e);
      }
    }
    position = new Position(position.step() + 1, position.epoch(), position.batch() + 1);
    return true;
  }

  private TrainSettings train(Member member) {
    return plan.train(plan.members().get(member.number()));
  }

  private boolean epochEnded(Member member) {
    if (!member.inTraining()) {
      return false;
    }
    boolean lastStep = member.steps() >= train(member).steps().orElse(Long.MAX_VALUE);
    return lastStep || (bySolver() ? member.iterationEnded() : position.batch() == order.batches());
  }

  private boolean bySolver() {
    return plan.optimizer() instanceof Solver;
  }

  private void endEpoch(List<Member> ended) {
    List<Optional<Map<String, Double>>> validation = validate(ended);
    int epoch = position.epoch();
    for (int k = 0; k < ended.size(); k++) {
      Member member = ended.get(k);
      Optional<EpochReport> report = endEpoch(member, validation.get(k));
      if (member.inTraining() && isLast(member, member.epochs())) {
        member.end(Ending.FINISHED);
      }
      epoch = Math.max(epoch, member.epochs());
      report.ifPresent(listener::onEpoch);
    }
    // A member whose own steps end within an epoch leaves it to the others.
    if (bySolver() || position.batch() == order.batches() || cohort.inTraining().isEmpty()) {
      position = new Position(position.step(), epoch, 0);
    }
  }

  private Optional<EpochReport> endEpoch(Member member, Optional<Map<String, Double>> validation) {
    try {
      return Optional.of(member.endEpoch(position, validation, isValidated(member)));
    } catch (ConfigException | DataException e) {
      fail(member, e);
      return Optional.empty();
    }
  }

  /** Whether a member that has ended this many epochs is at the end of its training. */
  private boolean isLast(Member member, int epochs) {
    TrainSettings own = train(member);
    return epochs >= plan.cut().orElse(Integer.MAX_VALUE)
        || own.steps()
            .map(steps -> member.steps() >= steps)
            .orElseGet(() -> epochs >= own.epochs(plan.members().get(member.number()).optimizer()));
  }

  /** Whether there are rows to judge a member by. */
  private boolean isValidated(Member member) {
    return member.holdsOut() || cluster.rows(Split.VALIDATION) > 0;
  }

  /** The epochs between are left out, but never a member's last one: it may be the best. */
  private boolean isEvaluated(Member member) {
    int ended = member.epochs() + 1;
    return ended % train(member).evaluateEvery() == 0
        || isLast(member, ended)
        || member.converged();
  }

  /** The validation metrics of each member, empty where its epoch has no evaluation. */
  private List<Optional<Map<String, Double>>> validate(List<Member> ended) {
    List<Member> due = ended.stream().filter(this::isValidated).filter(this::isEvaluated).toList();
    Map<Member, Map<String, Double>> metrics = new HashMap<>();
    judge(due.stream().filter(Member::holdsOut).toList(), Split.TRAIN, metrics);
    judge(due.stream().filter(m -> !m.holdsOut()).toList(), Split.VALIDATION, metrics);
    return ended.stream().map(member -> Optional.ofNullable(metrics.get(member))).toList();
  }

  /** Judges members by a split; of the training rows, by those that each holds out. */
  private void judge(List<Member> due, Split split, Map<Member, Map<String, Double>> into) {
    if (!due.isEmpty()) {
      List<Evaluation> found = cluster.evaluate(cohort.params(due), split, precision);
      for (int k = 0; k < due.size(); k++) {
        into.put(due.get(k), found.get(k).metrics());
      }
    }
  }

  private void leaveBehind(Member member, DivergedException reason) {
    member.end(Ending.DIVERGED);
    if (cohort.members().stream().allMatch(other -> other.ending() == Ending.DIVERGED)) {
      throw reason;
    }
    listener.onDiverged(member.number(), reason);
  }

  private void fail(Member member, RuntimeException reason) {
    member.end(Ending.FAILED);
    listener.onFailed(member.number(), reason);
  }

  private void checkpoint(List<Member> ended, boolean stopped) {
    boolean over = cohort.inTraining().isEmpty();
    boolean due =
        over
            || stopped
            || plan.checkpoint().dueAtStep(position.step())
            || (!ended.isEmpty() && plan.checkpoint().dueAtEpoch(position.epoch(), plan.wide()));
    if (due && checkedStep != position.step()) {
      requireFinite();
      checkedStep = position.step();
      if (checkpointer.keeps(stopped)) {
        save();
      }
    }
  }

  /** Saves the state between rounds, unless that of this step was saved already. */
  public void save() {
    if (savedStep != position.step()) {
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
    boolean byIteration = bySolver() && train(member).steps().isEmpty();
    long last = plan.lastStep(plan.members().get(member.number()), order);
    return member.report(step, learned, byIteration, last);
  }

  /** How the members stand between rounds; copies no parameters. */
  public List<Standing> standings() {
    return cohort.members().stream().map(Member::standing).toList();
  }
}

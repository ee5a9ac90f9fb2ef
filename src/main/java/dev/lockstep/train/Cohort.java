package dev.lockstep.train;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.GradientRule;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Solver;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The members of a training, those still in it, and their parameters side by side. */
final class Cohort {
  private final int size;
  private final List<Member> members = new ArrayList<>();
  private float[] gathered = {};

  Cohort(TrainingPlan plan, Schema schema, BatchOrder order) {
    Layout layout = plan.model().layout(schema);
    this.size = layout.size();
    for (int k = 0; k < plan.members().size(); k++) {
      MemberSettings settings = plan.members().get(k);
      float[] start = start(plan, settings, schema);
      members.add(
          new Member(
              k,
              learner(plan, settings, start, layout, order),
              settings,
              plan.train(settings).earlyStopping(),
              plan.exchange()));
    }
  }

  private float[] start(TrainingPlan plan, MemberSettings settings, Schema schema) {
    float[] start = new float[size];
    if (!plan.start().map(InitialValues::areAll).orElse(false)) {
      RandomKey key = RandomKey.of(settings.seed()).child("initialize");
      plan.model().initialize(start, schema, key.generator());
    }
    plan.start().ifPresent(given -> given.put(start));
    return start;
  }

  private static Learner learner(
      TrainingPlan plan, MemberSettings settings, float[] start, Layout layout, BatchOrder order) {
    Optimizer optimizer = settings.optimizer();
    if (optimizer instanceof Solver solver) {
      double tolerance = plan.train(settings).solverTolerance();
      return new SolverLearner(solver, settings, tolerance, start, layout);
    }
    GradientRule rule = (GradientRule) optimizer;
    return new RuleLearner(
        rule, settings, start, layout, plan.steps(settings, order), order.batches());
  }

  /** All members. */
  List<Member> members() {
    return members;
  }

  /** The members that are still in training, in order of their numbers. */
  List<Member> inTraining() {
    return members.stream().filter(Member::inTraining).toList();
  }

  /** The points at which members want their gradients; valid until the next call. */
  Parameters points(List<Member> of) {
    return gather(of, Member::point);
  }

  /** The parameters that members have reached; valid until the next call. */
  Parameters params(List<Member> of) {
    return gather(of, Member::params);
  }

  private Parameters gather(List<Member> of, Function<Member, float[]> values) {
    HeldOut heldOut = HeldOut.of(of.stream().mapToInt(Member::heldOut).toArray());
    long[] seeds = of.stream().mapToLong(Member::seed).toArray();
    if (of.size() == 1) {
      return new Parameters(1, size, values.apply(of.get(0)), heldOut, seeds);
    }
    int length = Math.multiplyExact(of.size(), size);
    if (gathered.length != length) {
      gathered = new float[length];
    }
    for (int k = 0; k < of.size(); k++) {
      System.arraycopy(values.apply(of.get(k)), 0, gathered, k * size, size);
    }
    return new Parameters(of.size(), size, gathered, heldOut, seeds);
  }

  /** What the members have come to, in order of their numbers. */
  List<MemberResult> results(TrainingPlan plan, Schema schema) {
    List<MemberResult> results = new ArrayList<>();
    for (Member member : members) {
      Regularization penalty = plan.members().get(member.number()).regularization();
      boolean penalized = penalty.l1Weight() > 0 || penalty.l2Weight() > 0;
      results.add(member.result().settled(plan.model(), schema, penalized));
    }
    return results;
  }

  Collection<Tensor> save(Position position) {
    List<Tensor> saved = new ArrayList<>();
    saved.add(Tensor.of("position", position.step(), position.epoch(), position.batch()));
    members.forEach(member -> saved.addAll(member.save()));
    return saved;
  }

  /** Puts a saved state in place; member k is the saved one of number {@code from.get(k)}. */
  Position restore(Map<String, Tensor> saved, List<Integer> from) {
    if (from.size() != members.size()) {
      throw new IllegalArgumentException(members.size() + " members, saved ones " + from);
    }
    long[] position = SavedState.longs(saved, "position", 3);
    members.forEach(member -> member.restore(saved, from.get(member.number())));
    return new Position(position[0], (int) position[1], position[2]);
  }
}

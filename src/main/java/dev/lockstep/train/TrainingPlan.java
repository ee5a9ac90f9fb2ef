package dev.lockstep.train;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.DataException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.Model;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Solver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that a training depends on beside the data: a cohort of one, or of several members that share
 * model and batches.
 *
 * @param model of all members
 * @param members at least one; all rules, or all solvers
 * @param train how long and on what batches
 * @param checkpoint when state is saved
 * @param seed the run's seed: draws the order of batches and rows
 * @param start where every member starts ({@code init}); left out: as the model initializes
 * @param cut after how many epochs it ends at the latest; schedules run as if it did not
 * @param exchange what gradients and parameters are rounded to on their way
 */
public record TrainingPlan(
    Model model,
    List<MemberSettings> members,
    TrainSettings train,
    CheckpointSettings checkpoint,
    long seed,
    Optional<InitialValues> start,
    OptionalInt cut,
    ExchangeFormat exchange) {
  /** Copies the members. */
  public TrainingPlan {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a training needs a member");
    }
    if (cut.orElse(1) < 1) {
      throw new IllegalArgumentException("cut must be at least 1, is " + cut.getAsInt());
    }
  }

  /** A training that goes to its own end and rounds nothing on the way. */
  public TrainingPlan(
      Model model,
      List<MemberSettings> members,
      TrainSettings train,
      CheckpointSettings checkpoint,
      long seed,
      Optional<InitialValues> start) {
    this(
        model,
        members,
        train,
        checkpoint,
        seed,
        start,
        OptionalInt.empty(),
        ExchangeFormat.FLOAT32);
  }

  /** The first member's optimizer; all are of its form. */
  Optimizer optimizer() {
    return members.get(0).optimizer();
  }

  /** In how many micro-batches a step is computed. */
  int accumulate() {
    return members.get(0).gradient().accumulate();
  }

  /** Whether sums are float64 beyond a block. */
  boolean wide() {
    return optimizer().fullBatch();
  }

  /** The batches of the training on a cluster. */
  BatchOrder order(Cluster cluster) {
    return new BatchOrder(
        cluster.rows(Split.TRAIN),
        train.batchRows(optimizer()),
        cluster.shards(),
        RandomKey.of(seed).child("order"));
  }

  /** How long a member trains, and when it stops. */
  TrainSettings train(MemberSettings member) {
    return member.train().orElse(train);
  }

  /** How many steps a rule's schedule has. */
  long steps(MemberSettings member, BatchOrder order) {
    TrainSettings own = train(member);
    return own.steps()
        .orElseGet(
            () -> Math.multiplyExact(order.batches(), (long) own.epochs(member.optimizer())));
  }

  /** How many steps a rule takes, if nothing ends it early. */
  long lastStep(MemberSettings member, BatchOrder order) {
    long steps = steps(member, order);
    return cut.isPresent() ? Math.min(steps, cut.getAsInt() * order.batches()) : steps;
  }

  /**
   * Which step it is, from 1, of those between two checkpoints; the same whatever stops and
   * resumes. A solver's iterations are taken for a step each.
   *
   * @param step from 1
   */
  public long stepOfInterval(long step, Cluster cluster) {
    return checkpoint.stepOfInterval(step, order(cluster).batches(), wide());
  }

  /** The step at a position of the training; a solver's rounds are all of the one batch. */
  Step step(BatchOrder order, Position position) {
    RandomKey root = RandomKey.of(seed);
    RowOrder rowOrder =
        train.shuffle(model, optimizer()) == Shuffle.ROWS
            ? RowOrder.shuffled(root.child("rows").child(position.epoch()))
            : RowOrder.RANKED;
    return new Step(
        position.step(),
        position.epoch(),
        order.ranks(position.epoch(), position.batch() % order.batches()),
        wide(),
        rowOrder,
        root.child("step").child(position.step()),
        exchange);
  }

  /**
   * Checks that the parts go together, and with the data.
   *
   * @throws ConfigException with all problems
   * @throws DataException if there is nothing to train on
   */
  void check(Cluster cluster) {
    List<String> problems = new ArrayList<>(model.problems(cluster.schema()));
    if (problems.isEmpty()) {
      members.forEach(member -> problems.addAll(member.problems(model, cluster.schema())));
      tooFewRows(cluster).ifPresent(problems::add);
    }
    for (MemberSettings member : members) {
      problems.addAll(member.problems());
      problems.addAll(train(member).problems(member.optimizer(), model.loss()));
      problems.addAll(exchange.problems(member.optimizer()));
      if (member.optimizer() instanceof Solver != optimizer() instanceof Solver
          || member.optimizer().fullBatch() != optimizer().fullBatch()
          || member.gradient().accumulate() != accumulate()) {
        problems.add(
            "members of one cohort must all be mini-batch rules, full-batch rules or solvers, with"
                + " one gradient.accumulate");
      }
    }
    if (cluster.rows(Split.VALIDATION) == 0 && members.stream().anyMatch(this::needsValidation)) {
      problems.add(
          "train.early_stopping needs validation rows: set data.split.validation above 0, or leave"
              + " it out");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.stream().distinct().toList());
    }
    if (cluster.rows(Split.TRAIN) == 0) {
      throw new DataException("there are no training rows");
    }
  }

  /** Shards' parts of a batch differ by a row at most, and so do batches and their parts. */
  private Optional<String> tooFewRows(Cluster cluster) {
    long rows = cluster.rows(Split.TRAIN);
    return rows == 0
        ? Optional.empty()
        : tooFewRows(
            rows / order(cluster).batches() / accumulate(),
            cluster.shards(),
            model.leastRows(cluster.schema()));
  }

  /**
   * What speaks against rounds of so few rows.
   *
   * @param rows of a round, over all shards
   * @param needed {@link Model#leastRows}
   */
  public static Optional<String> tooFewRows(long rows, int shards, int needed) {
    return needed == 1 || rows / shards >= needed
        ? Optional.empty()
        : Optional.of(
            ("train.batch_size leaves some of the %d shards fewer than the %d rows of a step that"
                    + " batch normalization needs: raise it, or lower data.shards")
                .formatted(shards, needed));
  }

  private boolean needsValidation(MemberSettings member) {
    return train(member).earlyStopping().isPresent() && member.heldOut() == HeldOut.NOTHING;
  }
}

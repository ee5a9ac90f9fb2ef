package dev.lockstep.spark.engine;

import dev.lockstep.config.ConfigException;
import dev.lockstep.math.SumTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run's rounds will need, against what driver, executors and Spark's limits give; computed
 * before the first step, so that a run that cannot work is refused instead of dying later.
 *
 * @param sumBytes one gradient sum of all members on the wire
 * @param taskResultBytes the largest result of one task, of a gradient or an evaluation
 * @param roundResultBytes the results of all tasks of a round
 * @param driverBytes parameters, optimizer state, a round's results and a gang's messages on the
 *     driver; in local mode what the tasks need too, since they share its heap
 * @param executorBytes blocks, parameters, open sums of all tasks and a gang's messages on one
 *     executor; 0 in local mode
 * @param machines what there is
 */
public record MemoryPlan(
    long sumBytes,
    long taskResultBytes,
    long roundResultBytes,
    long driverBytes,
    long executorBytes,
    Machines machines) {
  private static final double USABLE = 0.8;
  private static final double MERGED_COPIES = 3;

  /** The member's own scores, those of the fold that it holds out, and float64 of either. */
  private static final int JUDGED_COPIES = 4;

  private static final long ARRAY_LIMIT_BYTES = Integer.MAX_VALUE - 1024L;

  /**
   * What is trained.
   *
   * @param members K
   * @param size P
   * @param stateBytes bytes of optimizer state a parameter, the best parameters kept included
   * @param wide whether rounds carry float64 sums
   * @param shards S
   * @param evaluationBytes what the evaluation of a member takes on any rows, for each subtree
   * @param scoresBytes what all scores of the largest split take, for the curves of a member
   * @param gang whether gradients travel as messages of the {@code gang} engine, which Spark's
   *     limits on results do not hold, rather than as results of tasks
   * @param trainings how many such trainings go on at a time, on the same machines
   * @param taughtBytes what a teacher's scores of all rows take, beside the blocks
   * @param blockScoresBytes what a member's scores of a block's rows take, in a task that evaluates
   * @param gatheredBytes what rows that pass together take in a task, as they are gathered
   */
  public record Demand(
      int members,
      long size,
      long stateBytes,
      boolean wide,
      int shards,
      long evaluationBytes,
      long scoresBytes,
      boolean gang,
      int trainings,
      long taughtBytes,
      long blockScoresBytes,
      long gatheredBytes) {
    /** What one training without a teacher needs, whose scores and rows at hand are not much. */
    public Demand(
        int members,
        long size,
        long stateBytes,
        boolean wide,
        int shards,
        long evaluationBytes,
        long scoresBytes,
        boolean gang) {
      this(members, size, stateBytes, wide, shards, evaluationBytes, scoresBytes, gang, 1, 0, 0, 0);
    }

    /** The same of so many members. */
    public Demand of(int count) {
      return with(count, trainings, taughtBytes, blockScoresBytes, gatheredBytes);
    }

    /** The same of so many trainings at a time. */
    public Demand sideBySide(int count) {
      return with(members, count, taughtBytes, blockScoresBytes, gatheredBytes);
    }

    /** The same with a teacher whose scores take so much. */
    public Demand taught(long bytes) {
      return with(members, trainings, bytes, blockScoresBytes, gatheredBytes);
    }

    /** The same where a member's scores of a block take so much. */
    public Demand scoring(long bytes) {
      return with(members, trainings, taughtBytes, bytes, gatheredBytes);
    }

    /** The same where rows that pass together take so much. */
    public Demand gathering(long bytes) {
      return with(members, trainings, taughtBytes, blockScoresBytes, bytes);
    }

    private Demand with(int count, int atATime, long ofTeacher, long ofBlock, long gathered) {
      return new Demand(
          count,
          size,
          stateBytes,
          wide,
          shards,
          evaluationBytes,
          scoresBytes,
          gang,
          atATime,
          ofTeacher,
          ofBlock,
          gathered);
    }

    /** Of all members the scores of a block, and what one at a time is judged with. */
    private long scratchBytes() {
      return (members + JUDGED_COPIES) * blockScoresBytes;
    }

    /** The evaluations of a part of the rows, all members together. */
    private long evaluations(int subtrees, double part) {
      return members * (subtrees * evaluationBytes + (long) (part * scoresBytes));
    }
  }

  /**
   * The plan of a demand.
   *
   * @param blockBytes bytes of blocks on the heaps of all executors
   */
  public static MemoryPlan of(Demand demand, long blockBytes, Machines machines) {
    long values = Math.multiplyExact(demand.members(), demand.size());
    long sumBytes = values * (demand.wide() ? Double.BYTES : Float.BYTES);
    int most = 0;
    int all = 0;
    List<SumTree.Range> groups = SumTree.groups(demand.shards(), machines.slots());
    for (SumTree.Range group : groups) {
      int subtrees = SumTree.subtrees(demand.shards(), group.from(), group.to()).size();
      most = Math.max(most, subtrees);
      all += subtrees;
    }
    int depth = 33 - Integer.numberOfLeadingZeros(demand.shards());
    long openBytes = values * (demand.wide() ? Double.BYTES + Float.BYTES : Float.BYTES);
    int tasks = Math.min(machines.executorSlots(), demand.shards());
    double part = 1.0 / groups.size();
    long resultBytes = demand.gang() ? 0 : sumBytes; // what a sum is as a part of a task's result
    long roundBytes = Math.max(all * resultBytes, demand.evaluations(all, 1));
    // Curves are copied while they are merged, on the driver and in the tasks.
    long joinedBytes = Math.max((all + 1) * sumBytes, demand.evaluations(all, MERGED_COPIES));
    long taskBytes = Math.max(depth * openBytes, demand.evaluations(depth, MERGED_COPIES * part));
    taskBytes += demand.scratchBytes();
    long driverBytes =
        demand.trainings() * (values * (2 * Float.BYTES + demand.stateBytes()) + joinedBytes);
    // The tasks of all trainings share the slots; workers that wait for a task keep no sums, and
    // those that evaluate none of gradients.
    long executorBytes = demand.trainings() * values * Float.BYTES + tasks * taskBytes;
    executorBytes += demand.trainings() * tasks * demand.gatheredBytes(); // kept between steps
    long rowBytes = blockBytes + demand.trainings() * demand.taughtBytes();
    executorBytes += rowBytes * machines.executorSlots() / machines.slots();
    if (demand.gang() && !machines.local()) {
      Messages messages = Messages.of(demand, sumBytes, machines);
      driverBytes += demand.trainings() * messages.driverBytes();
      executorBytes += demand.trainings() * messages.executorBytes();
    }
    return new MemoryPlan(
        sumBytes,
        Math.max(most * resultBytes, demand.evaluations(most, part)),
        roundBytes,
        machines.local() ? driverBytes + executorBytes : driverBytes,
        machines.local() ? 0 : executorBytes,
        machines);
  }

  /**
   * What a gang's messages take while all of them are under way: a sum of each subtree that an
   * executor sends, written on the executor, not yet read on the driver; the parameters once as
   * they are handed out and once for each executor, which reads them beside those of the round
   * before.
   */
  private record Messages(long driverBytes, long executorBytes) {
    static Messages of(Demand demand, long sumBytes, Machines machines) {
      int executors = (machines.slots() + machines.executorSlots() - 1) / machines.executorSlots();
      long paramsBytes = demand.members() * demand.size() * Float.BYTES;
      int most = 0;
      int all = 0;
      for (SumTree.Range held : SumTree.groups(demand.shards(), executors)) {
        int subtrees = SumTree.subtrees(demand.shards(), held.from(), held.to()).size();
        most = Math.max(most, subtrees);
        all += subtrees;
      }
      int senders = Math.min(executors, demand.shards());
      return new Messages(
          all * sumBytes + (1 + senders) * paramsBytes, most * sumBytes + paramsBytes);
    }
  }

  /**
   * Refuses a plan that cannot work.
   *
   * @throws ConfigException with each sum that does not fit and the setting to change
   */
  public void check() {
    List<String> problems = new ArrayList<>();
    require(
        problems,
        "one gradient sum",
        sumBytes,
        ARRAY_LIMIT_BYTES,
        "the 2 GiB array limit",
        "train a smaller model or fewer members at a time");
    if (machines.maxResultBytes() > 0) {
      require(
          problems,
          "the results of a round",
          roundResultBytes,
          machines.maxResultBytes(),
          "spark.driver.maxResultSize",
          "raise spark.driver.maxResultSize");
    }
    require(
        problems,
        "the result of a task",
        taskResultBytes,
        machines.kryoMaxBytes(),
        "spark.kryoserializer.buffer.max",
        "raise spark.kryoserializer.buffer.max (2047m at most) or lower data.shards");
    require(
        problems,
        machines.local()
            ? "parameters, optimizer state, sums and blocks"
            : "parameters, optimizer state, sums and messages on the driver",
        driverBytes,
        (long) (machines.driverHeapBytes() * USABLE),
        "80 % of the driver's heap",
        "raise spark.driver.memory (--driver-memory)");
    require(
        problems,
        "blocks, parameters, sums and messages of an executor",
        executorBytes,
        (long) (machines.executorHeapBytes() * USABLE),
        "80 % of an executor's heap",
        "raise spark.executor.memory (--executor-memory) or lower spark.executor.cores");
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** The plan in one line. */
  public String describe() {
    String rounds =
        String.format(
            Locale.ROOT,
            "memory plan: gradient sum %s, results of a round %s, driver %s of %s",
            readable(sumBytes),
            readable(roundResultBytes),
            readable(driverBytes),
            readable(machines.driverHeapBytes()));
    return machines.local()
        ? rounds
        : rounds
            + ", executor %s of %s"
                .formatted(readable(executorBytes), readable(machines.executorHeapBytes()));
  }

  private static void require(
      List<String> problems, String what, long bytes, long limit, String limitName, String remedy) {
    if (bytes > limit) {
      problems.add(
          "memory plan: %s would take %s, more than %s (%s): %s"
              .formatted(what, readable(bytes), limitName, readable(limit), remedy));
    }
  }

  private static String readable(long bytes) {
    double mebibytes = bytes / (double) (1 << 20);
    return mebibytes < 1
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", mebibytes);
  }
}

package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.engine.MemoryPlan;
import dev.lockstep.spark.run.ShardedData;
import java.util.ArrayList;
import java.util.List;

/** How many members a cohort may have. */
@FunctionalInterface
interface CohortSize {
  /** Where the search for the most members ends: cohorts have not so many. */
  int ENOUGH = 1 << 16;

  /**
   * The most members of a cohort, of however many there are.
   *
   * @param seats whose states are as different as those of the cohort may be
   * @throws ConfigException if not even one can be trained
   */
  int most(ShardedData data, List<TrialSeat> seats);

  /** As many as fit by the memory plan, with as many cohorts side by side as train at a time. */
  static CohortSize byMemory(EngineSettings engine, int parallel) {
    return (data, seats) -> {
      MemoryPlan.Demand largest = null;
      for (TrialSeat seat : seats) {
        MemoryPlan.Demand one =
            StateSize.binnedDemand(seat.run(), engine, data.schema(), data::rows);
        largest = largest == null || one.stateBytes() > largest.stateBytes() ? one : largest;
      }
      return most(data, largest.sideBySide(parallel));
    };
  }

  private static int most(ShardedData data, MemoryPlan.Demand one) {
    try {
      data.checkMemory(one);
    } catch (ConfigException e) {
      List<String> problems = new ArrayList<>(e.problems());
      if (one.trainings() > 1) {
        problems.add(
            "tune.parallel is %d, cohorts that share the memory: lower it"
                .formatted(one.trainings()));
      }
      throw new ConfigException(problems);
    }
    int fits = 1;
    for (int tooMany = ENOUGH; tooMany - fits > 1; ) {
      int middle = (fits + tooMany) / 2;
      if (fits(data, one.of(middle))) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return fits;
  }

  private static boolean fits(ShardedData data, MemoryPlan.Demand demand) {
    try {
      data.checkMemory(demand);
      return true;
    } catch (ConfigException | ArithmeticException e) {
      return false;
    }
  }
}

package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.engine.MemoryPlan;
import dev.lockstep.spark.run.ShardedData;
import java.util.List;

/** How many members a cohort may have, by the memory plan. */
final class CohortSize {
  private CohortSize() {}

  /**
   * The most members that fit, of seats whose states are the largest among them.
   *
   * @throws ConfigException if not even one fits
   */
  static int most(ShardedData data, List<TrialSeat> seats) {
    MemoryPlan.Demand one = null;
    for (TrialSeat seat : seats) {
      MemoryPlan.Demand demand = StateSize.binnedDemand(seat.run(), data.schema(), data::rows);
      one = one == null || demand.stateBytes() > one.stateBytes() ? demand : one;
    }
    data.checkMemory(one);
    int fits = 1;
    for (int tooMany = seats.size() + 1; tooMany - fits > 1; ) {
      int members = (fits + tooMany) / 2;
      if (fits(data, one.of(members))) {
        fits = members;
      } else {
        tooMany = members;
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

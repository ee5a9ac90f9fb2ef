package dev.lockstep.spark.gang;

import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.spark.engine.RoundWork;
import dev.lockstep.train.ExchangeFormat;

/**
 * One round as it is handed to the tasks of a gang.
 *
 * @param number counts the rounds of a cluster, from 0
 * @param work what every subtree of shards is asked for
 * @param params all members' parameters
 */
record Round(long number, RoundWork<?> work, Parameters params) {
  /** Whether the parameters follow those of the step before by changes in bf16. */
  boolean isFollowed() {
    return work instanceof GradientWork gradient
        && gradient.step().exchange() == ExchangeFormat.BF16;
  }
}

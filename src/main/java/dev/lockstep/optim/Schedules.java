package dev.lockstep.optim;

import dev.lockstep.config.Registry;

/** All schedules by the name they have in a run file. */
public final class Schedules {
  /** The run file's {@code schedule.kind}. */
  public static final Registry<Schedule> REGISTRY =
      new Registry<Schedule>("schedule", Schedule.class)
          .with("constant", Constant.class)
          .with("exponential", Exponential.class)
          .with("inverse_time", InverseTime.class)
          .with("polynomial", Polynomial.class)
          .with("linear", Linear.class)
          .with("step", Steps.class)
          .with("cosine", Cosine.class)
          .with("one_cycle", OneCycle.class)
          .with("plateau", Plateau.class);

  private Schedules() {}
}

package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.store.OwnedRun;
import java.util.function.LongUnaryOperator;

/**
 * Writes a line of JSON for each epoch, and for one step in ten, into the run's metrics, and hands
 * every report on to another listener.
 *
 * <p>Lines stay in memory until the checkpoint that ends their interval. In one of more than
 * 100,000 steps, those after them have a line if their number divides by 20, those after 200,000 if
 * it divides by 40, and so on: some 50,000 lines of 30 million steps. As the number of a step
 * decides alone, a run that was stopped and resumed has the same lines.
 */
final class MetricsLog implements TrainingListener {
  private static final long EVERY_STEPS = 10;
  private static final long DENSE_STEPS = 100_000;

  private final OwnedRun run;
  private final LongUnaryOperator stepOfInterval;
  private final TrainingListener next;

  /**
   * A log into a run that has begun.
   *
   * @param stepOfInterval which step, from 1, of those between two checkpoints a step is
   */
  MetricsLog(OwnedRun run, LongUnaryOperator stepOfInterval, TrainingListener next) {
    this.run = run;
    this.stepOfInterval = stepOfInterval;
    this.next = next;
  }

  @Override
  public void onStep(StepReport report) {
    if (hasLine(report.step())) {
      run.log(line(report));
    }
    next.onStep(report);
  }

  private boolean hasLine(long step) {
    if (step % EVERY_STEPS != 0) {
      return false;
    }
    long every = EVERY_STEPS;
    long since = stepOfInterval.applyAsLong(step);
    for (long dense = DENSE_STEPS; since > dense; dense *= 2) {
      every *= 2;
    }
    return step % every == 0;
  }

  @Override
  public void onEpoch(EpochReport report) {
    run.log(line(report));
    next.onEpoch(report);
  }

  /** A step as a line of the metrics. */
  static ObjectNode line(StepReport report) {
    ObjectNode line = Results.object();
    line.put("kind", "step").put("step", report.step()).put("epoch", report.epoch());
    line.put("rows", report.rows());
    Results.put(line, "loss", report.meanLoss());
    Results.put(line, "gradient_norm", report.gradientNorm());
    Results.put(line, "learning_rate", report.rate());
    return line;
  }

  /** An epoch as a line of the metrics. */
  static ObjectNode line(EpochReport report) {
    ObjectNode line = Results.object();
    line.put("kind", "epoch").put("epoch", report.epoch()).put("step", report.step());
    Results.put(line, "loss", report.meanLoss());
    Results.put(line, "penalty", report.penalty());
    Results.put(line, "gradient_norm", report.gradientNorm());
    if (!report.layers().isEmpty()) {
      Results.put(line.putObject("gradient_norms"), report.layers());
    }
    Results.put(line, "learning_rate", report.rate());
    Results.put(line.putObject("validation"), report.validation());
    return line;
  }

  @Override
  public void onDiverged(int member, DivergedException reason) {
    next.onDiverged(member, reason);
  }
}

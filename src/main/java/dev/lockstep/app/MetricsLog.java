package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.store.OwnedRun;

/**
 * Writes a line of JSON for each epoch, and for one step in {@link #EVERY_STEPS}, into the run's
 * metrics, and hands every report on to another listener.
 */
final class MetricsLog implements TrainingListener {
  private static final long EVERY_STEPS = 10;

  private final OwnedRun run;
  private final TrainingListener next;

  MetricsLog(OwnedRun run, TrainingListener next) {
    this.run = run;
    this.next = next;
  }

  @Override
  public void onStep(StepReport report) {
    if (report.step() % EVERY_STEPS == 0) {
      run.log(line(report));
    }
    next.onStep(report);
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

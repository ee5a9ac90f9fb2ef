package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import java.io.PrintStream;

/** One line an epoch, for logs and files. */
final class EpochLines implements Progress {
  private final PrintStream out;
  private final RowRate rate = new RowRate();

  EpochLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onStep(StepReport report) {
    rate.add(report.rows());
  }

  @Override
  public void onEpoch(EpochReport report) {
    out.println(Progress.line(report, rate.perSecond()));
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}

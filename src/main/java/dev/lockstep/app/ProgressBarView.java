package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar over all steps (of a solver: iterations) with epoch, loss, rows a second and the time left.
 */
final class ProgressBarView implements Progress {
  private static final int UPDATE_MILLIS = 200;
  private static final long RATE_NANOS = 1_000_000_000;

  private final ProgressBar bar;
  private final Runnable terminal = Logging.keepTerminal(() -> {}); // our own lines would tear it
  private final RowRate rate = new RowRate();
  private double rowsPerSecond;
  private long ratedNanos = System.nanoTime();
  private String validation = "";
  private boolean closed;

  ProgressBarView(PrintStream out) {
    ConsoleProgressBarConsumer console = new ConsoleProgressBarConsumer(out);
    console.getMaxRenderedLength(); // opens the terminal now, which changes the signals' handlers
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("training")
            .setInitialMax(-1)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(console)
            .build();
  }

  @Override
  public void onStep(StepReport report) {
    rate.add(report.rows());
    long now = System.nanoTime();
    if (now - ratedNanos >= RATE_NANOS) {
      rowsPerSecond = rate.perSecond();
      ratedNanos = now;
    }
    bar.maxHint(report.of());
    bar.stepTo(report.done());
    bar.setExtraMessage(
        "epoch %d, loss %s, %,.0f rows/s%s"
            .formatted(
                report.epoch(), Progress.number(report.meanLoss()), rowsPerSecond, validation));
  }

  @Override
  public void onEpoch(EpochReport report) {
    report.validation().entrySet().stream()
        .filter(metric -> Progress.isShown(metric.getKey(), report.validation()))
        .findFirst()
        .ifPresent(
            metric ->
                validation =
                    ", validation " + metric.getKey() + " " + Progress.number(metric.getValue()));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true; // the bar draws itself at each close
      bar.close();
      terminal.run();
    }
  }
}

package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.train.TrainingListener;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Shows how a training goes: a bar on a terminal, one line an epoch elsewhere. */
interface Progress extends TrainingListener, AutoCloseable {
  /** The validation metrics worth a place on a line, as far as there are any. */
  List<String> SHOWN =
      List.of(
          "log_loss",
          "auc",
          "auc_binned",
          "accuracy",
          "rmse",
          "r2",
          "poisson_deviance",
          "perplexity");

  /** The form that suits where the output goes. */
  static Progress on(PrintStream out) {
    return System.console() == null ? new EpochLines(out) : new ProgressBarView(out);
  }

  /** An epoch in words. */
  static String line(EpochReport epoch, double rowsPerSecond) {
    StringJoiner line = new StringJoiner(", ");
    line.add("epoch " + epoch.epoch() + ": step " + epoch.step());
    line.add("loss " + number(epoch.meanLoss()));
    for (Map.Entry<String, Double> metric : epoch.validation().entrySet()) {
      if (isShown(metric.getKey(), epoch.validation())) {
        line.add("validation " + metric.getKey() + " " + number(metric.getValue()));
      }
    }
    line.add(String.format(Locale.ROOT, "%,.0f rows/s", rowsPerSecond));
    return line.toString();
  }

  /** Whether a metric has a place on a line; loss has where it is in nats of a token. */
  static boolean isShown(String metric, Map<String, Double> among) {
    return SHOWN.contains(metric) || metric.equals("loss") && among.containsKey("perplexity");
  }

  /** Five digits that count. */
  static String number(double value) {
    double size = Math.abs(value);
    boolean plain = size == 0 || (size >= 1e-3 && size < 1e6);
    return String.format(Locale.ROOT, plain ? "%.5f" : "%.4e", value);
  }

  /** Ends the display. */
  @Override
  void close();
}

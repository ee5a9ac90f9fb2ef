package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.report.TrainingReport;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.train.store.RunOwnedException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.function.Function;

/** Writes {@code report.html} where a training ends. */
final class RunReport {
  private RunReport() {}

  /**
   * Writes the page, in place of an older one, and tells whether it did. It is derived from what is
   * committed otherwise and can be had again from {@code inspect --report}: that it cannot be
   * written is worth a warning, and no training.
   *
   * @param result what {@code result.json} will hold, or what is known without one
   * @throws RunOwnedException if another attempt has taken the run over
   */
  static boolean write(OwnedRun owned, ObjectNode result, PrintStream out) {
    return write(
        owned,
        out,
        directory -> {
          owned.flushMetrics();
          return TrainingReport.page(directory, result, Instant.now());
        });
  }

  /** Writes a page made from the run's directory; whether it did, as a failure is a warning. */
  static boolean write(OwnedRun owned, PrintStream out, Function<RunDirectory, byte[]> page) {
    try {
      byte[] written = page.apply(new RunDirectory(owned.store()));
      owned.store().replace(TrainingReport.FILE, written);
      return true;
    } catch (RunOwnedException e) {
      throw e;
    } catch (RuntimeException e) {
      out.println(
          "warning: %s was not written: %s"
              .formatted(TrainingReport.FILE, Failure.of(e).sentence()));
      return false;
    }
  }
}

package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.report.TrainingReport;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.train.store.RunOwnedException;
import java.io.PrintStream;
import java.time.Instant;

/** Writes {@code report.html} where a training ends. */
final class RunReport {
  private RunReport() {}

  /**
   * Writes the page, in place of an older one, and says where it is. It is derived from what is
   * committed otherwise and can be had again from {@code inspect --report}: that it cannot be
   * written is worth a warning, and no training.
   *
   * @param result what {@code result.json} will hold, or what is known without one
   * @throws RunOwnedException if another attempt has taken the run over
   */
  static void write(OwnedRun owned, ObjectNode result, PrintStream out) {
    try {
      owned.flushMetrics();
      RunDirectory directory = new RunDirectory(owned.store());
      byte[] page = TrainingReport.page(directory, result, Instant.now());
      owned.store().replace(TrainingReport.FILE, page);
      out.println("report: " + owned.store().where(TrainingReport.FILE));
    } catch (RunOwnedException e) {
      throw e;
    } catch (RuntimeException e) {
      out.println(
          "warning: %s was not written: %s"
              .formatted(TrainingReport.FILE, Failure.of(e).sentence()));
    }
  }
}

package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.RunDirectory;
import java.time.Instant;

/** The page of a training. */
public final class TrainingReport {
  /** Where a run keeps its page. */
  public static final String FILE = "report.html";

  private TrainingReport() {}

  /**
   * The page, from what the training left.
   *
   * @param run its directory: {@code run.json} and the metrics are read
   * @param result what {@code result.json} holds, or will hold; of a training without a result a
   *     status, and what else is known
   * @param written when, for the reader
   * @return HTML in UTF-8
   * @throws IntegrityException if {@code run.json} is missing or damaged, or a line of the metrics
   */
  public static byte[] page(RunDirectory run, ObjectNode result, Instant written) {
    RunDirectory.Recorded recorded =
        run.recorded()
            .orElseThrow(() -> new IntegrityException(run.location() + ": holds no run.json"));
    ObjectNode page = RunFacts.of(recorded, result).page("training", written);
    page.set("result", result);
    Curves.of(run).put(page.putObject("curves"));
    return Page.of(page);
  }
}

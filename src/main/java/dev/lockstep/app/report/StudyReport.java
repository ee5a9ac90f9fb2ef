package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * The page of a study.
 *
 * @param run the facts of the run that it is
 * @param strategy how trials were chosen: {@code grid}, {@code random}, ..
 * @param metric what trials are compared by
 * @param higherIsBetter its direction
 * @param hyperparameters of the space, in the order of their columns
 * @param trials by number
 * @param best the number of the best one; empty while there is none
 * @param notes sentences for the reader, as to what was exact and what was not
 */
public record StudyReport(
    RunFacts run,
    String strategy,
    String metric,
    boolean higherIsBetter,
    List<Hyperparameter> hyperparameters,
    List<Trial> trials,
    OptionalInt best,
    List<String> notes) {

  /** Copies the lists. */
  public StudyReport {
    hyperparameters = List.copyOf(hyperparameters);
    trials = List.copyOf(trials);
    notes = List.copyOf(notes);
  }

  /**
   * The page.
   *
   * @param result what the refit of the best trial left, in the form of {@code result.json}; an
   *     empty object where there was none
   * @param written when, for the reader
   * @return HTML in UTF-8
   */
  public byte[] page(ObjectNode result, Instant written) {
    ObjectNode page = run.page("study", written);
    page.set("result", result);
    page.put("strategy", strategy).put("metric", metric);
    page.put("higher_is_better", higherIsBetter);
    ArrayNode dimensions = page.putArray("hyperparameters");
    for (Hyperparameter parameter : hyperparameters) {
      ObjectNode node = dimensions.addObject().put("name", parameter.name());
      node.put("logarithmic", parameter.logarithmic());
      parameter.importance().ifPresent(share -> node.put("importance", share));
    }
    ArrayNode tried = page.putArray("trials");
    trials.forEach(trial -> trial.put(tried.addObject()));
    best.ifPresent(number -> page.put("best", number));
    notes.forEach(page.putArray("notes")::add);
    return Page.of(page);
  }
}

package dev.lockstep.app;

import dev.lockstep.config.Problems;
import dev.lockstep.data.Schema;
import dev.lockstep.optim.Solver;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.train.BatchSize;
import java.util.ArrayList;
import java.util.List;

/** Finds settings that are sound one by one and do not go together, before Spark starts. */
final class RunChecks {
  private RunChecks() {}

  /** Adds what does not go together. */
  static void check(RunFile run, Problems problems) {
    run.member().problems().forEach(sentence -> add(problems, sentence));
    run.train()
        .problems(run.optimizer(), run.model().loss())
        .forEach(sentence -> add(problems, sentence));
    DataConfig data = run.data();
    boolean validation =
        data.validationSource().isPresent()
            || data.split().validation().share() > 0
            || data.split().validation().condition().isPresent();
    if (run.train().earlyStopping().isPresent() && !validation) {
      problems.add(
          "train.early_stopping",
          "needs validation rows: set data.split.validation above 0, or leave it out");
    }
    boolean fullBatch = run.train().batchRows(run.optimizer()) == BatchSize.FULL.rows();
    if (fullBatch && !(run.optimizer() instanceof Solver) && run.train().shuffle().isPresent()) {
      problems.add("train.shuffle", "has no effect where every step takes all rows: leave it out");
    }
  }

  /** What speaks against the run, now that its data is known, a sentence each. */
  static List<String> problems(RunFile run, Schema schema) {
    List<String> problems = new ArrayList<>(run.model().problems(schema));
    int best = run.metrics().topK();
    int classes = schema.classes().size();
    boolean watched =
        run.train().earlyStopping().map(it -> it.metric().equals("top_k_accuracy")).orElse(false);
    if (watched && classes <= best) {
      problems.add(
          ("train.early_stopping.metric is top_k_accuracy, which says nothing of %d classes:"
                  + " lower metrics.top_k, which is %d, or use accuracy")
              .formatted(classes, best));
    }
    return problems;
  }

  /** A sentence begins with the setting it is about. */
  private static void add(Problems problems, String sentence) {
    int end = sentence.indexOf(' ');
    problems.add(sentence.substring(0, end), sentence.substring(end + 1));
  }
}

package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.report.TrainingReport;
import dev.lockstep.config.Redaction;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.InitialValues;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.TrainingResult;
import dev.lockstep.train.store.Checkpoints;
import dev.lockstep.train.store.OwnedRun;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiPredicate;

/** One training on encoded rows, up to its model and result. */
final class Fit {
  private final RunFile run;
  private final OptionalInt cut;
  private final RunOptions options;
  private final Stopwatch watch;
  private final BiPredicate<OwnedRun, ObjectNode> closing;

  /**
   * A training before its first step.
   *
   * @param cut after how many epochs it ends at the latest
   * @param watch of the whole run
   * @param closing adds to the result and writes the page, before the result is written; whether
   *     there is a page
   */
  Fit(
      RunFile run,
      OptionalInt cut,
      RunOptions options,
      Stopwatch watch,
      BiPredicate<OwnedRun, ObjectNode> closing) {
    this.run = run;
    this.cut = cut;
    this.options = options;
    this.watch = watch;
    this.closing = closing;
  }

  /**
   * Trains, from the newest checkpoint if there is one, evaluates, and writes model and result.
   *
   * @param starts where the model is that it starts from, if it names one
   * @param begin records the run, when nothing is left that could refuse it: what was refused may
   *     be run again with another configuration or other rows
   * @throws Exception that {@link Failure} explains
   */
  Outcome train(
      OwnedRun owned, StartingModels starts, ShardedData data, Cluster cluster, Runnable begin)
      throws Exception {
    TrainingPlan plan =
        new TrainingPlan(
            run.model(),
            List.of(run.member()),
            run.train(),
            run.checkpoint(),
            run.seed(),
            start(owned, starts, data.schema()),
            cut,
            run.engine().exchange());
    try (Progress progress = Progress.on(options.out())) {
      Training training =
          new Training(
              plan,
              cluster,
              new GradientWatch(
                  warning -> options.out().println("warning: " + warning),
                  new MetricsLog(owned, step -> plan.stepOfInterval(step, cluster), progress)),
              (position, state) -> owned.save(position.step(), state, Results.object()));
      begin.run();
      resume(owned, training);
      TrainingResult result = train(owned, cluster, training);
      progress.close();
      if (result.stopped()) {
        options
            .out()
            .println(
                "stopped at step %d, checkpoint written; the same command continues"
                    .formatted(result.position().step()));
        ObjectNode node = Results.stopped(result);
        Results.putSize(node, cluster, watch);
        RunReport.write(owned, node, options.out());
        return new Outcome(ExitCode.STOPPED, node);
      }
      return finish(owned, data, cluster, result);
    }
  }

  /** A checkpoint has all that came of the model to start from. */
  private Optional<InitialValues> start(OwnedRun owned, StartingModels starts, Schema schema) {
    return owned.hasCheckpoints() ? Optional.empty() : starts.values(run, schema);
  }

  private TrainingResult train(OwnedRun owned, Cluster cluster, Training training)
      throws Exception {
    try {
      return watch.time("train", () -> options.stop().during(() -> training.run(options.stop())));
    } catch (DivergedException e) {
      ObjectNode node = Results.diverged(e);
      Results.putSize(node, cluster, watch);
      RunReport.write(owned, node, options.out());
      throw e;
    }
  }

  private void resume(OwnedRun owned, Training training) {
    Checkpoints.Found found = owned.resume();
    found.warnings().forEach(warning -> options.out().println("warning: " + warning));
    found
        .checkpoint()
        .ifPresent(
            checkpoint -> {
              training.restore(checkpoint.tensors());
              options.out().println("resumed at step " + checkpoint.step());
            });
  }

  private Outcome finish(OwnedRun owned, ShardedData data, Cluster cluster, TrainingResult result)
      throws Exception {
    // The model first: whatever happens to the evaluation, the training was not for nothing.
    Optional<Model.TrainedFile> file = run.model().export(result.parameters().values());
    RunFile described = file.map(made -> run.withModel(made.model())).orElse(run);
    owned.saveModel(
        ModelFiles.description(described, data.encodingJson()),
        ModelFiles.tensors(run.model(), data.schema(), result.parameters()),
        ModelFiles.files(file),
        data::savePipeline);
    FinalMetrics metrics =
        watch.time("evaluate", () -> FinalMetrics.of(run, cluster, result.parameters()));
    ObjectNode node = Results.finished(run, result, metrics);
    Optional<BestPossible> best = watch.time("evaluate", () -> BestPossible.of(run, cluster));
    best.ifPresent(known -> Results.put(node.putObject("true_model"), known.split(), known.loss()));
    Results.putSize(node, cluster, watch);
    // Before the result: where that is, the run is finished and nothing more is written.
    boolean page = closing.test(owned, node);
    owned.finish(node);
    metrics.print(options.out());
    best.ifPresent(known -> options.out().println(known.compared(metrics)));
    String place = Redaction.text(run.output());
    options.out().println("model: " + place + "/model");
    if (page) {
      options.out().println("report: " + place + "/" + TrainingReport.FILE);
    }
    options.out().println("parameters sha256: " + node.path("parameters_sha256").asText());
    return new Outcome(ExitCode.DONE, node);
  }
}

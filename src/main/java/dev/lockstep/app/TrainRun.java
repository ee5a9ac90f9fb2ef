package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Source;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.TrainingResult;
import dev.lockstep.train.store.Checkpoints;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training from its run file to its result: claim the run, deal the rows, encode them, train
 * (from the newest checkpoint if there is one), evaluate, write model and result.
 */
public final class TrainRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainRun.class);

  private final RunFile run;
  private final RunOptions options;
  private final Stopwatch watch = new Stopwatch();

  private TrainRun(RunFile run, RunOptions options) {
    this.run = run;
    this.options = options;
  }

  /**
   * Prepares, trains, evaluates and writes the run.
   *
   * @throws Exception that {@link Failure} explains
   */
  public static Outcome run(RunFile run, RunOptions options) throws Exception {
    return new TrainRun(run, options).run();
  }

  private Outcome run() throws Exception {
    RunDirectory directory = RunDirectory.at(run.output(), LockstepSession.hadoopConfiguration());
    Optional<Outcome> finished = finished(directory);
    if (finished.isPresent()) {
      return finished.get();
    }
    try (OwnedRun owned = directory.claim()) {
      Optional<Outcome> meanwhile = finished(directory);
      if (meanwhile.isPresent()) {
        return meanwhile.get();
      }
      try (LockstepSession session = LockstepSession.start(run.name(), options.master())) {
        return train(directory, owned, session);
      }
    }
  }

  /**
   * The outcome of a run that has finished with this configuration; needs neither Spark nor data.
   *
   * @throws ConfigException if the directory holds a run of another configuration
   */
  private Optional<Outcome> finished(RunDirectory directory) {
    RunDescription now = Descriptions.of(run, run.shards(), List.of());
    Optional<ObjectNode> result =
        directory.result().filter(node -> node.path("status").asText().equals(Results.FINISHED));
    if (result.isEmpty()) {
      directory.requireSameConfiguration(now);
      return Optional.empty();
    }
    List<String> changes =
        directory.recordedBesideResult().description().configurationDifferences(now);
    if (!changes.isEmpty()) {
      throw new ConfigException(
          "%s holds the finished run of another configuration: give this one another output or --run-id (%s)"
              .formatted(directory.location(), String.join("; ", changes)));
    }
    options
        .out()
        .println("already finished: " + directory.location() + " holds the result; nothing to do");
    return result.map(node -> new Outcome(ExitCode.DONE, node));
  }

  private Outcome train(RunDirectory directory, OwnedRun owned, LockstepSession session)
      throws Exception {
    Task task = run.model().loss().task();
    List<Source.InputFile> expected =
        directory.recorded().map(Descriptions::expected).orElse(List.of());
    DealtData dealt =
        watch.time(
            "prepare",
            () -> DealtData.read(session, run.data(), task, run.seed(), run.shards(), expected));
    RunDescription description = Descriptions.of(run, run.shards(), dealt.files());
    owned.begin(description, run.checkpoint().keep()).forEach(options.out()::println);
    if (dealt.badRows() > 0) {
      options
          .out()
          .println("dropped " + dealt.badRows() + " malformed rows (data.bad_rows = drop)");
    }
    try (ShardedData data = watch.time("prepare", () -> dealt.encode(task));
        Cluster cluster = run.engine().open(data, run)) {
      List<String> problems = RunChecks.problems(run, data.schema());
      if (!problems.isEmpty()) {
        throw new ConfigException(problems);
      }
      describe(data, cluster);
      LOG.info(data.checkMemory(StateSize.demand(run, data.schema(), cluster::rows)));
      return train(owned, data, cluster);
    }
  }

  private Outcome train(OwnedRun owned, ShardedData data, Cluster cluster) throws Exception {
    TrainingPlan plan =
        new TrainingPlan(
            run.model(),
            List.of(run.member()),
            run.train(),
            run.checkpoint(),
            run.seed(),
            ModelFiles.start(run, data.schema()));
    try (Progress progress = Progress.on(options.out())) {
      Training training =
          new Training(
              plan,
              cluster,
              new MetricsLog(owned, progress),
              (position, state) -> owned.save(position.step(), state, Results.object()));
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
    owned.saveModel(
        ModelFiles.description(run, data.encodingJson()),
        ModelFiles.tensors(run.model(), data.schema(), result.parameters()),
        data::savePipeline);
    FinalMetrics metrics =
        watch.time("evaluate", () -> FinalMetrics.of(run, cluster, result.parameters()));
    ObjectNode node = Results.finished(run, result, metrics);
    Optional<BestPossible> best = watch.time("evaluate", () -> BestPossible.of(run, cluster));
    best.ifPresent(known -> Results.put(node.putObject("true_model"), known.split(), known.loss()));
    Results.putSize(node, cluster, watch);
    // Before the result: where that is, the run is finished and nothing more is written.
    RunReport.write(owned, node, options.out());
    owned.finish(node);
    metrics.print(options.out());
    best.ifPresent(known -> options.out().println(known.compared(metrics)));
    options.out().println("model: " + run.output() + "/model");
    options.out().println("parameters sha256: " + node.path("parameters_sha256").asText());
    return new Outcome(ExitCode.DONE, node);
  }

  private void describe(ShardedData data, Cluster cluster) {
    options
        .out()
        .println(
            "rows: %,d train, %,d validation, %,d test; %,d features; %d shards"
                .formatted(
                    cluster.rows(Split.TRAIN),
                    cluster.rows(Split.VALIDATION),
                    cluster.rows(Split.TEST),
                    data.schema().features(),
                    cluster.shards()));
    options.out().println(data.summary().describe());
    options.out().println(run.engine().describe());
    RunChecks.warnings(run, data.slots(), data.summary())
        .forEach(warning -> options.out().println("warning: " + warning));
  }
}

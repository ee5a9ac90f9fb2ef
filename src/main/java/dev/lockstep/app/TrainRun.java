package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Problems;
import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.GivenEncoding;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.run.SharedOutput;
import dev.lockstep.spark.source.Source;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training from its run file to its result: claim the run, deal the rows, encode them, record the
 * run, train (from the newest checkpoint if there is one), evaluate, write model and result.
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
  static Outcome run(RunFileText text, RunOptions options) throws Exception {
    Problems problems = text.document(List.of()).problems();
    Optional<RunFile> run = text.bind(List.of(), false, problems);
    if (problems.isEmpty()) {
      return new TrainRun(run.orElseThrow(), options).run();
    }
    List<String> found = problems.sentences();
    return run.filter(read -> text.isSoundByParts(List.of()))
        .flatMap(BegunRun::training)
        .map(begun -> begun.finished(begun.withWayOut(found), options.out()))
        .orElseThrow(() -> new ConfigException(found));
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
      StartingModels starts = StartingModels.of(owned);
      starts.require(run);
      try (LockstepSession session = LockstepSession.start(run.name(), options.master())) {
        return train(directory, owned, starts, session);
      }
    }
  }

  /**
   * The outcome of a run that has finished with this configuration; needs neither Spark nor data.
   *
   * @throws ConfigException if the directory holds a run of another configuration
   */
  private Optional<Outcome> finished(RunDirectory directory) {
    if (directory.hasStudy()) {
      throw new ConfigException(
          directory.location() + " holds a study: run lockstep tune, or give another output");
    }
    RunDescription now = Descriptions.of(run, run.shards(), List.of());
    Optional<ObjectNode> result = directory.result().filter(Results::isFinished);
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

  private Outcome train(
      RunDirectory directory, OwnedRun owned, StartingModels starts, LockstepSession session)
      throws Exception {
    NetworkDevice.announce(run.model(), session, options.out());
    Task task = run.model().loss().task();
    List<Source.InputFile> expected =
        directory.recorded().map(Descriptions::expected).orElse(List.of());
    Optional<GivenEncoding> given =
        watch.time("prepare", () -> starts.encoding(run.init(), run.distill(), session));
    DealtData dealt =
        watch.time(
            "prepare",
            () ->
                DealtData.read(
                    session,
                    run.data(),
                    task,
                    run.seed(),
                    run.shards(),
                    expected,
                    FoldPlan.NONE,
                    GivenEncoding.types(given)));
    DroppedRows.tell(dealt.badRows(), options.out());
    SharedOutput.require(session.context(), "output " + directory.location(), owned.store());
    try (ShardedData data = watch.time("prepare", () -> encode(directory, dealt, given));
        Cluster cluster = run.engine().open(data, run)) {
      List<String> problems = RunChecks.problems(run, data.schema());
      if (!problems.isEmpty()) {
        throw new ConfigException(problems);
      }
      describe(data, cluster);
      LOG.info(data.checkMemory(StateSize.demand(run, data.schema(), cluster::rows)));
      return new Fit(
              run,
              OptionalInt.empty(),
              options,
              watch,
              (ours, node) -> RunReport.write(ours, node, options.out()))
          .train(owned, starts, data, cluster, () -> begin(owned, dealt));
    }
  }

  private ShardedData encode(
      RunDirectory directory, DealtData dealt, Optional<GivenEncoding> given) {
    try {
      return dealt.encode(run.model().loss().task(), given);
    } catch (ChosenRowsException e) {
      throw directory.recorded().isEmpty()
          ? e
          : new DataException(BegunRun.withWayOut(e.getMessage(), directory));
    }
  }

  private void begin(OwnedRun owned, DealtData dealt) {
    RunDescription description = Descriptions.of(run, run.shards(), dealt.files());
    owned.begin(description, run.checkpoint().keep()).forEach(options.out()::println);
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
    run.distill().map(DistillSettings::describe).ifPresent(options.out()::println);
    RunChecks.warnings(run, data.slots(), data.summary())
        .forEach(warning -> options.out().println("warning: " + warning));
  }
}

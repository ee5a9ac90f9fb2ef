package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Redaction;
import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.GivenEncoding;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.store.RunDirectory;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Reads a run file and the head of its data, tells every problem, the memory plan and, of a"
            + " study, the trials and cohorts; trains and writes nothing.")
final class CheckCommand implements RunFileCommand {
  private static final int HEAD_ROWS = 10_000;

  @Mixin private RunFileOptions file = new RunFileOptions();

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "How many rows of each source are looked at; by default 10000.")
  private int rows = HEAD_ROWS;

  @Override
  public RunFileOptions file() {
    return file;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) {
    if (rows < 1) {
      throw new UsageException("--rows must be at least 1, is " + rows);
    }
    RunFileText text = file.text();
    Optional<StudyCheck> study =
        text.document(List.of()).has("tune")
            ? Optional.of(new StudyCheck(StudyFile.read(text), out))
            : Optional.empty();
    RunFile run = study.map(StudyCheck::run).orElseGet(() -> text.bind(List.of()));
    out.println("the run file is sound: " + run.name() + ", " + run.shards() + " shards");
    study.ifPresent(found -> found.describe(text));
    RunDirectory directory = RunDirectory.at(run.output(), LockstepSession.hadoopConfiguration());
    String holds = directory.recorded().isPresent() ? ", holds a run already" : "";
    out.println(
        "output: "
            + Redaction.text(directory.location())
            + (directory.hasStudy() ? ", holds a study already" : holds));
    StartingModels starts =
        study.map(StudyCheck::starts).orElseGet(() -> StartingModels.seen(run, false));
    starts.require(run);
    try (LockstepSession session = LockstepSession.start(run.name(), file.master())) {
      examine(run, starts, session, out);
      study.ifPresent(found -> found.examine(session, rows, starts));
      out.println("nothing is wrong with the head of the data");
    } catch (ChosenRowsException e) {
      out.println("note: in the head of the data " + e.getMessage());
      out.println(
          "the head does not suffice for more: what follows in the run file was not looked at");
    }
    return new Outcome(ExitCode.DONE, Results.object().put("status", Results.FINISHED));
  }

  private void examine(
      RunFile run, StartingModels starts, LockstepSession session, PrintStream out) {
    NetworkDevice.announce(run.model(), session, out);
    Task task = run.model().loss().task();
    Optional<GivenEncoding> given = starts.encoding(run.init(), run.distill(), session);
    DealtData head =
        DealtData.head(
            session,
            run.data(),
            task,
            run.seed(),
            run.shards(),
            rows,
            FoldPlan.NONE,
            GivenEncoding.types(given));
    try (ShardedData data = head.encode(task, given);
        Cluster cluster = data.cluster(run.model(), run.metrics())) {
      describe(data.schema(), cluster, out);
      Set<String> problems = new LinkedHashSet<>(RunChecks.problems(run, data.schema()));
      try {
        starts.values(run, data.schema());
        out.println(data.checkMemory(StateSize.demand(run, data.schema(), cluster::rows)));
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
      if (!problems.isEmpty()) {
        throw new ConfigException(List.copyOf(problems));
      }
      RunChecks.warnings(run, data.slots(), data.summary())
          .forEach(warning -> out.println("warning: " + warning));
    }
  }

  private static void describe(Schema schema, Cluster cluster, PrintStream out) {
    out.println(
        String.format(
            Locale.ROOT,
            "head of the data: %,d train, %,d validation, %,d test rows; %,d features%s",
            cluster.rows(Split.TRAIN),
            cluster.rows(Split.VALIDATION),
            cluster.rows(Split.TEST),
            schema.features(),
            schema.classes().isEmpty() ? "" : "; " + schema.classes().size() + " classes"));
  }
}

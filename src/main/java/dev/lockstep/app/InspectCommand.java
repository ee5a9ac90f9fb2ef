package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.app.report.TrainingReport;
import dev.lockstep.config.Redaction;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.Checkpoints;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.CommittedDirectory;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.ModelDirectory;
import dev.lockstep.train.store.ResultFile;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.train.store.Tensor;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Tells what a run, checkpoint or model directory holds, and checks it against its"
            + " checksums.")
final class InspectCommand implements LockstepCommand {
  @Parameters(
      index = "0",
      paramLabel = "DIRECTORY",
      description = "A run, checkpoint or model directory, or a run file (*.conf).")
  private String place;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Writes the page of a training or a study there, also of one that has not finished.")
  private String report;

  @Mixin private CommonOptions options = new CommonOptions();

  private final List<String> damages = new ArrayList<>();

  @Override
  public String subject() {
    return place;
  }

  @Override
  public CommonOptions options() {
    return options;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) {
    boolean isRunFile = place.endsWith(".conf");
    if (!isRunFile && (!options.overrides().isEmpty() || options.runId().isPresent())) {
      throw new UsageException(
          "--set and --run-id change where a run file puts its run, and %s is no run file (*.conf); give the run file, or the run's directory alone"
              .formatted(place));
    }
    String directory =
        isRunFile
            ? RunFileReader.text(place, options.overrides(), options.runId()).settings().output()
            : place;
    CommitStore store = CommitStores.open(directory, LockstepSession.hadoopConfiguration());
    RunDirectory run = new RunDirectory(store);
    ObjectNode result = Results.object();
    Optional<RunDirectory.Recorded> recorded = run.recorded();
    if (recorded.isPresent()) {
      result.put("kind", "run").put("id", recorded.get().id());
      describe(recorded.get(), out);
      checkpoints(store, Checkpoints.DIRECTORY, "", result.putArray("checkpoints"), out);
      cohorts(store, result, out);
      model(store, result, out);
      Optional<InspectedStudy> study = study(store, run, out);
      study.ifPresent(found -> found.describe(result, out));
      run.result().ifPresent(node -> tell("result: " + node, out));
      report(run, study, out);
    } else if (report != null) {
      throw new InputMissingException(directory + ": holds no run; --report needs one");
    } else {
      CommittedDirectory committed =
          CommittedDirectory.read(store, "").orElseThrow(() -> nothing(directory));
      result.put("kind", committed.kind()).put("run", committed.run());
      describe(committed.kind(), committed, out);
    }
    if (!damages.isEmpty()) {
      throw new IntegrityException(String.join("; ", damages));
    }
    out.println("every checksum fits");
    return new Outcome(ExitCode.DONE, result.put("status", "whole"));
  }

  private Optional<InspectedStudy> study(CommitStore store, RunDirectory run, PrintStream out) {
    try {
      return run.hasStudy() ? Optional.of(new InspectedStudy(store, run)) : Optional.empty();
    } catch (IntegrityException e) {
      damaged("study", e, out);
      return Optional.empty();
    }
  }

  private void report(RunDirectory run, Optional<InspectedStudy> study, PrintStream out) {
    if (report != null && (study.isPresent() || !run.hasStudy())) {
      ObjectNode result =
          run.result().orElseGet(() -> Results.object().put("status", "unfinished"));
      byte[] page =
          study
              .map(InspectedStudy::page)
              .orElseGet(() -> TrainingReport.page(run, result, Instant.now()));
      ResultFile.write(report, page, LockstepSession.hadoopConfiguration());
      out.println("report: " + report);
    }
  }

  private static InputMissingException nothing(String directory) {
    return new InputMissingException(
        directory + ": holds no run, checkpoint or model; give the directory of one");
  }

  private static void describe(RunDirectory.Recorded recorded, PrintStream out) {
    tell("run " + recorded.id() + ", " + recorded.description().shards() + " shards", out);
    tell("configuration: " + recorded.description().configuration(), out);
    tell("versions: " + recorded.description().versions(), out);
    recorded
        .description()
        .input()
        .forEach(
            file -> tell("input: %s, %,d bytes".formatted(file.path(), file.sizeBytes()), out));
  }

  /** The checkpoints of trials that have not ended. */
  private void cohorts(CommitStore store, ObjectNode result, PrintStream out) {
    List<String> places = store.list(CohortPlaces.DIRECTORY);
    if (!places.isEmpty()) {
      ArrayNode names = result.putArray("cohort_checkpoints");
      for (String place : places) {
        checkpoints(store, CohortPlaces.DIRECTORY + "/" + place, place + "/", names, out);
      }
    }
  }

  private void checkpoints(
      CommitStore store, String directory, String prefix, ArrayNode names, PrintStream out) {
    for (String step : store.list(directory)) {
      String name = prefix + step;
      try {
        Optional<CommittedDirectory> committed =
            CommittedDirectory.read(store, directory + "/" + step);
        if (committed.isPresent()) {
          names.add(name);
          describe("checkpoint " + name, committed.get(), out);
        } else {
          tell(
              "checkpoint " + name + ": is not committed: its save or deletion has not ended", out);
        }
      } catch (IntegrityException e) {
        damaged("checkpoint " + name, e, out);
      }
    }
  }

  private void model(CommitStore store, ObjectNode result, PrintStream out) {
    ModelDirectory directory = new ModelDirectory(store, ModelDirectory.NAME);
    if (!directory.isCommitted()) {
      out.println("model: there is none yet");
      result.put("model", false);
      return;
    }
    try {
      Optional<CommittedDirectory> model =
          directory
              .readIfCommitted()
              .flatMap(content -> CommittedDirectory.read(store, ModelDirectory.NAME));
      model.ifPresentOrElse(
          committed -> describe("model", committed, out),
          () -> out.println("model: is being replaced"));
      result.put("model", model.isPresent());
    } catch (IntegrityException e) {
      result.put("model", true);
      damaged("model", e, out);
    }
  }

  private void damaged(String what, IntegrityException error, PrintStream out) {
    tell(what + ": DAMAGED: " + error.getMessage(), out);
    damages.add(error.getMessage());
  }

  private static void describe(String what, CommittedDirectory committed, PrintStream out) {
    long bytes = committed.sizesBytes().values().stream().mapToLong(Long::longValue).sum();
    tell(
        String.format(
            Locale.ROOT, "%s: %d files, %,d bytes", what, committed.sizesBytes().size(), bytes),
        out);
    for (Tensor tensor : committed.tensors().values()) {
      tell("  %s %s %s".formatted(tensor.name(), tensor.type(), tensor.shape()), out);
    }
  }

  /**
   * A line of what a directory says, which anybody may have written: with nothing that a terminal
   * obeys.
   */
  private static void tell(String line, PrintStream out) {
    out.println(Redaction.printable(line));
  }
}

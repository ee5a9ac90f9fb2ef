package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Redaction;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Series;
import dev.lockstep.spark.prepare.WithoutWindow;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.Part;
import dev.lockstep.spark.run.PredictionDirectory;
import dev.lockstep.spark.run.Predictor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep predict}. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description =
        "Scores all rows of data.source with a trained model. Columns are matched by name; labels"
            + " are not needed, and data.where, data.sample and data.distinct are not applied; to"
            + " steps of data.series where and distinct are, as in training.")
final class PredictCommand implements RunFileCommand {
  private static final Set<String> FORMATS = Set.of("csv", "parquet", "json");

  @Mixin private RunFileOptions file = new RunFileOptions();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description =
          "Where the predictions go: a new directory, or one of earlier predictions, which are"
              + " replaced.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv, parquet or json; by default csv.")
  private String format = "csv";

  @Option(
      names = "--keep",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "Columns of the source that are written too; those of csv and json as the text that"
              + " stands there.")
  private List<String> keep = new ArrayList<>();

  @Option(
      names = "--write",
      split = ",",
      paramLabel = "PART",
      description = "class, probabilities or value; by default all that the model has.")
  private List<String> parts = new ArrayList<>();

  @Override
  public RunFileOptions file() {
    return file;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) {
    if (!FORMATS.contains(format)) {
      throw new UsageException("--format must be csv, parquet or json, is " + format);
    }
    Set<Part> written = written();
    RunFileText text = file.text();
    RunFile run = text.settings();
    String modelDirectory = model.directory(run);
    PredictionDirectory target = target(run, modelDirectory);
    TrainedModel trained = TrainedModel.read(modelDirectory);
    try (LockstepSession session = LockstepSession.start(run.name(), file.master())) {
      Encoding encoding = trained.encoding(session);
      Predictor predictor =
          new Predictor(
              session,
              encoding,
              trained.settings().model(),
              trained.parameters(encoding),
              trained.metrics(text));
      Predictor.Target wanted = new Predictor.Target(keep, written, format, target);
      Predictor.Written found = predictor.write(run.data(), wanted);
      long rows = found.rows();
      DroppedRows.tell(found.badRows(), out);
      tell(found.withoutWindow(), run.data(), out);
      String place = Redaction.text(Redaction.printable(output));
      out.println(String.format(Locale.ROOT, "%,d rows written to %s as %s", rows, place, format));
      ObjectNode result = Results.object().put("status", Results.FINISHED);
      result.put("rows", rows).put("output", place).put("bad_rows", found.badRows());
      run.data()
          .series()
          .ifPresent(it -> result.put("rows_without_window", found.withoutWindow().rows()));
      return new Outcome(ExitCode.DONE, result);
    }
  }

  private static void tell(WithoutWindow without, DataConfig data, PrintStream out) {
    int window = data.series().map(Series::window).orElse(0);
    if (without.rows() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "%,d rows have no prediction: fewer than data.series.window = %d rows of their series"
                  + " lead to them",
              without.rows(),
              window));
    }
    if (without.series() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "warning: %,d series %s fewer rows than data.series.window = %d and no prediction",
              without.series(),
              without.series() == 1 ? "has" : "have",
              window));
    }
  }

  /** The output, if writing there deletes nothing but earlier predictions. */
  private PredictionDirectory target(RunFile run, String modelDirectory) {
    PredictionDirectory plain =
        PredictionDirectory.at(output, LockstepSession.hadoopConfiguration());
    PredictionDirectory target = options().resultFile().map(plain::withResultFile).orElse(plain);
    target.keepApartFrom("the run file", file.location());
    target.keepApartFrom("the run", run.output());
    target.keepApartFrom("the model", modelDirectory);
    run.init().ifPresent(init -> target.keepApartFrom("init", init.model()));
    run.distill().ifPresent(it -> target.keepApartFrom("distill.teacher", it.teacher().toString()));
    DataConfig data = run.data();
    Stream.of(Optional.of(data.source()), data.validationSource(), data.testSource())
        .flatMap(Optional::stream)
        .flatMap(source -> source.place().stream())
        .forEach(place -> target.keepApartFrom("a source", place));
    target.requireReplaceable();
    target.requireWritable();
    return target;
  }

  private Set<Part> written() {
    Set<Part> written = EnumSet.noneOf(Part.class);
    for (String part : parts) {
      try {
        written.add(Part.valueOf(part.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--write must be class, probabilities or value, is " + part);
      }
    }
    return written;
  }
}

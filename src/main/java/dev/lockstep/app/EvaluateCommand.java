package dev.lockstep.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.DataException;
import dev.lockstep.data.Split;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Precision;
import dev.lockstep.train.store.Sha256;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Computes the metrics of a trained model on the rows of a run file's data.")
final class EvaluateCommand implements RunFileCommand {
  @Mixin private RunFileOptions file = new RunFileOptions();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "Only the train, validation or test rows; by default all rows.")
  private String split;

  @Override
  public RunFileOptions file() {
    return file;
  }

  @Override
  public Outcome run(StopSignal stop, PrintStream out) {
    Optional<Split> only = only();
    RunFileText text = file.text();
    RunFile run = text.settings();
    TrainedModel trained = TrainedModel.read(model.directory(run));
    Optional<SplitOfRun> ofRun = only.map(part -> SplitOfRun.of(model.directory(run), run, part));
    try (LockstepSession session = LockstepSession.start(run.name(), file.master())) {
      Encoding encoding = trained.encoding(session);
      DealtData dealt =
          DealtData.readOther(
              session,
              run.data(),
              encoding,
              trained.settings().model().loss().task(),
              run.seed(),
              run.shards());
      DroppedRows.tell(dealt.badRows(), out);
      Optional<String> doubt = ofRun.flatMap(it -> it.doubt(dealt.files()));
      doubt.ifPresent(why -> out.println(warning(why)));
      try (ShardedData data = dealt.encode(encoding, only);
          Cluster cluster = data.cluster(trained.settings().model(), trained.metrics(text))) {
        ObjectNode result = evaluate(cluster, trained.parameters(encoding), out);
        ofRun.ifPresent(it -> result.put("same_split", doubt.isEmpty()));
        return new Outcome(ExitCode.DONE, result.put("bad_rows", dealt.badRows()));
      }
    }
  }

  private String warning(String why) {
    return "warning: these need not be the %s rows of the model's run%s: %s"
        .formatted(split, split.equals("train") ? "" : ", and it may have trained on them", why);
  }

  private ObjectNode evaluate(Cluster cluster, Parameters params, PrintStream out) {
    long rows = cluster.rows(Split.TEST);
    if (rows == 0) {
      throw new DataException(
          "there are no rows to evaluate" + (split == null ? "" : " in " + split));
    }
    Evaluation evaluation = cluster.evaluate(params, Split.TEST, Precision.EXACT).get(0);
    Map<String, Double> metrics = evaluation.metrics();
    ConfusionTable confusion = ConfusionTable.of(cluster.schema().classes(), evaluation);
    String of = split == null ? "all" : split;
    out.println(String.format(Locale.ROOT, "rows: %,d (%s)", rows, of));
    metrics.forEach((name, value) -> out.println(name + " " + Progress.number(value)));
    confusion.print(out);
    ObjectNode result = Results.object().put("status", Results.FINISHED).put("rows", rows);
    ObjectNode node = result.putObject("metrics").putObject(of);
    Results.put(node, metrics);
    confusion.put(node);
    result.put("parameters_sha256", Sha256.of(params.values()));
    return result;
  }

  private Optional<Split> only() {
    if (split == null) {
      return Optional.empty();
    }
    for (Split one : Split.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(split)) {
        return Optional.of(one);
      }
    }
    throw new UsageException("--split must be train, validation or test, is " + split);
  }
}

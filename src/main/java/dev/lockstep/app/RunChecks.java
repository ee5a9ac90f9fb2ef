package dev.lockstep.app;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.spark.prepare.ClassWeights;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.shard.ShardSummary;
import dev.lockstep.torch.NativeModel;
import dev.lockstep.torch.Processor;
import dev.lockstep.train.BatchSize;
import dev.lockstep.train.Shuffle;
import dev.lockstep.train.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;

/** Finds settings that are sound one by one and do not go together, before Spark starts. */
final class RunChecks {
  private static final double MEBIBYTE = 1 << 20;
  private static final Pattern PATTERN = Pattern.compile("[*?\\[{\\\\]");

  private RunChecks() {}

  /**
   * Adds what does not go together.
   *
   * @param folds whether it is a trial whose folds hold rows out, so that it needs no validation
   *     rows
   */
  static void check(RunFile run, boolean folds, Problems problems) {
    run.model().missing().ifPresent(sentence -> problems.add("model.kind", sentence));
    run.member().problems().forEach(sentence -> add(problems, sentence));
    run.train()
        .problems(run.optimizer(), run.model().loss())
        .forEach(sentence -> add(problems, sentence));
    run.engine().exchange().problems(run.optimizer()).forEach(sentence -> add(problems, sentence));
    Teachers.check(run, problems);
    DataConfig data = run.data();
    if (run.train().earlyStopping().isPresent() && !folds && !hasValidation(data)) {
      problems.add(
          "train.early_stopping",
          "needs validation rows: set data.split.validation above 0, or leave it out"
              + (wantsFolds(run.tune()) ? "; only lockstep tune can watch its folds instead" : ""));
    }
    if (data.offset().isPresent() && run.model().loss().task() == Loss.Task.NEXT_TOKEN) {
      problems.add(
          "data.offset",
          "has no effect with model.loss = next_token, which has no score of a row: leave it out");
    }
    boolean fullBatch = run.train().batchRows(run.optimizer()) == BatchSize.FULL.rows();
    if (fullBatch && run.train().shuffle().isPresent()) {
      problems.add("train.shuffle", "has no effect where every step takes all rows: leave it out");
    }
  }

  /**
   * Adds what has no effect on a training or leaves a model that cannot be read, though who has one
   * need not change it.
   */
  static void checkTraining(RunFile run, Problems problems) {
    String output =
        fullOutput(run.output(), Path.of("").toAbsolutePath(), RunChecks::defaultScheme);
    if (PATTERN.matcher(output.replaceFirst("^[\\w+.-]+://[^/]*", "")).find()) {
      problems.add(
          "output",
          "must have none of * ? [ { \\, which Spark takes for a pattern where it reads the model, is "
              + output);
    }
    DataConfig data = run.data();
    boolean classes =
        run.model().loss().task() == Loss.Task.BINARY
            || run.model().loss().task() == Loss.Task.MULTICLASS;
    if (!data.classWeight().equals(ClassWeights.NONE) && !(classes && data.label().size() == 1)) {
      problems.add(
          "data.class_weight",
          "has no effect with this model, whose labels are no classes: leave it out");
    }
  }

  /**
   * The output with the folder that a relative one lies in, if that folder looks like a pattern.
   *
   * @param folder in which the command runs
   * @param scheme of the default file system, asked for only if it matters
   */
  static String fullOutput(String output, Path folder, Supplier<String> scheme) {
    boolean relative = !output.startsWith("/") && !output.matches("[A-Za-z][\\w+.-]*:.*");
    return relative && PATTERN.matcher(folder.toString()).find() && scheme.get().equals("file")
        ? folder.resolve(output).normalize().toString()
        : output;
  }

  private static String defaultScheme() {
    return FileSystem.getDefaultUri(LockstepSession.hadoopConfiguration()).getScheme();
  }

  private static boolean wantsFolds(Document tune) {
    Object folds = tune.values().getOrDefault("folds", "");
    return !tune.values().isEmpty() && !String.valueOf(folds).equals("1");
  }

  /** Whether a data section gives validation rows. */
  static boolean hasValidation(DataConfig data) {
    return data.validationSource().isPresent()
        || data.split().validation().share() > 0
        || data.split().validation().condition().isPresent();
  }

  /** What speaks against the run, now that its data is known, a sentence each. */
  static List<String> problems(RunFile run, Schema schema) {
    List<String> problems = new ArrayList<>(run.model().problems(schema));
    if (problems.isEmpty()) {
      problems.addAll(run.member().problems(run.model(), schema));
      tooFewRows(run, schema).ifPresent(problems::add);
    }
    if (!schema.augmentation().isNone() && !run.model().augmentsImages()) {
      problems.add("data.augment is for networks, which this model is not: leave it out");
    }
    run.train()
        .earlyStopping()
        .flatMap(it -> saysNothing("train.early_stopping.metric", it.metric(), run, schema))
        .ifPresent(problems::add);
    return problems;
  }

  /** Whether batches are too small, however many rows there are. */
  private static Optional<String> tooFewRows(RunFile run, Schema schema) {
    long batch = run.train().batchRows(run.optimizer());
    return batch == BatchSize.FULL.rows()
        ? Optional.empty()
        : TrainingPlan.tooFewRows(
            batch / run.gradient().accumulate(), run.shards(), run.model().leastRows(schema));
  }

  /** What speaks against a metric that a setting names, now that the classes are known. */
  static Optional<String> saysNothing(String setting, String metric, RunFile run, Schema schema) {
    int best = run.metrics().topK();
    int classes = schema.classes().size();
    return metric.equals("top_k_accuracy") && classes <= best
        ? Optional.of(
            ("%s is top_k_accuracy, which says nothing of %d classes: lower metrics.top_k, which is"
                    + " %d, or use accuracy")
                .formatted(setting, classes, best))
        : Optional.empty();
  }

  /**
   * What works, but not as well as it could, a sentence each.
   *
   * @param slots tasks that the cluster runs at a time
   * @param held what the shards hold, and where
   */
  static List<String> warnings(RunFile run, int slots, ShardSummary held) {
    List<String> warnings = new ArrayList<>();
    if (slots > run.shards()) {
      warnings.add(
          ("the cluster has %d slots, the rows are in %d shards: %d slots have nothing to do; raise"
                  + " data.shards, which is another run with other bits, or use fewer cores")
              .formatted(slots, run.shards(), slots - run.shards()));
    }
    if (run.train().shuffle(run.model(), run.optimizer()) == Shuffle.ROWS && held.fileBytes() > 0) {
      warnings.add(
          ("%.0f MiB of the rows are in files, of which train.shuffle = rows reads a whole block for"
                  + " nearly every row of a batch: give executors more memory, or use shuffle ="
                  + " batches")
              .formatted(held.fileBytes() / MEBIBYTE));
    }
    if (run.model() instanceof NativeModel network) {
      Processor.here().lacks(network.passes().compute()).ifPresent(warnings::add);
    }
    return warnings;
  }

  /** A sentence begins with the setting it is about. */
  private static void add(Problems problems, String sentence) {
    int end = sentence.indexOf(' ');
    problems.add(sentence.substring(0, end), sentence.substring(end + 1));
  }
}

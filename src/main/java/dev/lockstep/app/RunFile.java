package dev.lockstep.app;

import dev.lockstep.config.Binder;
import dev.lockstep.config.Document;
import dev.lockstep.config.Redaction;
import dev.lockstep.config.Rendering;
import dev.lockstep.loss.Losses;
import dev.lockstep.model.Model;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Optimizers;
import dev.lockstep.optim.Regularization;
import dev.lockstep.optim.Schedule;
import dev.lockstep.optim.Schedules;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.source.Sources;
import dev.lockstep.torch.Layers;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.metric.MetricSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole run file, defaults filled in.
 *
 * @param name of the run; left out: the file's stem
 * @param seed fixes split, folds, shards and order; left out: 0
 * @param data the rows and how they become features
 * @param model what is trained
 * @param optimizer the rule or solver, with its learning rate
 * @param schedule of the learning rate; left out: constant
 * @param regularization the penalty
 * @param gradient clipping and accumulation
 * @param train how long and on what batches
 * @param metrics how predictions are judged
 * @param engine how rounds reach the shards
 * @param checkpoint when state is saved
 * @param tune what a search reads; a training ignores it
 * @param init a model to start from
 * @param distill a model to learn from
 * @param output the run's directory, the run id included; left out: {@code runs/<name>}
 */
public record RunFile(
    String name,
    long seed,
    DataConfig data,
    Model model,
    Optimizer optimizer,
    Schedule schedule,
    Regularization regularization,
    GradientTransforms gradient,
    TrainSettings train,
    MetricSettings metrics,
    EngineSettings engine,
    CheckpointSettings checkpoint,
    Document tune,
    Optional<InitialModel> init,
    Optional<DistillSettings> distill,
    String output) {
  /** Reads and renders all components that a run file can name. */
  static final Binder BINDER =
      new Binder(
          List.of(
              Sources.REGISTRY,
              Models.REGISTRY,
              Layers.REGISTRY,
              Losses.REGISTRY,
              Optimizers.REGISTRY,
              Schedules.REGISTRY));

  /** Checks the texts. */
  public RunFile {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (output.isBlank()) {
      throw new IllegalArgumentException("output must name a directory, is blank");
    }
  }

  /** S, the number of shards. */
  public int shards() {
    return data.shards().resolve(train.batchRows(optimizer));
  }

  /** The one member of a plain training. */
  public MemberSettings member() {
    return new MemberSettings(
        optimizer, schedule, regularization, gradient, train.seed().orElse(seed));
  }

  /**
   * Everything that decides a training, as nested maps: what was said and every default, secrets
   * replaced; without {@code tune}.
   */
  public Map<String, Object> resolved() {
    Map<String, Object> all = new LinkedHashMap<>(new Rendering(BINDER).map(this));
    all.remove("tune");
    return Redaction.map(all);
  }

  /** The same run with its output elsewhere. */
  RunFile withOutput(String directory) {
    return with(model, train, init, distill, directory);
  }

  /** The same run from another model. */
  RunFile withInit(Optional<InitialModel> other) {
    return with(model, train, other, distill, output);
  }

  /** The same run of another model. */
  RunFile withModel(Model other) {
    return with(other, train, init, distill, output);
  }

  /** The same run of a teacher that was read. */
  RunFile withDistill(DistillSettings read) {
    return with(model, train, init, Optional.of(read), output);
  }

  /** The same run for other epochs or batches. */
  RunFile withTrain(TrainSettings other) {
    return with(model, other, init, distill, output);
  }

  private RunFile with(
      Model model,
      TrainSettings train,
      Optional<InitialModel> init,
      Optional<DistillSettings> distill,
      String directory) {
    return new RunFile(
        name,
        seed,
        data,
        model,
        optimizer,
        schedule,
        regularization,
        gradient,
        train,
        metrics,
        engine,
        checkpoint,
        tune,
        init,
        distill,
        directory);
  }
}

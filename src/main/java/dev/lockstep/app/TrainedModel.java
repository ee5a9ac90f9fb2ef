package dev.lockstep.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.ModelDirectory;
import dev.lockstep.train.store.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model directory, read and checked, before Spark runs.
 *
 * @param directory where it is
 * @param settings the model and how it is judged
 * @param encoding the encoding but its pipeline, as JSON
 * @param tensors the parameters by name
 */
record TrainedModel(
    ModelDirectory directory, Settings settings, String encoding, Map<String, Tensor> tensors) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What {@code model.json} says in the words of a run file.
   *
   * @param model what was trained
   * @param metrics how predictions are judged
   */
  record Settings(Model model, MetricSettings metrics) {}

  /**
   * Reads a directory.
   *
   * @param uri any Hadoop URI
   * @throws InputMissingException if there is no trained model
   * @throws IntegrityException if it is damaged
   * @throws ConfigException if this process lacks what the model runs on
   */
  static TrainedModel read(String uri) {
    return read(uri, "train first, or name one with --model");
  }

  /**
   * The same for other uses than that of the run's own model.
   *
   * @param advice what to do where there is none
   */
  static TrainedModel read(String uri, String advice) {
    return readAt(directory(uri, advice), ModelDirectory.DAMAGED);
  }

  /**
   * The same of a directory that is there.
   *
   * @param advice what to do if it is damaged
   */
  static TrainedModel readAt(ModelDirectory directory, String advice) {
    TrainedModel model = described(directory, advice);
    model
        .settings()
        .model()
        .missing()
        .ifPresent(
            sentence -> {
              throw new ConfigException(directory.where() + ": the model " + sentence);
            });
    return model;
  }

  private static ModelDirectory at(String uri) {
    return new ModelDirectory(CommitStores.open(uri, LockstepSession.hadoopConfiguration()), "");
  }

  /**
   * The directory of a trained model, of which nothing is read yet.
   *
   * @param advice what to do where there is none
   * @throws InputMissingException if there is none
   */
  static ModelDirectory directory(String uri, String advice) {
    ModelDirectory directory = at(uri);
    if (!directory.isCommitted()) {
      String inside = uri + (uri.endsWith("/") ? "model" : "/model");
      throw new InputMissingException(
          "there is no trained model in %s; %s"
              .formatted(
                  uri,
                  at(inside).isCommitted()
                      ? "there is one in %s: name that".formatted(inside)
                      : advice));
    }
    return directory;
  }

  private static TrainedModel described(ModelDirectory directory, String advice) {
    String where = directory.where();
    ModelDirectory.Content content = IntegrityException.advising(advice, directory::read);
    ObjectNode description = content.description();
    int format = description.path("format").asInt();
    if (format != ModelFiles.FORMAT) {
      throw new IntegrityException(
          "%s: model.json has format %d, this release reads %d"
              .formatted(where, format, ModelFiles.FORMAT));
    }
    Map<String, Object> sections = new LinkedHashMap<>();
    for (String section : new String[] {"model", "metrics"}) {
      sections.put(section, JSON.convertValue(description.path(section), Object.class));
    }
    try {
      Settings settings = RunFile.BINDER.bind(Document.of(sections), Settings.class);
      Optional<Model> ofFile =
          settings.model().file().map(name -> settings.model().of(directory.file(name)));
      Model trained = ofFile.orElse(settings.model()).trained();
      Settings whole = new Settings(trained, settings.metrics());
      String encoding = description.path("encoding").toString();
      return new TrainedModel(directory, whole, encoding, content.tensors());
    } catch (ConfigException | IllegalArgumentException e) {
      throw new IntegrityException(where + ": model.json is not understood: " + e.getMessage(), e);
    }
  }

  /** How predictions are judged: as the run file says, where it says nothing as in training. */
  MetricSettings metrics(RunFileText text) {
    Document document = text.document(List.of());
    MetricSettings given = text.settings().metrics();
    MetricSettings own = settings.metrics();
    return new MetricSettings(
        document.has("metrics.threshold") ? given.threshold() : own.threshold(),
        document.has("metrics.top_k") ? given.topK() : own.topK());
  }

  /** Puts the encoding together again. */
  Encoding encoding(LockstepSession session) {
    return Encoding.load(session.session(), encoding, directory.pipelineUri());
  }

  /** What its encoded rows look like. */
  Schema schema() {
    return Encoding.schema(encoding);
  }

  /** The parameters as one vector. */
  float[] flat(Schema schema) {
    return ModelFiles.flat(settings.model(), schema, tensors, directory.where());
  }

  /** The parameters as a cohort of one. */
  Parameters parameters(Encoding loaded) {
    float[] flat = flat(loaded.schema());
    return new Parameters(1, flat.length, flat);
  }
}

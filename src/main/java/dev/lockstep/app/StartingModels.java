package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Redaction;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.encode.GivenEncoding;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.InitialValues;
import dev.lockstep.train.store.InitialCopies;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.ModelDirectory;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the models are that a run, or trials of a study, start from ({@code init}), and what is
 * taken of them: tensors, and how rows are read where these tensors meet them, since a column of a
 * weight belongs to one feature and a row of an embedding to one token. Safe for threads.
 */
final class StartingModels {
  private static final int NAME_DIGITS = 12;

  private final Optional<InitialCopies> copies;
  private final boolean copying;
  private final Map<String, Found> found = new HashMap<>();

  /**
   * Where a model is.
   *
   * @param advice what to do if it is damaged
   */
  private record Found(ModelDirectory directory, String advice) {
    /** A model that a run file names. */
    static Found named(String uri) {
      return new Found(original(uri), ModelDirectory.DAMAGED);
    }

    /** A run's own copy. */
    static Found copied(String uri, ModelDirectory copy) {
      return new Found(
          copy,
          ("it is the run's copy of %s: restore it, from there if that is the same model still, or"
                  + " give another output or --run-id")
              .formatted(uri));
    }
  }

  private StartingModels(Optional<InitialCopies> copies, boolean copying) {
    this.copies = copies;
    this.copying = copying;
  }

  /**
   * The models for who looks only: the copies of a run that has begun with this run file, which
   * would go on with them, else the models themselves.
   *
   * @param growing whether it is a study whose trials may start from several models
   */
  static StartingModels seen(RunFile run, boolean growing) {
    return new StartingModels(
        BegunRun.begun(run).map(store -> new InitialCopies(store, growing)), false);
  }

  /** The copies of a run, which goes on with them whatever becomes of the models. */
  static StartingModels of(OwnedRun owned) {
    return of(owned, false);
  }

  /** The copies of a study, whose trials may start from several models. */
  static StartingModels of(OwnedRun owned, StudyFile study) {
    return of(owned, study.variesInit());
  }

  private static StartingModels of(OwnedRun owned, boolean growing) {
    return new StartingModels(Optional.of(new InitialCopies(owned.store(), growing)), true);
  }

  /**
   * Takes which runs an earlier attempt has started, which kept the models that they start from.
   */
  void recall(List<RunFile> started) {
    List<String> names =
        started.stream()
            .flatMap(run -> run.init().stream())
            .map(init -> name(init.model()))
            .distinct()
            .toList();
    copies.ifPresent(run -> run.expect(names));
  }

  /**
   * Looks for the model that a run starts from, if it names one, before Spark runs.
   *
   * @throws dev.lockstep.data.InputMissingException if there is none
   */
  void require(RunFile run) {
    run.init().ifPresent(this::find);
  }

  private synchronized Found find(InitialModel init) {
    return found.computeIfAbsent(
        init.model(),
        uri ->
            copies
                .flatMap(run -> copy(run, uri))
                .map(copy -> Found.copied(uri, copy))
                .orElseGet(() -> Found.named(uri)));
  }

  private Optional<ModelDirectory> copy(InitialCopies run, String uri) {
    return copying ? Optional.of(run.copy(name(uri), () -> original(uri))) : run.kept(name(uri));
  }

  /** The name of a copy, which stays when a password in the URI is replaced, and tells none. */
  private static String name(String uri) {
    String place = Redaction.withoutPassword(uri);
    return Sha256.of(place.getBytes(StandardCharsets.UTF_8)).substring(0, NAME_DIGITS);
  }

  private static ModelDirectory original(String uri) {
    return TrainedModel.directory(uri, "train it first, or name another (init)");
  }

  /**
   * The encoding that rows are read through, if one is given: that of a teacher, or that of the
   * model that a run starts from, as far as its tensors depend on it.
   *
   * @throws ConfigException if the two are there and differ
   */
  Optional<GivenEncoding> encoding(
      Optional<InitialModel> init, Optional<DistillSettings> distill, LockstepSession session) {
    Optional<GivenEncoding> taken = init.flatMap(it -> encoding(it, session));
    Optional<GivenEncoding> teacher = Teachers.encoding(distill, session);
    if (teacher.isPresent() && taken.isPresent()) {
      requireSame(taken.get(), teacher.get().encoding());
    }
    return teacher.or(() -> taken);
  }

  private Optional<GivenEncoding> encoding(InitialModel init, LockstepSession session) {
    Found from = find(init);
    TrainedModel model = TrainedModel.readAt(from.directory(), from.advice());
    OuterTensors outer = OuterTensors.of(model.settings().model(), model.schema());
    boolean labels = outer.labels().stream().anyMatch(init::takes);
    boolean words = labels && model.settings().model().loss().task() == Task.NEXT_TOKEN;
    boolean features = words || outer.features().stream().anyMatch(init::takes);
    return features || labels
        ? Optional.of(
            new GivenEncoding(
                model.encoding(session), GivenEncoding.Whose.INITIAL, features, labels))
        : Optional.empty();
  }

  private static void requireSame(GivenEncoding initial, Encoding teacher) {
    if (initial.features() && !initial.encoding().sameFeatures(teacher)) {
      throw new ConfigException(
          "init and distill.teacher were trained on other features, or on other categories, tokens"
              + " or statistics of the same: take nothing of the first layer (init.only), or start"
              + " from a student of that teacher");
    }
    List<String> classes = initial.encoding().schema().classes();
    if (initial.labels() && !classes.equals(teacher.schema().classes())) {
      throw new ConfigException(
          "init knows the classes %s, distill.teacher %s: take nothing of the last layer (init.only)"
              .formatted(
                  String.join(", ", classes), String.join(", ", teacher.schema().classes())));
    }
  }

  /**
   * What a run takes over, if it names a model.
   *
   * @throws ConfigException if its tensors are not of this model and data
   */
  Optional<InitialValues> values(RunFile run, Schema schema) {
    return run.init()
        .map(
            init -> {
              Layout layout = run.model().layout(schema);
              init.require(layout);
              Found from = find(init);
              ModelDirectory.Content content =
                  IntegrityException.advising(from.advice(), from.directory()::read);
              return init.values(layout, content.tensors());
            });
  }
}

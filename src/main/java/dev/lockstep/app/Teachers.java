package dev.lockstep.app;

import dev.lockstep.config.Problems;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Distillation;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Model;
import dev.lockstep.model.Teacher;
import dev.lockstep.spark.encode.GivenEncoding;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.torch.NativeModel;
import dev.lockstep.torch.Student;
import dev.lockstep.train.store.Sha256;
import java.util.Locale;
import java.util.Optional;

/** The teacher of a run, if it has one, from its directory to the workers. */
final class Teachers {
  private Teachers() {}

  /** Finds what does not go together, before anything is read. */
  static void check(RunFile run, Problems problems) {
    if (run.distill().isEmpty()) {
      return;
    }
    Loss loss = run.model().loss();
    if (!(run.model() instanceof NativeModel)) {
      String kind = Models.REGISTRY.kindOf(run.model());
      problems.add(
          "distill", "needs a network, model.kind is %s: use mlp, or leave it out".formatted(kind));
    } else if (loss.task() == Loss.Task.NEXT_TOKEN) {
      problems.add("distill", "needs labels, model.loss = next_token has none: leave it out");
    } else if (run.distill().get().temperature().isPresent() && !Distillation.softens(loss)) {
      problems.add(
          "distill.temperature", "has no effect where labels are no classes: leave it out");
    }
  }

  /**
   * The run with its teacher; empty if problems were added.
   *
   * @throws dev.lockstep.data.InputMissingException if there is no trained model
   * @throws dev.lockstep.train.store.IntegrityException if it is damaged
   */
  static Optional<RunFile> read(RunFile run, Problems problems) {
    if (run.distill().isEmpty() || !(run.model() instanceof NativeModel)) {
      return Optional.of(run);
    }
    DistillSettings settings = run.distill().get();
    String uri = settings.teacher().toString();
    TrainedModel teacher = TrainedModel.read(uri, "train the teacher first (distill.teacher)");
    String found = Sha256.of(teacher.flat(teacher.schema()));
    if (!settings.sha256().isEmpty() && !settings.sha256().equals(found)) {
      problems.add(
          "distill.sha256",
          "is %s, but that of %s is %s: restore the teacher, or leave sha256 out"
              .formatted(settings.sha256(), uri, found));
      return Optional.empty();
    }
    Optional<String> unfit = unfit(teacher.settings().model().loss(), run.model().loss());
    if (unfit.isPresent()) {
      problems.add("distill.teacher", unfit.get().formatted(uri));
      return Optional.empty();
    }
    return Optional.of(run.withDistill(settings.with(settings.teacher().with(teacher), found)));
  }

  /** What keeps one loss from learning of a model of another, of which {@code %s} is the place. */
  private static Optional<String> unfit(Loss teacher, Loss student) {
    if (teacher.task() != student.task()) {
      return Optional.of(
          "%%s is a model of the task %s, that of this run is %s: name a teacher of the same task"
              .formatted(name(teacher), name(student)));
    }
    return Distillation.softens(student) && !teacher.probabilistic()
        ? Optional.of("%s gives margins, must give probabilities: use a model of another loss")
        : Optional.empty();
  }

  private static String name(Loss loss) {
    return loss.task().name().toLowerCase(Locale.ROOT);
  }

  /** What the workers train: the run's model, learning from its teacher if it has one. */
  static Model student(RunFile run) {
    return run.distill()
        .<Model>map(
            settings ->
                new Student((NativeModel) run.model(), settings.distillation(), teacher(settings)))
        .orElse(run.model());
  }

  private static Teacher teacher(DistillSettings settings) {
    TrainedModel trained = settings.teacher().model();
    Schema schema = trained.schema();
    return new Teacher(trained.settings().model(), schema, trained.flat(schema));
  }

  /** The encoding of the teacher, through which all rows are read. */
  static Optional<GivenEncoding> encoding(
      Optional<DistillSettings> settings, LockstepSession session) {
    return settings.map(it -> GivenEncoding.ofTeacher(it.teacher().model().encoding(session)));
  }
}

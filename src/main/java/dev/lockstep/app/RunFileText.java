package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of a run file, read once; bound to a {@link RunFile} with what overrides it.
 *
 * @param location where it was read
 * @param text HOCON
 * @param overrides {@code key=value} each, of the command line
 * @param runId the scheduler's id of the run, appended to the output
 */
record RunFileText(String location, String text, List<String> overrides, Optional<String> runId) {
  /** The document under more overrides, which come last. */
  Document document(List<String> more) {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(more);
    String stem = stem();
    Document document =
        Document.read(text, location, all)
            .withDefault("name", stem)
            .withDefault("seed", 0)
            .withDefault("schedule", Map.of("kind", "constant"));
    return document.has("name")
        ? document.withDefault("output", "runs/" + pathName(document, stem))
        : document;
  }

  /**
   * The run under more overrides.
   *
   * @throws ConfigException with every problem
   */
  RunFile bind(List<String> more) {
    return bind(more, false);
  }

  /**
   * The run of a trial under more overrides.
   *
   * @param folds whether its folds hold rows out
   * @throws ConfigException with every problem
   */
  RunFile bind(List<String> more, boolean folds) {
    Problems problems = document(more).problems();
    Optional<RunFile> run = bind(more, folds, problems);
    problems.throwIfAny();
    return run.orElseThrow();
  }

  /** The same; empty only if problems were added. */
  Optional<RunFile> bind(List<String> more, boolean folds, Problems problems) {
    Optional<RunFile> settings = settings(more, folds, problems);
    settings.ifPresent(run -> RunChecks.checkTraining(run, problems));
    return settings
        .flatMap(run -> ModelFiles.read(run, problems))
        .flatMap(run -> Teachers.read(run, problems));
  }

  /**
   * The run as far as its text says it, for those who have a trained model: the file that its model
   * is read from is not asked for.
   *
   * @throws ConfigException with every problem
   */
  RunFile settings() {
    Problems problems = document(List.of()).problems();
    Optional<RunFile> run = settings(List.of(), false, problems);
    problems.throwIfAny();
    return run.orElseThrow();
  }

  /**
   * Whether each setting under more overrides is sound by itself and nothing that the model needs
   * is missing here. What such a run is refused for are settings that do not go together, which a
   * build with fewer checks may have let pass; any other mistake is to be mended.
   */
  boolean isSoundByParts(List<String> more) {
    Document document = document(more);
    Problems problems = document.problems();
    return RunFile.BINDER
        .bind(document, RunFile.class, problems)
        .filter(run -> problems.isEmpty() && run.model().missing().isEmpty())
        .isPresent();
  }

  private Optional<RunFile> settings(List<String> more, boolean folds, Problems problems) {
    Optional<RunFile> run = RunFile.BINDER.bind(document(more), RunFile.class, problems);
    run.ifPresent(bound -> RunChecks.check(bound, folds, problems));
    return run.map(
        sound ->
            runId
                .map(id -> sound.output().replaceAll("/+$", "") + "/" + RunId.safe(id))
                .map(sound::withOutput)
                .orElse(sound));
  }

  /** The name as the last part of a path. */
  private static String pathName(Document document, String stem) {
    try {
      String name = document.text("name");
      return name.isBlank() ? stem : RunId.safe(name);
    } catch (RuntimeException e) {
      return stem;
    }
  }

  private String stem() {
    String file = location.replaceAll("/+$", "");
    file = file.substring(file.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }
}

package dev.lockstep.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Split;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.ModelDirectory;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Whether a part of a run file's rows is the part that a model's run had, by the {@code run.json}
 * beside the model: a split by other settings takes training rows for test rows.
 *
 * @param before what was recorded of the model's run; empty where nothing was
 * @param varied settings that a study's trials had each for itself
 * @param now the run file as it is now
 * @param part of the rows
 */
record SplitOfRun(
    Optional<RunDirectory.Recorded> before, List<String> varied, RunDescription now, Split part) {
  /** Settings of the data that decide the part of a row for which its condition is not enough. */
  private static final List<String> BY_RANK =
      List.of("label", "group", "id", "where", "sample", "distinct");

  /** Settings of the data that decide any part. */
  private static final List<String> ALWAYS =
      List.of("split", "columns", "series", "validation_source", "test_source");

  private static final Pattern ROW = Pattern.compile("(?i)\\brow\\b");

  /**
   * What is known of a model's run; reads no rows.
   *
   * @param model the model's directory, any Hadoop URI
   */
  static SplitOfRun of(String model, RunFile run, Split part) {
    RunDescription now = Descriptions.of(run, run.shards(), List.of());
    Path path = new Path(model);
    if (path.getName().equals(ModelDirectory.NAME)) {
      String parent = path.getParent().toString();
      String place = parent.isEmpty() ? "." : parent;
      try {
        CommitStore store = CommitStores.open(place, LockstepSession.hadoopConfiguration());
        RunDirectory found = new RunDirectory(store);
        return new SplitOfRun(found.recorded(), varied(store, found), now, part);
      } catch (IntegrityException e) {
        // as if there were none
      }
    }
    return new SplitOfRun(Optional.empty(), List.of(), now, part);
  }

  /** Which settings the trial of a study whose model it is had for itself. */
  private static List<String> varied(CommitStore store, RunDirectory run) {
    Optional<Integer> trial = StudyResults.modelTrial(run);
    if (trial.isPresent()) {
      try {
        return new InspectedStudy(store, run)
            .configuration(trial.get()).stream()
                .flatMap(it -> it.values().keySet().stream())
                .toList();
      } catch (IntegrityException e) {
        // The journal is damaged; the result tells of the best trial.
      }
    }
    List<String> varied = new ArrayList<>(); // of the best trial, as an earlier release left it
    run.result()
        .map(result -> result.path("best").path("configuration").fieldNames())
        .ifPresent(names -> names.forEachRemaining(varied::add));
    return varied;
  }

  /**
   * Why the part need not be that of the run; empty if it is.
   *
   * @param files the input as it was read
   * @throws ConfigException if the same rows are split by other settings, so that training rows may
   *     be taken for others
   */
  Optional<String> doubt(List<InputFile> files) {
    if (before.isEmpty()) {
      return Optional.of("there is no run.json of its training beside the model");
    }
    boolean sameSource = source(before.get().description()).equals(source());
    boolean sameFiles =
        new HashSet<>(files).equals(new HashSet<>(Descriptions.expected(before.get())));
    // The same file may have several names, but must have had the same place in the run.
    boolean sameRows = sameFiles && (sameSource || !files.isEmpty() && !hasOwnSource());
    if (!sameRows) {
      return Optional.of("the input is not that of its training");
    }
    List<String> unknown = varied.stream().filter(this::decides).toList();
    if (!unknown.isEmpty()) {
      return Optional.of("the trials of its study varied " + String.join(", ", unknown));
    }
    List<String> changes = picked(before.get().description()).configurationDifferences(picked(now));
    if (changes.isEmpty()) {
      return Optional.empty();
    }
    String otherwise =
        "the model's run was split otherwise (%s)".formatted(String.join("; ", changes));
    if (part == Split.TRAIN) {
      return Optional.of(otherwise);
    }
    throw new ConfigException(
        "%s, so these %s rows may be rows that it trained on: restore that, or leave --split out"
            .formatted(otherwise, name()));
  }

  /** The settings that decide which rows of the source are of the part. */
  private RunDescription picked(RunDescription run) {
    JsonNode data = run.configuration().path("data");
    ObjectNode picked = Results.object();
    ObjectNode kept = picked.putObject("data");
    keys(data).stream().filter(data::has).forEach(key -> kept.set(key, data.get(key)));
    if (!hasOwnSource() && !isByCondition(data)) {
      picked.set("seed", run.configuration().path("seed"));
    }
    return new RunDescription(picked, 1, Map.of(), List.of());
  }

  private List<String> keys(JsonNode data) {
    List<String> keys = new ArrayList<>();
    if (!hasOwnSource()) {
      keys.addAll(ALWAYS);
      if (!isByCondition(data)) {
        keys.addAll(BY_RANK);
      }
    }
    return keys;
  }

  /** Whether a setting of a trial decides which rows are of the part. */
  private boolean decides(String path) {
    return keys(now.configuration().path("data")).stream()
        .map(key -> "data." + key)
        .anyMatch(key -> path.equals(key) || isWithin(path, key) || isWithin(key, path));
  }

  /** Whether a path leads on from another, to a key or to an element of a list. */
  private static boolean isWithin(String path, String outer) {
    return path.startsWith(outer + ".") || path.startsWith(outer + "[");
  }

  /** Whether a row's values decide alone; {@code row} counts those that others leave. */
  private boolean isByCondition(JsonNode data) {
    String condition = data.path("split").path(name()).path("condition").asText();
    return !condition.isEmpty() && !ROW.matcher(condition).find();
  }

  private boolean hasOwnSource() {
    return now.configuration().path("data").has(name() + "_source");
  }

  private JsonNode source() {
    return source(now);
  }

  private JsonNode source(RunDescription run) {
    return run.configuration().path("data").path(hasOwnSource() ? name() + "_source" : "source");
  }

  private String name() {
    return part.name().toLowerCase(Locale.ROOT);
  }
}

package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * The output of a run, looked at without owning it. Under it lie {@code run.json}, {@code
 * metrics/}, {@code checkpoints/}, {@code model/}, {@code owner/}, {@code report.html}, {@code
 * result.json} and, if it starts from another model, {@code init/}.
 */
public final class RunDirectory {
  static final String RUN = "run.json";
  static final String RESULT = "result.json";

  /** Where a study keeps its journal. */
  public static final String STUDY_JOURNAL = "study/journal";

  private static final int MAX_BYTES = 64 << 20;

  /** It lists the input's files, some hundred bytes each. */
  private static final int MAX_RECORD_BYTES = 1 << 30;

  private final CommitStore store;

  /**
   * What {@code run.json} holds.
   *
   * @param id made when the run began, unlike any other run's
   * @param description what decides its bits
   */
  public record Recorded(String id, RunDescription description) {}

  /** A run's directory, which may not exist yet. */
  public RunDirectory(CommitStore store) {
    this.store = store;
  }

  /**
   * The directory of a URI; nothing is created.
   *
   * @throws dev.lockstep.config.ConfigException if its store is not supported
   */
  public static RunDirectory at(String uri, Configuration hadoop) {
    return new RunDirectory(CommitStores.open(uri, hadoop));
  }

  /** Where it is, for messages. */
  public String location() {
    return store.location();
  }

  /**
   * The result of the run, if it has finished.
   *
   * @throws IntegrityException if {@code result.json} is damaged
   */
  public Optional<ObjectNode> result() {
    return IntegrityException.advising(
        "restore it, or delete it and run the same command again",
        () -> store.read(RESULT, MAX_BYTES).map(bytes -> Json.parse(bytes, store.where(RESULT))));
  }

  /**
   * What was recorded when the run began.
   *
   * @throws IntegrityException if {@code run.json} is damaged
   */
  public Optional<Recorded> recorded() {
    return IntegrityException.advising(
        "restore it, or give another output or --run-id",
        () -> store.read(RUN, MAX_RECORD_BYTES).map(bytes -> recorded(bytes, store.where(RUN))));
  }

  private static Recorded recorded(byte[] bytes, String where) {
    ObjectNode node = Manifest.unframed(bytes, where);
    int format = node.path("format").asInt();
    if (format > Manifest.FORMAT) {
      throw new NewerFormatException(where, format, Manifest.FORMAT);
    }
    return new Recorded(node.path("id").asText(), RunDescription.parse(node, where));
  }

  /**
   * Refuses a configuration that an interrupted run may not be resumed with; looks at no input.
   *
   * @throws ConfigException with each difference from what was recorded
   */
  public void requireSameConfiguration(RunDescription now) {
    List<String> changes =
        recorded()
            .map(before -> before.description().configurationDifferences(now))
            .orElse(List.of());
    if (!changes.isEmpty()) {
      throw new ConfigException(
          changes.stream()
              .map(
                  change ->
                      "resume with changed configuration: %s, in %s: restore it, or give another output or --run-id"
                          .formatted(change, location()))
              .toList());
    }
  }

  /**
   * What was recorded of a run that has a result.
   *
   * @throws IntegrityException if nothing was
   */
  public Recorded recordedBesideResult() {
    return recordedBeside(RESULT);
  }

  /**
   * What was recorded of a run that has trained.
   *
   * @param trace what the training has left
   * @throws IntegrityException if nothing was
   */
  public Recorded recordedBeside(String trace) {
    return recorded()
        .orElseThrow(
            () ->
                new IntegrityException(
                    "%s: is missing beside %s; restore it, or move the directory away"
                        .formatted(store.where(RUN), trace)));
  }

  /**
   * Reads the metrics line by line, in the order in which they were logged.
   *
   * @throws IntegrityException if a line is no JSON object
   */
  public void metrics(Consumer<ObjectNode> lines) {
    for (String name : store.list(MetricsFile.DIRECTORY)) {
      String path = MetricsFile.DIRECTORY + "/" + name;
      String where = store.where(path);
      try (InputStream in = store.open(path);
          BufferedReader text =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (String line = text.readLine(); line != null; line = text.readLine()) {
          lines.accept(Json.parse(line.getBytes(StandardCharsets.UTF_8), where));
        }
      } catch (IOException e) {
        throw StorageException.of("read", where, e);
      }
    }
  }

  /**
   * What was recorded of a part of the run, by {@link OwnedRun#beginPart}.
   *
   * @throws IntegrityException if the record is damaged
   */
  public Optional<ObjectNode> part(String path) {
    return store.read(path, MAX_BYTES).map(bytes -> Manifest.unframed(bytes, store.where(path)));
  }

  /** Whether a search has begun here. */
  public boolean hasStudy() {
    return !store.list(STUDY_JOURNAL).isEmpty();
  }

  /** The model's directory under this one. */
  public ModelDirectory model() {
    return new ModelDirectory(store, ModelDirectory.NAME);
  }

  /**
   * Finds out whether files can be written here and takes the run.
   *
   * @throws NotPermittedException if they cannot
   * @throws RunOwnedException if another attempt owns it
   */
  public OwnedRun claim() {
    return claim(Ownership.Timing.DEFAULT);
  }

  OwnedRun claim(Ownership.Timing timing) {
    CommitStores.probe(store);
    return new OwnedRun(Ownership.claim(store, timing));
  }
}

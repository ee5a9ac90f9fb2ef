package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.DataException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A run in the hands of its owner: begin or resume, then log and save, then the model and the
 * result. Every write is refused with {@link RunOwnedException} once another attempt has taken
 * over. For one thread.
 *
 * <p>Metrics lines are gathered in memory and written, whole, just before the checkpoint that ends
 * their interval, whose manifest names the file; file {@code n} belongs to the n-th checkpoint. A
 * run that resumes from checkpoint n removes the files after n, so that no line is there twice.
 */
public final class OwnedRun implements AutoCloseable {
  /** What others write for the run lies here until it is copied to its place. */
  static final String SCRATCH = "scratch";

  private static final int MOST_PART_BYTES = 1 << 20;

  private final Ownership ownership;
  private final CommitStore store;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private String id = "";
  private String config = "";
  private Optional<Checkpoints> checkpoints = Optional.empty();
  private int keep = 1;
  private int interval = 1;

  OwnedRun(Ownership ownership) {
    this.ownership = ownership;
    store = ownership.fencedStore();
  }

  /** Which attempt this is, from 1. */
  public int attempt() {
    return ownership.epoch();
  }

  /** The run's directory, for what others put there; writes are checked as all others are. */
  public CommitStore store() {
    return store;
  }

  /**
   * Checks that the run is still owned.
   *
   * @throws RunOwnedException if it is not
   */
  public void check() {
    ownership.check();
  }

  /**
   * Records the run, or compares it with the record of an earlier attempt.
   *
   * @param keep how many checkpoints to keep, at least 1
   * @return a sentence for each version that has changed: the same bits are not promised then
   * @throws dev.lockstep.config.ConfigException listing what a resumed run must not change, and was
   *     changed
   * @throws DataException listing the files of the input that have changed
   * @throws IntegrityException if the record is damaged, or missing beside checkpoints
   * @throws RunOwnedException if another attempt has taken over, whatever it has recorded
   */
  public List<String> begin(RunDescription now, int keep) {
    ownership.check();
    RunDirectory directory = new RunDirectory(store);
    directory.requireSameConfiguration(now);
    Optional<RunDirectory.Recorded> recorded = directory.recorded();
    recorded.ifPresent(before -> requireSameInput(before.description(), now));
    id = recorded.isPresent() ? recorded.get().id() : record(now);
    config = recorded.map(RunDirectory.Recorded::description).orElse(now).configHash();
    this.keep = keep;
    checkpoints = Optional.of(at(Checkpoints.DIRECTORY));
    return recorded
        .map(before -> before.description().versionDifferences(now))
        .orElse(List.of())
        .stream()
        .map(difference -> difference + "; the resumed run may end with other bits")
        .toList();
  }

  private void requireSameInput(RunDescription before, RunDescription now) {
    List<String> input = before.inputDifferences(now);
    if (!input.isEmpty()) {
      throw new DataException(
          "%s: the input has changed since the run began: %s; restore it, or give another output or --run-id"
              .formatted(store.location(), String.join("; ", input)));
    }
  }

  private String record(RunDescription now) {
    if (hasCheckpoints()) {
      throw new IntegrityException(
          store.where(RunDirectory.RUN) + ": is missing, though there are checkpoints");
    }
    String made = UUID.randomUUID().toString();
    ObjectNode node = Json.object().put("format", Manifest.FORMAT).put("id", made);
    node.setAll(now.json());
    if (!store.createIfAbsent(RunDirectory.RUN, Manifest.framed(node))) {
      ownership.check();
      throw new IllegalStateException(store.where(RunDirectory.RUN) + " appeared meanwhile");
    }
    return made;
  }

  /**
   * Begins the training that ends a run of several parts. If an earlier attempt has begun another
   * one, what that left is deleted first: result, model, checkpoints and metrics.
   *
   * @param path of the file that records which part it is
   * @param part what tells it from others
   */
  public void beginPart(String path, ObjectNode part) {
    begun();
    byte[] wanted = Manifest.framed(part);
    Optional<byte[]> there = store.read(path, MOST_PART_BYTES);
    if (there.isEmpty() || !Arrays.equals(there.get(), wanted)) {
      store.delete(RunDirectory.RESULT);
      store.delete(ModelDirectory.NAME + "/" + Manifest.NAME);
      store.delete(ModelDirectory.NAME);
      Checkpoints.deleteAll(store, Checkpoints.DIRECTORY);
      store.delete(MetricsFile.DIRECTORY);
      store.replace(path, wanted);
    }
  }

  /**
   * Checkpoints of a part of the run, at a place of their own; after {@link #begin}.
   *
   * @param directory relative to the run's
   */
  public Checkpoints checkpoints(String directory) {
    begun();
    return at(directory);
  }

  private Checkpoints at(String directory) {
    String attempt = "%06d".formatted(ownership.epoch());
    return new Checkpoints(store, directory, id, config, attempt, keep);
  }

  private Checkpoints begun() {
    return checkpoints.orElseThrow(() -> new IllegalStateException("begin the run first"));
  }

  /** The run's id, after {@link #begin}. */
  public String id() {
    begun();
    return id;
  }

  /** Whether {@link #resume} finds a checkpoint, or says that all are damaged. */
  public boolean hasCheckpoints() {
    return Checkpoints.isAnyCommitted(store, Checkpoints.DIRECTORY);
  }

  /**
   * Finds the checkpoint to continue from, and drops the metrics after it and what was never
   * committed; once, after {@link #begin}.
   *
   * @throws IntegrityException if all checkpoints are damaged
   */
  public Checkpoints.Found resume() {
    Checkpoints.Found found = begun().latest();
    begun().deleteUncommitted();
    interval = found.checkpoint().map(Checkpoint::interval).orElse(0) + 1;
    for (String name : store.list(MetricsFile.DIRECTORY)) {
      if (MetricsFile.path(interval).compareTo(MetricsFile.DIRECTORY + "/" + name) <= 0) {
        store.delete(MetricsFile.DIRECTORY + "/" + name);
      }
    }
    return found;
  }

  /** Adds a line to the metrics of the current interval. */
  public void log(ObjectNode line) {
    lines.writeBytes((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Commits the current interval's metrics and a checkpoint.
   *
   * @param step how many steps were taken
   * @param meta small values beside the tensors
   */
  public void save(long step, Collection<Tensor> tensors, ObjectNode meta) {
    begun().save(step, tensors, meta, writeMetrics());
    interval++;
    lines.reset();
  }

  private MetricsFile writeMetrics() {
    byte[] content = lines.toByteArray();
    store.replace(MetricsFile.path(interval), content);
    return new MetricsFile(interval, CommittedFile.of(content));
  }

  /**
   * Commits the model. If an attempt of this run has done so already, checks that it is the same.
   * The encoding is written by others, past our checks of who owns the run: into a directory of
   * this attempt alone, from which it is copied.
   *
   * @param files what else belongs to the model, by name
   * @param pipeline writes the encoding to the Hadoop URI that it is given
   * @throws IntegrityException if another model is there
   */
  public void saveModel(
      ObjectNode description,
      List<Tensor> tensors,
      Map<String, byte[]> files,
      Consumer<String> pipeline) {
    begun();
    ModelDirectory model = new ModelDirectory(store, ModelDirectory.NAME);
    if (!model.isCommitted()) {
      model.begin();
      model.write(description, tensors, files);
      String scratch = SCRATCH + "/" + "%06d".formatted(ownership.epoch());
      pipeline.accept(store.uri(scratch));
      model.copyPipeline(scratch);
      model.commit(id, config);
      return;
    }
    ModelDirectory.Content there =
        IntegrityException.advising(
            "move the model away and run the same command again", model::read);
    Map<String, Tensor> wanted = ModelDirectory.byName(tensors);
    if (!there.run().equals(id)
        || !there.tensors().keySet().equals(wanted.keySet())
        || !Sha256.of(ModelDirectory.inOrder(there.tensors()))
            .equals(Sha256.of(ModelDirectory.inOrder(wanted)))) {
      throw new IntegrityException(
          model.where() + ": holds another model than this run's; move it away and run again");
    }
  }

  /**
   * Writes the lines that no checkpoint has ended yet. An attempt that resumes removes them: it
   * logs them again.
   */
  public void flushMetrics() {
    begun();
    if (lines.size() > 0) {
      writeMetrics();
    }
  }

  /** Writes what is left of the metrics, and the result. */
  public void finish(ObjectNode result) {
    flushMetrics();
    lines.reset();
    store.delete(SCRATCH);
    store.replace(RunDirectory.RESULT, Json.bytes(result));
  }

  /** Gives the run up: the next attempt begins without a wait. */
  @Override
  public void close() {
    ownership.close();
  }
}

package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The checkpoints of a run: {@code checkpoints/step-000001200-<attempt>/}, each a payload and the
 * manifest that commits it. The latest is the one with the highest step; no clock is asked.
 */
public final class Checkpoints {
  /** Under the run's directory. */
  public static final String DIRECTORY = "checkpoints";

  static final String STATE = "state.safetensors";

  private static final String KIND = "checkpoint";

  private final CommitStore store;
  private final String directory;
  private final String run;
  private final String config;
  private final String attempt;
  private final int keep;
  private final Set<CheckpointPlace> damaged = new HashSet<>();

  /**
   * What was found.
   *
   * @param checkpoint the newest that is whole; empty if there is none
   * @param warnings a sentence for each newer one that is damaged
   */
  public record Found(Optional<Checkpoint> checkpoint, List<String> warnings) {}

  /**
   * The checkpoints of a run.
   *
   * @param store the run's directory
   * @param directory where under it
   * @param run the run's id
   * @param config the hash of its configuration
   * @param attempt letters and digits that no other attempt has
   * @param keep how many to keep, at least 1
   */
  Checkpoints(
      CommitStore store, String directory, String run, String config, String attempt, int keep) {
    if (keep < 1 || !CheckpointPlace.isAttempt(attempt)) {
      throw new IllegalArgumentException("keep " + keep + ", attempt " + attempt);
    }
    this.store = store;
    this.directory = directory;
    this.run = run;
    this.config = config;
    this.attempt = attempt;
    this.keep = keep;
  }

  /**
   * Commits a checkpoint: payload, manifest, a check that both can be read back, and only then the
   * deletion of those beyond {@code keep}.
   *
   * @param metrics the metrics file of the interval that ends here, and its number
   */
  void save(long step, Collection<Tensor> tensors, ObjectNode meta, MetricsFile metrics) {
    CheckpointPlace place = CheckpointPlace.of(directory, step, attempt);
    requireNew(place);
    CommittedFile state =
        written(place, out -> SafeTensors.write(out, tensors, Map.of("run", run)));
    ObjectNode details = Json.object().put("step", step).put("attempt", attempt);
    metrics.put(details.putObject("metrics"));
    details.set("meta", meta);
    Manifest manifest = new Manifest(KIND, run, config, Map.of(STATE, state), details);
    if (!store.createIfAbsent(place.manifest(), manifest.bytes())) {
      throw new RunOwnedException(
          store.where(place.path()) + ": was committed by another attempt of the same name");
    }
    verify(place, manifest(place).orElseThrow(() -> missing(place)));
    damaged.remove(place);
    deleteOlder(place);
  }

  /** Commits a checkpoint without metrics. */
  public void save(long step, Collection<Tensor> tensors, ObjectNode meta) {
    save(step, tensors, meta, MetricsFile.NONE);
  }

  /** Leaves nothing of a payload that could not be written: the store may be full. */
  private CommittedFile written(CheckpointPlace place, CommitStore.Payload payload) {
    try {
      return CommittedFile.write(store, place.state(), payload);
    } catch (RuntimeException e) {
      try {
        place.delete(store);
      } catch (RuntimeException left) {
        e.addSuppressed(left); // the attempt that resumes deletes it
      }
      throw e;
    }
  }

  /** A damaged one, which this attempt passed over and has reached again, makes room. */
  private void requireNew(CheckpointPlace place) {
    try {
      Optional<Manifest> manifest = manifest(place);
      manifest.ifPresent(found -> verify(place, found));
      if (manifest.isPresent()) {
        throw new IllegalStateException(store.where(place.path()) + " is committed already");
      }
    } catch (NewerFormatException e) {
      throw e;
    } catch (IntegrityException e) {
      store.delete(place.manifest());
    }
  }

  private List<CheckpointPlace> places() {
    return CheckpointPlace.in(store, directory);
  }

  /** Whether a directory has a checkpoint that was committed, though it may be damaged now. */
  static boolean isAnyCommitted(CommitStore store, String directory) {
    return CheckpointPlace.in(store, directory).stream()
        .anyMatch(place -> place.isCommitted(store));
  }

  /** Other attempts at the saved step were damaged or never committed, or it would not be here. */
  private void deleteOlder(CheckpointPlace saved) {
    int kept = 1;
    for (CheckpointPlace place : places()) {
      if (place.equals(saved) || place.step() > saved.step()) {
        continue;
      }
      if (place.step() < saved.step() && kept < keep && isWhole(place)) {
        kept++;
      } else {
        place.delete(store);
      }
    }
  }

  /** Whether it is committed and not known to be damaged; the payload's bytes are not read. */
  private boolean isWhole(CheckpointPlace place) {
    try {
      Optional<Manifest> manifest = manifest(place);
      manifest.ifPresent(found -> payload(place, found).verifySize(store, place.state()));
      return manifest.isPresent() && !damaged.contains(place);
    } catch (NewerFormatException e) {
      return true;
    } catch (IntegrityException e) {
      return false;
    }
  }

  /** Deletes what an attempt that failed or died has left and never committed. */
  public void deleteUncommitted() {
    places().stream()
        .filter(place -> !place.isCommitted(store))
        .forEach(place -> place.delete(store));
  }

  /**
   * Deletes the checkpoints of a directory, and the directory. Where that is cut off, what is left
   * is whole, or was never committed.
   */
  public static void deleteAll(CommitStore store, String directory) {
    List<CheckpointPlace> places = CheckpointPlace.in(store, directory);
    for (int i = places.size() - 1; i >= 0; i--) {
      places.get(i).delete(store);
    }
    store.delete(directory);
  }

  /**
   * Reads the newest checkpoint that is whole. A directory without a manifest was never committed.
   *
   * @throws IntegrityException if there are some and none is whole, or the newest is of a newer
   *     format
   */
  public Found latest() {
    Found found = newest(this::load);
    if (found.checkpoint().isEmpty() && !found.warnings().isEmpty()) {
      throw new IntegrityException(
          "%s: no checkpoint is whole: %s; restore one, or start again in another output"
              .formatted(store.where(directory), String.join("; ", found.warnings())));
    }
    List<String> warnings =
        found.warnings().stream().map(damage -> damage + "; the one before it is used").toList();
    return new Found(found.checkpoint(), warnings);
  }

  /**
   * Finds the newest checkpoint that is whole, and leaves its tensors out: their bytes are checked,
   * but not kept. Where none is whole, that is told in the warnings.
   *
   * @param needed by its meta values; the payload of one that is not needed may be damaged
   * @throws IntegrityException if the newest is of a newer format
   */
  public Found latestWithoutTensors(Predicate<ObjectNode> needed) {
    return newest(
        (place, manifest) -> {
          ObjectNode meta = manifest.details().withObject("meta");
          if (needed.test(meta)) {
            verify(place, manifest);
          }
          return checkpoint(place, manifest, Map.of());
        });
  }

  private Found newest(BiFunction<CheckpointPlace, Manifest, Checkpoint> read) {
    List<String> damages = new ArrayList<>();
    for (CheckpointPlace place : places()) {
      try {
        Optional<Manifest> manifest = manifest(place);
        if (manifest.isPresent()) {
          return new Found(Optional.of(read.apply(place, manifest.get())), List.copyOf(damages));
        }
      } catch (NewerFormatException e) {
        throw e;
      } catch (IntegrityException e) {
        damaged.add(place);
        damages.add(
            "checkpoint of step %d is damaged (%s)".formatted(place.step(), e.getMessage()));
      }
    }
    return new Found(Optional.empty(), List.copyOf(damages));
  }

  private IntegrityException missing(CheckpointPlace place) {
    return new IntegrityException(store.where(place.manifest()) + ": is missing");
  }

  /** The manifest, checked to be of this run, configuration and place. */
  private Optional<Manifest> manifest(CheckpointPlace place) {
    Optional<Manifest> manifest = Manifest.read(store, place.manifest(), KIND);
    manifest.ifPresent(
        read -> {
          String where = store.where(place.manifest());
          require(where, "run", read.run(), run);
          require(where, "configuration", read.config(), config);
          require(where, "step", read.details().path("step").asText(), "" + place.step());
          require(where, "attempt", read.details().path("attempt").asText(), place.attempt());
        });
    return manifest;
  }

  private static void require(String where, String what, String actual, String wanted) {
    if (!actual.equals(wanted)) {
      throw new IntegrityException(
          "%s: is of %s %s, must be of %s".formatted(where, what, actual, wanted));
    }
  }

  private void verify(CheckpointPlace place, Manifest manifest) {
    payload(place, manifest).verify(store, place.state());
  }

  private CommittedFile payload(CheckpointPlace place, Manifest manifest) {
    return manifest.file(STATE, store.where(place.manifest()));
  }

  private Checkpoint load(CheckpointPlace place, Manifest manifest) {
    return checkpoint(place, manifest, tensors(store, place.state(), payload(place, manifest)));
  }

  private static Checkpoint checkpoint(
      CheckpointPlace place, Manifest manifest, Map<String, Tensor> tensors) {
    ObjectNode meta = manifest.details().withObject("meta");
    int interval = MetricsFile.parse(manifest.details().path("metrics")).number();
    return new Checkpoint(place.step(), tensors, meta, interval);
  }

  /** Reads and checks a file of tensors in one pass. */
  static Map<String, Tensor> tensors(CommitStore store, String path, CommittedFile file) {
    file.verifySize(store, path);
    String where = store.where(path);
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(store.open(path), digest)) {
      Map<String, Tensor> tensors = SafeTensors.read(in, file.sizeBytes(), where).tensors();
      file.verifyHash(Sha256.hex(digest.digest()), where);
      return tensors;
    } catch (EOFException e) {
      throw new IntegrityException(where + ": ends early", e);
    } catch (IOException e) {
      throw StorageException.of("read", where, e);
    }
  }
}

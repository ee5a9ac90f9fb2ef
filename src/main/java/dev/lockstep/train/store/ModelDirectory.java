package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A trained model: {@code model.json} (what it is), {@code model.safetensors} (its parameters),
 * other files of the model, {@code pipeline/} (its encoding, copied there before {@link #commit}),
 * and the manifest that commits all of them.
 */
public final class ModelDirectory {
  /** Under a run's directory. */
  public static final String NAME = "model";

  /** What to do where a model is damaged. */
  public static final String DAMAGED = "restore the model's directory, or train the model again";

  /** Where the encoding is, under the model's directory. */
  public static final String PIPELINE = "pipeline";

  static final String DESCRIPTION = "model.json";
  static final String TENSORS = "model.safetensors";

  private static final String COMPLETE = "_SUCCESS";
  private static final String KIND = "model";
  private static final int MAX_DESCRIPTION_BYTES = 64 << 20;
  private static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

  private final CommitStore store;
  private final String path;

  /**
   * What a model directory holds.
   *
   * @param description {@code model.json}
   * @param tensors by name
   * @param run the id of the run that trained it
   */
  public record Content(ObjectNode description, Map<String, Tensor> tensors, String run) {}

  /**
   * A model's directory, which may not exist yet.
   *
   * @param path relative to the store; empty if the store is the directory
   */
  public ModelDirectory(CommitStore store, String path) {
    this.store = store;
    this.path = path;
  }

  /** The directory in full, for messages. */
  public String where() {
    return store.where(path);
  }

  /** Where Spark reads the encoding, as a Hadoop URI. */
  public String pipelineUri() {
    return store.uri(at(PIPELINE));
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /** Whether a whole model was committed here. */
  public boolean isCommitted() {
    return store.size(at(Manifest.NAME)).isPresent();
  }

  /** Removes what an attempt that died has left; nothing that was committed. */
  public void begin() {
    if (isCommitted()) {
      throw new IllegalStateException(where() + " is committed");
    }
    store.delete(path);
    store.makeDirectories(path);
  }

  /**
   * Writes description and parameters, after {@link #begin}.
   *
   * @param files what else belongs to the model, by name
   */
  public void write(ObjectNode description, Collection<Tensor> tensors, Map<String, byte[]> files) {
    byte[] text = Json.bytes(description);
    store.write(at(DESCRIPTION), out -> out.write(text));
    store.write(at(TENSORS), out -> SafeTensors.write(out, tensors, Map.of("format", "pt")));
    files.forEach((name, bytes) -> store.write(at(name), out -> out.write(bytes)));
  }

  /**
   * Copies the encoding to its place, file by file, after {@link #begin}.
   *
   * @param from a directory of the store
   * @throws StorageException if parts of it are elsewhere, as on the disks of executors
   */
  void copyPipeline(String from) {
    List<String> names = store.files(from);
    for (String name : names) {
      requireParts(name, names, from);
    }
    for (String name : names) {
      if (isListed(name)) {
        try (InputStream in = store.open(from + "/" + name)) {
          store.write(at(PIPELINE + "/" + name), in::transferTo);
        } catch (IOException e) {
          throw StorageException.of("read", store.where(from + "/" + name), e);
        }
      }
    }
  }

  /** Spark's driver says that a directory is complete whose parts its executors have written. */
  private void requireParts(String name, List<String> names, String from) {
    if (name.endsWith("/" + COMPLETE)) {
      String parts = name.substring(0, name.length() - COMPLETE.length()) + "part-";
      if (names.stream().noneMatch(each -> each.startsWith(parts))) {
        throw new StorageException(
            "%s: there is no %s* that executors have written; give an output that all machines share"
                .formatted(store.where(from), parts));
      }
    }
  }

  /** Commits every file under the directory. */
  public void commit(String run, String config) {
    Map<String, CommittedFile> files = new TreeMap<>();
    for (String name : store.files(path)) {
      if (isListed(name)) {
        files.put(name, CommittedFile.of(store, at(name)));
      }
    }
    Manifest manifest = new Manifest(KIND, run, config, files, Json.object());
    if (!store.createIfAbsent(at(Manifest.NAME), manifest.bytes())) {
      throw new RunOwnedException(where() + ": another attempt has committed the model");
    }
  }

  /**
   * Copies a model to another place, where what is there is deleted first.
   *
   * @throws IntegrityException if a file of it is missing or changed
   */
  void copyTo(ModelDirectory target) {
    Manifest manifest = manifest();
    target.store.delete(target.at(Manifest.NAME));
    target.begin();
    for (Map.Entry<String, CommittedFile> file : manifest.files().entrySet()) {
      String name = file.getKey();
      CommittedFile copy;
      file.getValue().verifySize(store, at(name));
      try (InputStream in = store.open(at(name))) {
        copy = CommittedFile.write(target.store, target.at(name), in::transferTo);
      } catch (IOException e) {
        throw StorageException.of("read", store.where(at(name)), e);
      }
      file.getValue().verifyHash(copy.sha256(), store.where(at(name)));
    }
    if (!target.store.createIfAbsent(target.at(Manifest.NAME), manifest.bytes())) {
      throw new RunOwnedException(target.where() + ": another attempt has copied a model there");
    }
  }

  private Manifest manifest() {
    return Manifest.read(store, at(Manifest.NAME), KIND)
        .orElseThrow(
            () ->
                new IntegrityException(
                    store.where(at(Manifest.NAME))
                        + ": is missing; must be a directory that a training has finished"));
  }

  /** Hadoop's own checksums beside its files are not part of a model. */
  private static boolean isListed(String name) {
    return !name.equals(Manifest.NAME)
        && !name.substring(name.lastIndexOf('/') + 1).startsWith(".");
  }

  /**
   * Reads a model and checks every file of it, those of the encoding included.
   *
   * @throws IntegrityException if something is missing, changed, added to the encoding, or was
   *     never committed
   */
  public Content read() {
    String where = store.where(at(Manifest.NAME));
    Manifest manifest = manifest();
    for (Map.Entry<String, CommittedFile> file : manifest.files().entrySet()) {
      if (!file.getKey().equals(TENSORS)) {
        file.getValue().verify(store, at(file.getKey()));
      }
    }
    for (String name : store.files(at(PIPELINE))) {
      if (isListed(name) && !manifest.files().containsKey(PIPELINE + "/" + name)) {
        throw new IntegrityException(store.where(at(PIPELINE + "/" + name)) + ": was added later");
      }
    }
    manifest.file(DESCRIPTION, where);
    return new Content(
        Json.parse(content(DESCRIPTION, MAX_DESCRIPTION_BYTES), store.where(at(DESCRIPTION))),
        Checkpoints.tensors(store, at(TENSORS), manifest.file(TENSORS, where)),
        manifest.run());
  }

  /**
   * Reads a model that its run may replace meanwhile, the manifest deleted first.
   *
   * @return empty if none is committed, or is not any more
   * @throws IntegrityException as {@link #read()}
   */
  public Optional<Content> readIfCommitted() {
    try {
      return Optional.of(read());
    } catch (IntegrityException | StorageException e) {
      if (!isCommitted()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * One of the files beside description and parameters.
   *
   * @throws IntegrityException if it was never committed, is missing or changed
   */
  public byte[] file(String name) {
    String where = store.where(at(Manifest.NAME));
    manifest().file(name, where).verify(store, at(name));
    return content(name, MAX_FILE_BYTES);
  }

  /** The bytes of a file that was there when it was verified. */
  private byte[] content(String name, int maxBytes) {
    return store
        .read(at(name), maxBytes)
        .orElseThrow(() -> new IntegrityException(store.where(at(name)) + ": has vanished"));
  }

  static Map<String, Tensor> byName(Collection<Tensor> tensors) {
    Map<String, Tensor> named = new TreeMap<>();
    tensors.forEach(tensor -> named.put(tensor.name(), tensor));
    return named;
  }

  static List<Tensor> inOrder(Map<String, Tensor> tensors) {
    return List.copyOf(new TreeMap<>(tensors).values());
  }
}

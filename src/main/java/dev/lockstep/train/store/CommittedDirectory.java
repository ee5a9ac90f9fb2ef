package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A directory that a manifest commits, of any kind, every file of it checked against its hash.
 *
 * @param kind {@code checkpoint} or {@code model}
 * @param run the id of the run that wrote it
 * @param sizesBytes the length of each committed file, by path
 * @param tensors those of all its tensor files, by name
 * @param details what else the manifest records
 */
public record CommittedDirectory(
    String kind,
    String run,
    Map<String, Long> sizesBytes,
    Map<String, Tensor> tensors,
    ObjectNode details) {
  private static final String TENSORS = ".safetensors";

  /** Keeps the order of the maps. */
  public CommittedDirectory {
    sizesBytes = Collections.unmodifiableMap(new TreeMap<>(sizesBytes));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Reads and checks a directory, which a run that goes on may delete meanwhile, the manifest
   * first.
   *
   * @param path relative to the store; empty if the store is the directory
   * @return empty if nothing was ever committed there, or nothing is any more
   * @throws IntegrityException if anything is missing or changed
   */
  public static Optional<CommittedDirectory> read(CommitStore store, String path) {
    String prefix = path.isEmpty() ? "" : path + "/";
    try {
      return Manifest.read(store, prefix + Manifest.NAME)
          .map(manifest -> read(store, prefix, manifest));
    } catch (IntegrityException | StorageException e) {
      if (store.size(prefix + Manifest.NAME).isEmpty()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static CommittedDirectory read(CommitStore store, String prefix, Manifest manifest) {
    Map<String, Long> sizes = new TreeMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    manifest
        .files()
        .forEach(
            (name, file) -> {
              sizes.put(name, file.sizeBytes());
              if (name.endsWith(TENSORS)) {
                tensors.putAll(Checkpoints.tensors(store, prefix + name, file));
              } else {
                file.verify(store, prefix + name);
              }
            });
    return new CommittedDirectory(
        manifest.kind(), manifest.run(), sizes, tensors, manifest.details());
  }
}

package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.InputMissingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run, checkpoint or model directory holds, every file checked against its manifest. Changes
 * nothing and needs no ownership.
 *
 * @param content the findings, for people and programs
 * @param problems a sentence for each thing that is damaged; empty if all is whole
 */
public record Inspection(ObjectNode content, List<String> problems) {
  /**
   * Looks at a directory.
   *
   * @throws InputMissingException if it is none of these
   * @throws StorageException if it cannot be read
   */
  public static Inspection of(CommitStore store) {
    Inspection inspection = new Inspection(Json.object(), new ArrayList<>());
    if (store.size(RunDirectory.RUN).isPresent()) {
      inspection.attempt(() -> inspection.run(store));
    } else if (store.size(Manifest.NAME).isPresent()) {
      inspection.committed(store, "", inspection.content);
    } else {
      throw new InputMissingException(
          store.location()
              + ": holds no run, checkpoint or model; must hold run.json or "
              + Manifest.NAME);
    }
    return inspection;
  }

  private void attempt(Runnable check) {
    try {
      check.run();
    } catch (IntegrityException e) {
      problems.add(e.getMessage());
    }
  }

  private void run(CommitStore store) {
    RunDirectory run = new RunDirectory(store);
    content.put("kind", "run");
    attempt(
        () -> {
          RunDirectory.Recorded recorded = run.recorded().orElseThrow();
          content.put("run", recorded.id());
          content.setAll(recorded.description().json());
        });
    ObjectNode checkpoints = content.putObject("checkpoints");
    for (String name : store.list(Checkpoints.DIRECTORY)) {
      committed(store, Checkpoints.DIRECTORY + "/" + name, checkpoints.putObject(name));
    }
    content.put("metrics_files", store.list(MetricsFile.DIRECTORY).size());
    if (run.model().isCommitted()) {
      committed(store, ModelDirectory.NAME, content.putObject(ModelDirectory.NAME));
    }
    attempt(() -> run.result().ifPresent(result -> content.set("result", result)));
  }

  /** A directory with a manifest, as far as it is whole. */
  private void committed(CommitStore store, String path, ObjectNode into) {
    String prefix = path.isEmpty() ? "" : path + "/";
    attempt(
        () -> {
          Optional<Manifest> manifest = Manifest.read(store, prefix + Manifest.NAME);
          into.put("committed", manifest.isPresent());
          manifest.ifPresent(found -> files(store, prefix, found, into));
        });
  }

  private void files(CommitStore store, String prefix, Manifest manifest, ObjectNode into) {
    into.put("kind", manifest.kind()).put("run", manifest.run());
    into.setAll(manifest.details());
    ObjectNode files = into.putObject("files");
    for (Map.Entry<String, CommittedFile> file : manifest.files().entrySet()) {
      ObjectNode entry = files.putObject(file.getKey());
      file.getValue().put(entry);
      attempt(
          () -> {
            entry.put("whole", false);
            file.getValue().verify(store, prefix + file.getKey());
            entry.put("whole", true);
            if (file.getKey().endsWith(".safetensors")) {
              tensors(store, prefix + file.getKey(), file.getValue().sizeBytes(), entry);
            }
          });
    }
  }

  private static void tensors(CommitStore store, String path, long sizeBytes, ObjectNode into) {
    try (InputStream in = store.open(path)) {
      ObjectNode tensors = into.putObject("tensors");
      for (var entry : SafeTensorsHeader.read(in, sizeBytes, store.where(path)).entries()) {
        tensors.put(entry.name(), entry.type() + " " + entry.shape());
      }
    } catch (IOException e) {
      throw StorageException.of("read", store.where(path), e);
    }
  }
}

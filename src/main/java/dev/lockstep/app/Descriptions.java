package dev.lockstep.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.source.Source;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code run.json} says of a run. */
final class Descriptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Descriptions() {}

  /** The description of a run over its input. */
  static RunDescription of(RunFile run, int shards, List<Source.InputFile> files) {
    ObjectNode configuration = JSON.valueToTree(run.resolved());
    return new RunDescription(
        configuration,
        shards,
        versions(),
        files.stream()
            .map(
                file ->
                    new RunDescription.InputFile(
                        file.path(), file.sizeBytes(), file.modifiedMillis()))
            .toList());
  }

  /** The input as an earlier attempt recorded it. */
  static List<Source.InputFile> expected(RunDirectory.Recorded recorded) {
    return recorded.description().input().stream()
        .map(file -> new Source.InputFile(file.path(), file.sizeBytes(), file.modifiedMillis()))
        .toList();
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("lockstep", Version.number());
    versions.put("java", System.getProperty("java.specification.version"));
    versions.put("spark", LockstepSession.sparkVersion());
    versions.put("architecture", System.getProperty("os.arch"));
    return versions;
  }
}

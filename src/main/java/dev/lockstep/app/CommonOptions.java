package dev.lockstep.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that every command has. */
final class CommonOptions {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a setting of the run file; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "Puts the run into <output>/ID, with ID made safe for paths.")
  private String runId;

  @Option(
      names = "--result-file",
      paramLabel = "FILE",
      description = "Where the result goes as JSON, failures included; any Hadoop URI.")
  private String resultFile;

  @Option(
      names = "--master",
      paramLabel = "MASTER",
      description = "Where Spark runs, if spark-submit does not say: local[2], spark://..")
  private String master;

  @Option(names = "--verbose", description = "Logs everything, stack traces included.")
  private boolean verbose;

  List<String> overrides() {
    return List.copyOf(overrides);
  }

  Optional<String> runId() {
    return Optional.ofNullable(runId);
  }

  Optional<String> resultFile() {
    return Optional.ofNullable(resultFile);
  }

  Optional<String> master() {
    return Optional.ofNullable(master);
  }

  boolean verbose() {
    return verbose;
  }
}

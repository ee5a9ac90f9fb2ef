package dev.lockstep.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Spark's event log of a process: shows from outside what the process is at.
 *
 * @param directory where it lies
 */
record EventLog(Path directory) {
  /** A new one. */
  static EventLog in(Path directory) {
    try {
      return new EventLog(Files.createDirectories(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The environment of a process that writes it, and keeps its local files in a folder. */
  Map<String, String> environment(Path local) {
    String options =
        "-Dspark.eventLog.enabled=true -Dspark.eventLog.dir=file:%s".formatted(directory)
            + " -Dspark.eventLog.compress=false -Dspark.eventLog.rolling.enabled=false";
    return Map.of("SPARK_LOCAL_DIRS", local.toString(), "JAVA_TOOL_OPTIONS", options);
  }

  /** Waits until the process has begun a Spark job. */
  void awaitJob(Child child) {
    Run.await("a job", child, () -> holds("SparkListenerJobStart"));
  }

  private boolean holds(String text) {
    try {
      for (Path file : list(directory)) {
        if (Files.readString(file).contains(text)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // it is being written
    }
  }

  /** The entries of a directory. */
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}

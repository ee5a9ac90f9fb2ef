package dev.lockstep.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Studies in a folder: run files by name, each with its output beside it.
 *
 * @param folder of all
 */
record StudyFolder(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the run file and searches in this JVM. */
  CommandLineRun tune(String name, String text, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("tune", write(name, text)));
    args.addAll(List.of("--master", "local[2]", "--set", "output=" + folder.resolve(name)));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  /** Writes a run file; its path. */
  String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name + ".conf"), text).toString();
  }

  JsonNode result(String name) throws IOException {
    return JSON.readTree(folder.resolve(name).resolve("result.json").toFile());
  }
}

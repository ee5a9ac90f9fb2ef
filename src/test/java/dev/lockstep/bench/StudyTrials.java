package dev.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.app.Lockstep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Studies run by {@code lockstep tune}, and what their journals tell of the trials. */
final class StudyTrials {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StudyTrials() {}

  /**
   * A trial that ended.
   *
   * @param configuration the values that were searched, by key
   * @param score mean over the folds; NaN if one is missing
   */
  record Ended(JsonNode configuration, double score) {}

  /** Runs a study anew; its result. */
  static JsonNode run(Path file, Path output, String... options) throws Exception {
    delete(output);
    List<String> words = new ArrayList<>(List.of("tune", file.toString()));
    words.addAll(List.of("--set", "output=" + output.toAbsolutePath()));
    words.addAll(List.of(options));
    Lockstep.main(words.toArray(String[]::new));
    return JSON.readTree(output.resolve("result.json").toFile());
  }

  /** The trials of the study that ended, by number. */
  static Map<Integer, Ended> of(Path output) throws IOException {
    Map<Integer, JsonNode> configurations = new TreeMap<>();
    Map<Integer, Ended> trials = new TreeMap<>();
    try (Stream<Path> files = Files.list(output.resolve("study/journal"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode event = JSON.readTree(file.toFile());
        for (JsonNode trial : event.path("trials")) {
          configurations.put(trial.path("trial").asInt(), trial.path("configuration"));
        }
        if (event.path("event").asText().equals("trial_ended")) {
          int number = event.path("trial").asInt();
          trials.put(number, new Ended(configurations.get(number), mean(event.path("folds"))));
        }
      }
    }
    return trials;
  }

  private static double mean(JsonNode folds) {
    double sum = 0;
    for (JsonNode fold : folds) {
      sum += fold.path("best").asDouble(Double.NaN);
    }
    return sum / folds.size();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

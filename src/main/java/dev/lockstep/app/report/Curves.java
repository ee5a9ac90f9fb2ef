package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.RunDirectory;
import java.util.LinkedHashMap;
import java.util.Map;

/** The curves of a training over its steps, read from the lines of its metrics files. */
final class Curves {
  private static final String[] OF_STEPS = {"loss", "gradient_norm", "learning_rate"};

  private final Map<String, Series> steps = new LinkedHashMap<>();
  private final Map<String, Series> epochs = new LinkedHashMap<>();
  private final Map<String, Series> validation = new LinkedHashMap<>();
  private final EpochEnds ends = new EpochEnds();

  private Curves() {}

  /**
   * Reads all metrics of a run.
   *
   * @throws dev.lockstep.train.store.IntegrityException if a line is no JSON
   */
  static Curves of(RunDirectory run) {
    Curves curves = new Curves();
    run.metrics(curves::add);
    return curves;
  }

  private void add(ObjectNode line) {
    double step = line.path("step").asDouble();
    if (line.path("kind").asText().equals("step")) {
      for (String name : OF_STEPS) {
        add(steps, name, step, line.path(name));
      }
    } else if (line.path("kind").asText().equals("epoch")) {
      ends.add(step, line.path("epoch").asDouble());
      add(epochs, "loss", step, line.path("loss"));
      for (Map.Entry<String, JsonNode> metric : line.path("validation").properties()) {
        add(validation, metric.getKey(), step, metric.getValue());
      }
      if (steps.isEmpty()) {
        // A training too short for a line of a step still shows what it did.
        add(epochs, "gradient_norm", step, line.path("gradient_norm"));
        add(epochs, "learning_rate", step, line.path("learning_rate"));
      }
    }
  }

  private static void add(Map<String, Series> curves, String name, double step, JsonNode value) {
    if (value.isNumber()) {
      curves.computeIfAbsent(name, key -> new Series()).add(step, value.asDouble());
    }
  }

  /** Puts {@code steps}, {@code epochs} and {@code validation}, each by name, and {@code ends}. */
  void put(ObjectNode node) {
    put(node.putObject("steps"), steps);
    put(node.putObject("epochs"), epochs);
    put(node.putObject("validation"), validation);
    ends.put(node.putObject("ends"));
  }

  private static void put(ObjectNode node, Map<String, Series> curves) {
    curves.forEach((name, series) -> series.put(node.putObject(name)));
  }
}

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The nightly DAG under stand-ins for Airflow's modules: what it would run, and its own functions.
 *
 * @param python a python that has jinja2
 * @param root what the DAG calls {@code LOCKSTEP_NIGHTLY}
 * @param metric by which it judges models
 */
record Airflow(String python, Path root, String metric) {
  private static final String DAG = "scripts/airflow/lockstep_nightly.py";
  private static final String RUNNER = "src/test/resources/airflow/run_dag.py";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Skips the test where no python with jinja2 is found. */
  static Airflow at(Path root) {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try (Child child =
          Child.start(Launcher.HOME, Map.of(), List.of("env", python, "-c", "import jinja2"))) {
        if (child.await(PATIENCE).exitCode() == 0) {
          return new Airflow(python, root, "log_loss");
        }
      }
    }
    String reason = "no python3 with jinja2: apt-get install python3-jinja2";
    System.err.println("skipped: " + reason);
    Assumptions.abort(reason);
    throw new IllegalStateException(reason);
  }

  /** The same DAG that judges by another metric. */
  Airflow judgingBy(String other) {
    return new Airflow(python, root, other);
  }

  /** The DAG's tasks on {@code day}, with the argv of each as the operator would build it. */
  JsonNode plan(String day, String master, String deployMode) {
    String submit = Launcher.HOME.resolve("target/spark/bin/spark-submit").toString();
    Child.Outcome outcome = run("plan", DAG, day, submit, master, deployMode);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    try {
      return new ObjectMapper().readTree(outcome.out().get(0));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The argv of one task. */
  List<String> argv(String task, String day, String master, String deployMode) {
    List<String> words = new ArrayList<>();
    plan(day, master, deployMode)
        .at("/tasks/" + task + "/argv")
        .forEach(w -> words.add(w.asText()));
    assertThat(words).isNotEmpty();
    return words;
  }

  /** Calls the function of a Python task; its output ends with what the function returned. */
  Child.Outcome call(String task, String day) {
    return run("call", DAG, day, task);
  }

  private Child.Outcome run(String... words) {
    List<String> command = new ArrayList<>(List.of("env", python, RUNNER));
    command.addAll(List.of(words));
    Map<String, String> env =
        Map.of("LOCKSTEP_NIGHTLY", root.toString(), "LOCKSTEP_NIGHTLY_METRIC", metric);
    return Child.start(Launcher.HOME, env, command).await(PATIENCE);
  }
}

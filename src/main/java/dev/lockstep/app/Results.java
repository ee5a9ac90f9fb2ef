package dev.lockstep.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.Split;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.MemberResult;
import dev.lockstep.train.TrainingResult;
import dev.lockstep.train.store.ResultFile;
import dev.lockstep.train.store.Sha256;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** Results as JSON: {@code result.json} and {@code --result-file}. */
final class Results {
  /** The status of a run that needs no more work. */
  static final String FINISHED = ResultFile.FINISHED;

  /** The status of a command that has not ended, or has died without a word. */
  private static final String RUNNING = "running";

  /** The status of a run that SIGTERM has ended. */
  static final String STOPPED = "stopped";

  /** The status of a run whose loss or parameters are not finite. */
  static final String DIVERGED = "diverged";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Results() {}

  /** An empty object. */
  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** What the result file holds until there is a result: no exit code. */
  static ObjectNode running() {
    return object().put("status", RUNNING).put("started", Instant.now().toString());
  }

  /** Whether a result is that of a run that needs no more work. */
  static boolean isFinished(ObjectNode result) {
    return ResultFile.isFinished(result);
  }

  /** Puts numbers by name; those that JSON cannot hold as null. */
  static void put(ObjectNode node, Map<String, Double> numbers) {
    numbers.forEach((name, value) -> put(node, name, value));
  }

  /** Puts a number; one that JSON cannot hold as null. */
  static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /** The result of a training that was asked to stop. */
  static ObjectNode stopped(TrainingResult result) {
    ObjectNode node = object().put("status", STOPPED);
    return node.put("steps", result.position().step()).put("epochs", result.position().epoch());
  }

  /** What is known of a training that left the finite numbers. */
  static ObjectNode diverged(DivergedException reason) {
    return object().put("status", DIVERGED).put("reason", reason.getMessage());
  }

  /** Puts how many rows each split has, and how long each phase took. */
  static void putSize(ObjectNode node, Cluster cluster, Stopwatch watch) {
    ObjectNode rows = node.putObject("rows");
    for (Split split : Split.values()) {
      rows.put(split.name().toLowerCase(Locale.ROOT), cluster.rows(split));
    }
    put(node.putObject("seconds"), watch.seconds());
  }

  /** The result of a training that came to its end. */
  static ObjectNode finished(RunFile run, TrainingResult result, FinalMetrics metrics) {
    MemberResult member = result.members().get(0);
    ObjectNode node = object().put("status", FINISHED).put("name", run.name());
    node.put("exit_code", ExitCode.DONE.code());
    ObjectNode splits = node.putObject("metrics");
    metrics.bySplit().forEach((split, values) -> put(splits.putObject(split), values));
    metrics.confusions().forEach((split, table) -> table.put((ObjectNode) splits.get(split)));
    if (metrics.confusions().values().stream().anyMatch(ConfusionTable::isWritten)) {
      metrics.confusions().get("train").classes().forEach(node.putArray("classes")::add);
    }
    put(node, "objective", metrics.objective());
    node.put("objective_is", metrics.objectiveIs());
    node.put("parameters_sha256", Sha256.of(member.params()));
    node.put("steps", result.position().step()).put("epochs", member.epochs());
    node.put("ending", member.ending().name().toLowerCase(Locale.ROOT));
    if (!member.reason().isEmpty()) {
      node.put("reason", member.reason());
    }
    node.putObject("best").put("epoch", member.bestEpoch());
    return node;
  }
}

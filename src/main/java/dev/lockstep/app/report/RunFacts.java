package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the page of any run says first.
 *
 * @param id made when the run began
 * @param description its configuration, secrets replaced; versions, shards and input
 * @param status {@code finished}, {@code stopped}, {@code diverged}, ..
 * @param reason why it ended so; empty where the status says all
 * @param rows of each split, by its name in lower case
 * @param seconds of each phase, and {@code total}
 */
public record RunFacts(
    String id,
    RunDescription description,
    String status,
    String reason,
    Map<String, Long> rows,
    Map<String, Double> seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_FILES = 500;

  /** Copies the maps, in their order. */
  public RunFacts {
    rows = new LinkedHashMap<>(rows);
    seconds = new LinkedHashMap<>(seconds);
  }

  /** The facts of a run with its result, or with what stands for one where it has none yet. */
  public static RunFacts of(RunDirectory.Recorded run, ObjectNode result) {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> split : result.path("rows").properties()) {
      rows.put(split.getKey(), split.getValue().asLong());
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> phase : result.path("seconds").properties()) {
      seconds.put(phase.getKey(), phase.getValue().asDouble());
    }
    return new RunFacts(
        run.id(),
        run.description(),
        result.path("status").asText(),
        result.path("reason").asText(),
        rows,
        seconds);
  }

  /** An empty page of a kind with these facts. */
  ObjectNode page(String kind, Instant written) {
    ObjectNode page = JSON.createObjectNode().put("kind", kind);
    page.put("written", written.truncatedTo(ChronoUnit.SECONDS).toString());
    JsonNode configuration = description.configuration();
    page.put("name", configuration.path("name").asText());
    page.put("seed", configuration.path("seed").asText());
    page.put("id", id).put("shards", description.shards());
    page.put("status", status).put("reason", reason);
    page.set("versions", JSON.valueToTree(description.versions()));
    page.set("rows", JSON.valueToTree(rows));
    page.set("seconds", JSON.valueToTree(seconds));
    page.put("config_sha256", description.configHash());
    page.set("configuration", configuration);
    putInput(page.putObject("input"));
    return page;
  }

  /** The input as a fingerprint: how much there is, and the first files one by one. */
  private void putInput(ObjectNode node) {
    long bytes = description.input().stream().mapToLong(RunDescription.InputFile::sizeBytes).sum();
    node.put("files", description.input().size()).put("bytes", bytes);
    ArrayNode first = node.putArray("first");
    description.input().stream()
        .limit(MOST_FILES)
        .forEach(
            file ->
                first
                    .addObject()
                    .put("path", file.path())
                    .put("bytes", file.sizeBytes())
                    .put("modified", Instant.ofEpochMilli(file.modifiedMillis()).toString()));
  }
}

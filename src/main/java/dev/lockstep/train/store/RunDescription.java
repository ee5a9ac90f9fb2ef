package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What decides a run's bits, as {@code run.json} keeps it.
 *
 * @param configuration the resolved run file, seed included
 * @param shards S
 * @param versions of what computes, by name ({@code lockstep}, {@code java}, {@code spark}, {@code
 *     architecture})
 * @param input the input's files as they were when the run began, by path
 */
public record RunDescription(
    ObjectNode configuration, int shards, Map<String, String> versions, List<InputFile> input) {

  /**
   * A file of the input.
   *
   * @param path relative to the source's root
   * @param sizeBytes its length
   * @param modifiedMillis its modification time
   */
  public record InputFile(String path, long sizeBytes, long modifiedMillis) {
    private String state() {
      return sizeBytes + " bytes, modified " + java.time.Instant.ofEpochMilli(modifiedMillis);
    }
  }

  /** What a resumed run may have otherwise: top-level keys that do not touch its bits. */
  static final List<String> FREE =
      List.of("master", "output", "checkpoint", "result_file", "run_id", "progress");

  /** The same within {@code engine}; the exchange touches bits. */
  private static final String FREE_OF_ENGINE = "kind";

  /** Copies everything; the configuration becomes what it will be when it is read back. */
  public RunDescription {
    configuration = Json.parse(Json.bytes(configuration), "configuration");
    versions = new TreeMap<>(versions);
    input = List.copyOf(input);
  }

  /** A description whose configuration is nested maps, lists, strings, numbers and booleans. */
  public static RunDescription of(
      Map<String, ?> configuration,
      int shards,
      Map<String, String> versions,
      List<InputFile> input) {
    return new RunDescription(Json.object(configuration), shards, versions, input);
  }

  /** The hash of what a resumed run must not change. */
  public String configHash() {
    StringBuilder text = new StringBuilder("shards=" + shards + "\n");
    bound(configuration)
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A sentence for each difference of configuration: {@code key was x, is y}. */
  public List<String> configurationDifferences(RunDescription now) {
    Map<String, String> is = bound(now.configuration);
    Map<String, String> was = bound(configuration);
    was.replaceAll((key, value) -> isHidden(value, is.get(key)) ? is.get(key) : value);
    List<String> differences = differences(was, is);
    if (shards != now.shards) {
      differences.add("shards was " + shards + ", is " + now.shards);
    }
    return differences;
  }

  /** Whether a recorded value may be this one: earlier builds have hidden more than this one. */
  private static boolean isHidden(String recorded, String now) {
    if (now == null || !recorded.contains(Redaction.REDACTED)) {
      return false;
    }
    String whole = '"' + Redaction.REDACTED + '"';
    String shown =
        Arrays.stream(recorded.replace(whole, Redaction.REDACTED).split(Redaction.REDACTED, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return now.matches("(?s)" + shown);
  }

  /** A sentence for each file that is new, missing or changed. */
  List<String> inputDifferences(RunDescription now) {
    return differences(files(input), files(now.input));
  }

  /** A sentence for each version that differs. */
  List<String> versionDifferences(RunDescription now) {
    return differences(versions, now.versions);
  }

  private static Map<String, String> files(List<InputFile> input) {
    Map<String, String> files = new TreeMap<>();
    input.forEach(file -> files.put(file.path(), file.state()));
    return files;
  }

  private static List<String> differences(Map<String, String> was, Map<String, String> is) {
    Map<String, String> keys = new TreeMap<>(was);
    keys.putAll(is);
    List<String> differences = new ArrayList<>();
    for (String key : keys.keySet()) {
      String before = was.getOrDefault(key, "absent");
      String after = is.getOrDefault(key, "absent");
      if (!before.equals(after)) {
        differences.add(key + " was " + before + ", is " + after);
      }
    }
    return differences;
  }

  /** The keys that decide bits, dotted, with their values. */
  private static Map<String, String> bound(ObjectNode configuration) {
    ObjectNode kept = configuration.deepCopy();
    kept.remove(FREE);
    if (kept.get("engine") instanceof ObjectNode engine) {
      engine.remove(FREE_OF_ENGINE);
      if (engine.isEmpty()) {
        kept.remove("engine");
      }
    }
    Map<String, String> flat = new TreeMap<>();
    flatten("", kept, flat);
    return flat;
  }

  private static void flatten(String key, JsonNode node, Map<String, String> into) {
    if (node.isObject() && !node.isEmpty()) {
      String prefix = key.isEmpty() ? "" : key + ".";
      node.properties().forEach(field -> flatten(prefix + field.getKey(), field.getValue(), into));
    } else if (node.isArray() && !node.isEmpty()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(key + "[" + i + "]", node.get(i), into);
      }
    } else if (!key.isEmpty()) {
      into.put(key, node.toString());
    }
  }

  ObjectNode json() {
    ObjectNode node = Json.object();
    node.set("configuration", configuration);
    node.put("shards", shards).put("config_sha256", configHash());
    ObjectNode named = node.putObject("versions");
    versions.forEach(named::put);
    ArrayNode files = node.putArray("input");
    for (InputFile file : input) {
      ObjectNode entry = files.addObject().put("path", file.path());
      entry.put("bytes", file.sizeBytes()).put("modified_millis", file.modifiedMillis());
    }
    return node;
  }

  static RunDescription parse(JsonNode node, String where) {
    if (!(node.get("configuration") instanceof ObjectNode configuration)) {
      throw new IntegrityException(where + ": has no configuration");
    }
    Map<String, String> versions = new TreeMap<>();
    node.path("versions")
        .properties()
        .forEach(entry -> versions.put(entry.getKey(), entry.getValue().asText()));
    List<InputFile> input = new ArrayList<>();
    for (JsonNode file : node.path("input")) {
      input.add(
          new InputFile(
              file.path("path").asText(),
              file.path("bytes").asLong(),
              file.path("modified_millis").asLong()));
    }
    return new RunDescription(configuration, node.path("shards").asInt(), versions, input);
  }
}

package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What commits files: once a manifest is there, they are. It ends with a checksum of every byte
 * before it, in a frame that stays the same in all formats, so that a flipped bit is never taken
 * for a newer format.
 *
 * @param kind what is committed, {@code checkpoint} or {@code model}
 * @param run the run's id
 * @param config the hash of its configuration
 * @param files by path relative to the manifest
 * @param details what else the kind records
 */
record Manifest(
    String kind, String run, String config, Map<String, CommittedFile> files, ObjectNode details) {
  static final String NAME = "MANIFEST.json";
  static final int FORMAT = 1;

  private static final int MAX_BYTES = 16 << 20;
  private static final String BEFORE = ",\n  \"checksum\" : \"";
  private static final String AFTER = "\"\n}\n";

  Manifest {
    files = new TreeMap<>(files);
  }

  byte[] bytes() {
    ObjectNode node = Json.object().put("format", FORMAT).put("kind", kind);
    node.put("run", run).put("config", config);
    ObjectNode listed = node.putObject("files");
    files.forEach((path, file) -> file.put(listed.putObject(path)));
    node.set("details", details);
    return framed(node);
  }

  /** A JSON object with the checksum as its last field. */
  static byte[] framed(ObjectNode node) {
    String text = new String(Json.bytes(node), StandardCharsets.UTF_8).stripTrailing();
    String body = text.substring(0, text.length() - 1).stripTrailing();
    String checksum = Sha256.of(body.getBytes(StandardCharsets.UTF_8));
    return (body + BEFORE + checksum + AFTER).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The object in a frame.
   *
   * @throws IntegrityException if the checksum is not that of the bytes
   */
  static ObjectNode unframed(byte[] bytes, String where) {
    int frame = BEFORE.length() + 64 + AFTER.length();
    byte[] body = Arrays.copyOf(bytes, Math.max(0, bytes.length - frame));
    byte[] end = (BEFORE + Sha256.of(body) + AFTER).getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(end, Arrays.copyOfRange(bytes, body.length, bytes.length))) {
      throw new IntegrityException(where + ": is torn or changed, its checksum does not fit");
    }
    return Json.parse(bytes, where);
  }

  /**
   * Reads a manifest; not the files it names.
   *
   * @return empty if there is none
   * @throws IntegrityException if it is damaged, of a newer format, or of another kind
   */
  static Optional<Manifest> read(CommitStore store, String path, String kind) {
    Optional<Manifest> manifest = read(store, path);
    manifest.ifPresent(
        found -> {
          if (!found.kind().equals(kind)) {
            throw new IntegrityException(
                store.where(path) + ": is of kind " + found.kind() + ", must be " + kind);
          }
        });
    return manifest;
  }

  /** Reads a manifest of any kind. */
  static Optional<Manifest> read(CommitStore store, String path) {
    String where = store.where(path);
    return store.read(path, MAX_BYTES).map(bytes -> parse(unframed(bytes, where), where));
  }

  private static Manifest parse(ObjectNode node, String where) {
    int format = node.path("format").asInt();
    if (format > FORMAT) {
      throw new NewerFormatException(where, format, FORMAT);
    }
    Map<String, CommittedFile> files = new TreeMap<>();
    for (Map.Entry<String, JsonNode> file : node.path("files").properties()) {
      requireInside(file.getKey(), where);
      files.put(file.getKey(), CommittedFile.parse(file.getValue()));
    }
    if (!(node.get("details") instanceof ObjectNode details)) {
      throw new IntegrityException(where + ": has no details");
    }
    return new Manifest(
        node.path("kind").asText(),
        node.path("run").asText(),
        node.path("config").asText(),
        files,
        details);
  }

  private static void requireInside(String path, String where) {
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.contains("\\")) {
        throw new IntegrityException(where + ": names the file " + path + ", outside of it");
      }
    }
  }

  /** The entry of a file that must be there. */
  CommittedFile file(String path, String where) {
    return Optional.ofNullable(files.get(path))
        .orElseThrow(() -> new IntegrityException(where + ": does not name " + path));
  }
}

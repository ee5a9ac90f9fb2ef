package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file of TorchScript: where it is, and its content once it was read. Two of the same place are
 * equal; whether their content is the same is said by a hash beside them.
 */
public final class ScriptFile implements Serializable {
  private static final Map<String, WeakReference<Content>> KNOWN = new ConcurrentHashMap<>();

  private final String path;
  private final Content content;

  /**
   * What a file holds.
   *
   * @param bytes the file itself
   * @param sha256 of the bytes, in hexadecimal
   * @param layout the tensors that it trains; empty where libtorch is missing
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by identity: one of each hash in a process
  record Content(byte[] bytes, String sha256, Layout layout) implements Serializable {}

  private ScriptFile(String path, Content content) {
    this.path = path;
    this.content = content;
  }

  /**
   * A file that was not read yet.
   *
   * @throws IllegalArgumentException if the text names none
   */
  public static ScriptFile parse(String path) {
    if (path.isBlank()) {
      throw new IllegalArgumentException("must name a file, is blank");
    }
    return new ScriptFile(path, null);
  }

  /**
   * The same with its content; files of the same content share it, as trials do.
   *
   * @throws IllegalArgumentException if it is no module that can be trained: the end of a sentence
   *     that begins with the file
   */
  ScriptFile with(byte[] bytes) {
    String sha256 = sha256(bytes);
    WeakReference<Content> known = KNOWN.get(sha256);
    Content shared = known == null ? null : known.get();
    if (shared == null) {
      Layout layout = Libtorch.missing().isPresent() ? Layout.empty() : LoadedScript.layout(bytes);
      shared = new Content(bytes, sha256, layout);
      KNOWN.put(sha256, new WeakReference<>(shared));
    }
    return new ScriptFile(path, shared);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it holds; empty if it was not read. */
  Optional<Content> content() {
    return Optional.ofNullable(content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScriptFile file && file.path.equals(path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  /** The path or URI. */
  @Override
  public String toString() {
    return path;
  }
}

package dev.lockstep.app;

import dev.lockstep.train.store.Sha256;
import java.nio.charset.StandardCharsets;

/** Makes a scheduler's run id safe as the name of a directory on every file system. */
final class RunId {
  private static final int LONGEST = 120;
  private static final int HASH_DIGITS = 8;

  private RunId() {}

  /**
   * The id itself if it consists of letters, digits, dots, dashes and underscores and begins with a
   * letter or digit; otherwise with underscores in place of the others and a short hash of the
   * whole, so that different ids stay different.
   */
  static String safe(String id) {
    if (id.isBlank()) {
      throw new UsageException("--run-id must not be blank; leave it out for a run without an id");
    }
    String cleaned = id.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^[._-]+", "");
    if (cleaned.equals(id) && id.length() <= LONGEST) {
      return id;
    }
    String hash = Sha256.of(id.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
    String start = cleaned.substring(0, Math.min(cleaned.length(), LONGEST));
    return start.isEmpty() ? hash : start + "-" + hash;
  }
}

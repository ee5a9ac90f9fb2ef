package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.OptionalLong;

/**
 * What a manifest says of a file.
 *
 * @param sizeBytes its length
 * @param sha256 the hash of its bytes
 */
record CommittedFile(long sizeBytes, String sha256) {
  /** Writes a file and hashes it on the way. */
  static CommittedFile write(CommitStore store, String path, CommitStore.Payload payload) {
    MessageDigest digest = Sha256.digest();
    store.write(path, out -> payload.writeTo(new DigestOutputStream(out, digest)));
    return new CommittedFile(presentSize(store, path), Sha256.hex(digest.digest()));
  }

  /** Hashes a file that is there. */
  static CommittedFile of(CommitStore store, String path) {
    try (InputStream in = store.open(path)) {
      return new CommittedFile(presentSize(store, path), Sha256.of(in));
    } catch (IOException e) {
      throw StorageException.of("read", store.where(path), e);
    }
  }

  static CommittedFile of(byte[] content) {
    return new CommittedFile(content.length, Sha256.of(content));
  }

  private static long presentSize(CommitStore store, String path) {
    return store
        .size(path)
        .orElseThrow(() -> new StorageException(store.where(path) + ": vanished after writing"));
  }

  static CommittedFile parse(JsonNode node) {
    return new CommittedFile(node.path("bytes").asLong(-1), node.path("sha256").asText());
  }

  void put(ObjectNode node) {
    node.put("bytes", sizeBytes).put("sha256", sha256);
  }

  /**
   * Reads the file through.
   *
   * @throws IntegrityException if it is not this one
   */
  void verify(CommitStore store, String path) {
    verifySize(store, path);
    verifyHash(of(store, path).sha256, store.where(path));
  }

  void verifySize(CommitStore store, String path) {
    OptionalLong size = store.size(path);
    if (size.isEmpty()) {
      throw new IntegrityException(
          store.where(path) + ": is missing, its manifest names " + sizeBytes + " bytes");
    }
    if (size.getAsLong() != sizeBytes) {
      throw new IntegrityException(
          "%s: has %d bytes, its manifest names %d"
              .formatted(store.where(path), size.getAsLong(), sizeBytes));
    }
  }

  void verifyHash(String actual, String where) {
    if (!actual.equals(sha256)) {
      throw new IntegrityException(
          where + ": SHA-256 is " + actual + ", its manifest names " + sha256);
    }
  }
}

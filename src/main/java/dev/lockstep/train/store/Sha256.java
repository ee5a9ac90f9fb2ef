package dev.lockstep.train.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 as 64 lower-case hexadecimal digits. */
public final class Sha256 {
  private Sha256() {}

  /** The hash of bytes. */
  public static String of(byte[] bytes) {
    return hex(digest().digest(bytes));
  }

  /** The hash of floats as little-endian bytes: what {@code parameters_sha256} is. */
  public static String of(float[] values) {
    return of(List.of(Tensor.of("", values)));
  }

  /** The hash of the values of tensors, in order, as little-endian bytes. */
  public static String of(List<Tensor> tensors) {
    MessageDigest digest = digest();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (Tensor tensor : tensors) {
        TensorBytes.write(tensor, out);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a null stream failed", e);
    }
    return hex(digest.digest());
  }

  /** The hash of the rest of a stream, which stays open. */
  static String of(InputStream in) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return hex(digest.digest());
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
